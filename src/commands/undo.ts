import { actionsOfKinds } from '../actions/of-kinds.js';
import { removeRule } from '../enforcement/actions.js';
import { visible } from '../detection/index.js';
import type { Block, Inline } from '../matrix/message.js';
import type { ActionRecord, NewAction } from '../store/records/actions.js';
import type { CaseRecord } from '../store/records/cases.js';
import { effectOf, howToAnswer, notDone } from './answers.js';
import { yes } from './args/index.js';
import { isEntityKind } from './args/targets.js';
import { bannedFor, undoOf } from './case-undo.js';
import { settled } from './effects.js';
import { unmuteIn } from './mute.js';
import { endOf } from './protections/lockdown.js';
import { command, type Command } from './spec.js';
import { undoTexts } from './texts/undo.js';
import type { Invocation, Services } from './types.js';
import { reverseOf, stands } from './undo-actions.js';
import { undoWhat } from './args/undo-what.js';

const SHOWN = 20;

const undo = command({
  name: 'undo',
  group: 'Cases',
  role: 'moderator',
  summary:
    'Undoes what was done: to the subject of a case, by the command that this replies to, or by you since a time.',
  args: { what: undoWhat() },
  options: { yes },
  examples: ['undo case 12', 'undo since 1h', 'undo everything of the last hour by me'],
  async run(services, { args, options, invocation }) {
    const { what } = args;
    if ('case' in what) return undoCase(services, invocation, what.case);
    if ('commands' in what) {
      const { ledger } = services;
      const actions = (await Promise.all(what.commands.map((key) => ledger.actionsByKeyPrefix(key)))).flat();
      return undoActions(services, invocation, actions);
    }
    const actions = await actionsBy(services, invocation.sender, what.since);
    const standing = await standingOf(services, invocation, actions);
    if (standing.length > 1 && options.yes !== true && invocation.confirmed === undefined)
      return {
        ask: {
          blocks: [
            { line: [undoTexts.ask(standing.length)] },
            { list: standing.slice(0, SHOWN).map(describe) },
            ...(standing.length > SHOWN ? [{ line: [undoTexts.more(standing.length - SHOWN)] }] : []),
            howToAnswer(),
          ],
        },
      };
    return undoActions(services, invocation, actions);
  },
});

/**
 * Without later changes to the same rule of a list: a ban and its unban restore the state before the ban, and rewriting
 * the rule in between would ban somebody for a moment.
 */
function firstOfEachRule(actions: readonly ActionRecord[]): ActionRecord[] {
  const first = new Map<string, number>();
  const placeOf = (action: ActionRecord): string | undefined => {
    const { kind, payload } = action;
    // a removal that found nothing reveals nothing about the previous state
    if (kind !== 'write_rule' && (kind !== 'remove_rule' || effectOf(action) === 'held')) return undefined;
    const rule = payload as { listRoomId?: string; kind?: string; entity?: string };
    return JSON.stringify([rule.listRoomId, rule.kind, rule.entity]);
  };
  for (const action of actions) {
    const place = placeOf(action);
    if (place !== undefined) first.set(place, Math.min(first.get(place) ?? Infinity, action.id));
  }
  return actions.filter((action) => {
    const place = placeOf(action);
    return place === undefined || first.get(place) === action.id;
  });
}

/** The actions that are in force and can be undone, for the question. */
async function standingOf(
  services: Services,
  invocation: Invocation,
  actions: readonly ActionRecord[],
): Promise<ActionRecord[]> {
  const standing: ActionRecord[] = [];
  for (const action of firstOfEachRule(actions.filter(({ state }) => state === 'done'))) {
    const { listRoomId, kind, entity } = action.payload as {
      listRoomId?: string;
      kind?: 'user' | 'room' | 'server';
      entity?: string;
    };
    const gone =
      action.kind === 'write_rule' &&
      listRoomId !== undefined &&
      kind !== undefined &&
      entity !== undefined &&
      !stands(services, listRoomId, kind, entity);
    const reverse = gone ? [] : await reverseOf(services, invocation, action);
    if (reverse !== undefined && reverse.length > 0) standing.push(action);
  }
  return standing;
}

function describe({ kind, payload }: ActionRecord): Inline[] {
  const { entity, userId, roomId } = payload as { entity?: string; userId?: string; roomId?: string };
  return undoTexts.one(kind, visible(entity ?? userId ?? roomId ?? ''));
}

/** What somebody's commands did since a time, latest first, which is the order of undoing. */
async function actionsBy(services: Services, sender: string, since: number): Promise<ActionRecord[]> {
  const own: ActionRecord[] = [];
  for await (const command of actionsOfKinds(services.ledger, ['command'], 'done'))
    if (command.createdAt >= since && actorOf(command.payload) === sender) own.push(command);
  const all = await Promise.all(own.map(({ key }) => services.ledger.actionsByKeyPrefix(`${key}:`)));
  const unique = new Map(all.flat().map((action) => [action.id, action]));
  return [...unique.values()].filter(({ kind }) => kind !== 'command').sort((a, b) => b.id - a.id);
}

function actorOf(payload: unknown): unknown {
  const { sender, confirmed } = payload as { sender?: unknown; confirmed?: { by?: unknown } };
  return confirmed?.by ?? sender;
}

async function undoActions(
  services: Services,
  invocation: Invocation,
  actions: readonly ActionRecord[],
): Promise<Block[]> {
  const back: NewAction[] = [];
  const not: string[] = [];
  const meant = actions.filter(({ kind, state }) => kind !== 'command' && (state === 'done' || state === 'due'));
  for (const action of firstOfEachRule(meant)) {
    const reverse = await reverseOf(services, invocation, action);
    if (reverse === undefined) not.push(action.kind);
    else back.push(...reverse);
  }
  if (back.length === 0)
    return [{ line: [not.length === 0 ? undoTexts.nothing : undoTexts.cannot(undoTexts.names(not))] }];
  const ended = await services.runAndWait(back);
  const bad = ended.find(({ state }) => state !== 'done');
  const took = ended.filter((action) => !['held', 'moot'].includes(effectOf(action)) && action.state === 'done');
  return [
    {
      line: [
        took.length > 0 ? undoTexts.done(took.length) : undoTexts.nothingLeft,
        took.some(({ kind }) => kind === 'write_rule') ? undoTexts.restored : '',
        not.length > 0 ? undoTexts.alsoCannot(undoTexts.names(not)) : '',
        bad === undefined ? '' : ` ${notDone(bad)}`,
      ],
    },
  ];
}

/** Undoes what was done to the subject of a case; the case is unchanged. */
async function undoCase(services: Services, invocation: Invocation, record: CaseRecord): Promise<Block[]> {
  const actions = [
    ...(await undoOf(services, record, invocation.key)),
    ...standingRules(services, invocation, record),
    ...(await otherEffects(services, invocation, record)),
    ...(await lockdownsOf(services, invocation, record)),
  ];
  // their ladder of responses starts again
  const forgotten = await services.ledger.commit((tx) => tx.forgetOffences(record.id));
  const unique = [
    ...new Map(actions.map((action) => [JSON.stringify([action.kind, action.payload]), action])).values(),
  ];
  const ended = unique.length === 0 ? [] : await services.runAndWait(unique);
  const bad = ended.find(({ state }) => state !== 'done' && state !== 'simulated');
  const removed = ended.filter((action) => effectOf(action) === 'removed').length;
  const other = ended.filter((action) =>
    ['unbanned', 'unsuspended', 'unlocked', 'unmuted', 'restored', 'opened'].includes(effectOf(action)),
  ).length;
  const banned = new Set(bannedFor(record, unique));
  if (removed > 0) await settled(services, () => !areBannedByUs(services, banned));
  const left = isEntityKind(record.subjectKind)
    ? services.lists.policy.rulesMatching(record.subjectKind, record.subject).filter(({ action }) => action !== 'allow')
    : [];
  const stays = await whatStays(services, record);
  const line: Inline[] =
    removed + other === 0 ? [undoTexts.caseNothing(record.id)] : [undoTexts.caseDone(record.id, removed, other)];
  if (stays.length > 0) line.push(undoTexts.caseCannot(stays));
  if (forgotten > 0) line.push(undoTexts.countsAnew);
  if (bad !== undefined) line.push(` ${notDone(bad)}`);
  if (left.length > 0) line.push(undoTexts.elsewhere(left.length));
  return [{ line }];
}

/** What was done for a case and cannot be taken back. */
async function whatStays({ ledger }: Services, { id }: CaseRecord): Promise<string[]> {
  const done = new Set((await ledger.actionsOf(id)).flatMap(({ state, kind }) => (state === 'done' ? [kind] : [])));
  if (done.has('redact_user')) done.add('redact');
  return Object.entries(undoTexts.stays).flatMap(([kind, words]) => (done.has(kind) ? [words] : []));
}

function areBannedByUs({ protectedRooms, homeserver }: Services, users: ReadonlySet<string>): boolean {
  for (const { members } of protectedRooms.all())
    for (const userId of users) {
      const member = members.get(userId);
      if (member?.membership === 'ban' && member.sender === homeserver.botUserId) return true;
    }
  return false;
}

/** Rules for exactly the subject in lists that we can write to, whoever wrote them. */
function standingRules(
  services: Services,
  invocation: Invocation,
  { id, subject, subjectKind }: CaseRecord,
): NewAction[] {
  if (!isEntityKind(subjectKind)) return [];
  const { policy_list_room: own, default_list: chosen } = services.settings.get();
  const lists = new Set<string>();
  for (const rule of services.lists.policy.rulesMatching(subjectKind, subject)) {
    const listRoomId = rule.roomId ?? '';
    const exact = rule.entity === undefined || rule.entity === subject;
    if (
      exact &&
      rule.action !== 'allow' &&
      (listRoomId === own || listRoomId === chosen || services.lists.isMade(listRoomId))
    )
      lists.add(listRoomId);
  }
  return [...lists].map((listRoomId) =>
    removeRule.create(
      { listRoomId, kind: subjectKind, entity: subject },
      { key: `command:${invocation.key}:unrule:${id}:${listRoomId}`, caseId: id },
    ),
  );
}

async function otherEffects(
  services: Services,
  invocation: Invocation,
  { id, subject, subjectKind }: CaseRecord,
): Promise<NewAction[]> {
  const actions = await services.ledger.actionsOf(id);
  const ofCase = (action: NewAction): NewAction => ({ ...action, caseId: id });
  if (subjectKind !== 'user') return (await mutesOf(services, invocation, actions)).map(ofCase);
  const stood = (kind: string, effect: string): boolean =>
    actions.some((action) => action.kind === kind && action.state === 'done' && effectOf(action) === effect);
  const back = [
    ...(stood('suspend', 'suspended') ? ['unsuspend'] : []),
    ...(stood('lock', 'locked') ? ['unlock'] : []),
  ];
  const mutes = await Promise.all(
    [...services.protectedRooms.all()].map(({ roomId }) => unmuteIn(services, invocation, roomId, subject)),
  );
  return [
    ...back.map((kind) => ({
      caseId: id,
      kind,
      lane: `account:${subject}`,
      key: `command:${invocation.key}:${id}:${kind}`,
      payload: { userId: subject },
    })),
    ...mutes.flat().map(ofCase),
  ];
}

/** Mutes of a campaign's accounts. */
async function mutesOf(
  services: Services,
  invocation: Invocation,
  actions: readonly ActionRecord[],
): Promise<NewAction[]> {
  const back = actions.map(({ kind, payload }) => {
    const { roomId, userId } = payload as { roomId?: unknown; userId?: unknown };
    return kind === 'mute' && typeof roomId === 'string' && typeof userId === 'string'
      ? unmuteIn(services, invocation, roomId, userId)
      : [];
  });
  return (await Promise.all(back)).flat();
}

/** Lockdowns caused by a case, which are ended. */
async function lockdownsOf(services: Services, invocation: Invocation, { id }: CaseRecord): Promise<NewAction[]> {
  const actions = await services.ledger.actionsOf(id);
  return actions.flatMap((action) => endOf(action, `command:${invocation.key}:open:${action.id}`) ?? []);
}

export const undoCommands: readonly Command[] = [undo];
