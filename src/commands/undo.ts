import { change, removeRule } from '../enforcement/actions.js';
import { accountPayload, changePayload, removeRulePayload, writeRulePayload } from '../enforcement/payloads.js';
import { visible } from '../detection/index.js';
import type { Block, Inline } from '../matrix/message.js';
import type { ActionRecord, CaseRecord, NewAction } from '../store/types.js';
import { counted, effectOf, notDone } from './answers.js';
import { moment, yes } from './args/index.js';
import { isEntityKind, caseOfWord } from './args/targets.js';
import { usageError, type Reading } from './args/reading.js';
import { howToAnswer } from './bans.js';
import { undoOf } from './cases.js';
import { settled } from './effects.js';
import { unmuteIn } from './mass.js';
import { endOf } from './protections/lockdown.js';
import { command, type Arg, type Command } from './spec.js';
import type { Invocation, Services } from './types.js';

/** What is to be taken back. */
type UndoWhat = { case: CaseRecord } | { command: string } | { since: number };

function undoWhat(): Arg<UndoWhat> {
  return {
    kind: 'case',
    label: 'case NUMBER|since TIME',
    optional: false,
    async read(reading: Reading): Promise<UndoWhat> {
      const { services, around, invocation } = reading;
      const next = reading.peek();
      if (next === undefined) {
        const replied = around.repliesTo;
        const head = replied ?? around.thread;
        const about = head === undefined ? undefined : await services.ledger.caseByNotice(head);
        if (about !== undefined) return { case: about };
        if (replied !== undefined) return { command: await commandBehind(services, invocation.roomId, replied) };
        throw usageError(
          'What is to be undone?',
          'Write: undo case 12, undo since 1h, or reply undo to an answer of mine. Nothing was done.',
        );
      }
      if (/^(?:since|last)$/i.test(next.text)) {
        reading.take();
        return { since: await moment('WHEN').read(reading) };
      }
      if (/^(?:case|fall)$/i.test(next.text)) reading.take();
      const named = reading.peek();
      const found = named === undefined ? undefined : await caseOfWord(named, reading);
      if (found === undefined)
        throw usageError(
          `There is no case ${visible(named?.text ?? '')}.`,
          '!heimdall cases lists them. Nothing was done.',
        );
      reading.take();
      return { case: found };
    },
  };
}

/** The command that a message of ours answers, or the message itself, when that is the command. */
async function commandBehind(services: Services, roomId: string, eventId: string): Promise<string> {
  const event = await services.homeserver.event(roomId, eventId).catch(() => undefined);
  const relation = event?.content['m.relates_to'] as { 'm.in_reply_to'?: { event_id?: unknown } } | undefined;
  const behind = relation?.['m.in_reply_to']?.event_id;
  return event?.sender === services.homeserver.botUserId && typeof behind === 'string' ? behind : eventId;
}

const undo = command({
  name: 'undo',
  group: 'Cases',
  role: 'moderator',
  summary:
    'Takes back what was done: to the subject of a case, by the command that this replies to, or by you since a time.',
  args: { what: undoWhat() },
  options: { yes },
  examples: ['undo case 12', 'undo since 1h'],
  async run(services, { args, options, invocation }) {
    const { what } = args;
    if ('case' in what) return undoCase(services, invocation, what.case);
    if ('command' in what) {
      const actions = await services.ledger.actionsByKeyPrefix(`command:${what.command}`);
      return undoActions(
        services,
        invocation,
        actions.filter(({ kind }) => kind !== 'command'),
      );
    }
    const actions = await actionsBy(services, invocation.sender, what.since);
    const reversible = actions.filter(({ kind, state }) => state === 'done' && REVERSIBLE.has(kind));
    if (reversible.length > 1 && options.yes !== true && invocation.confirmed === undefined)
      return {
        ask: {
          blocks: [
            { line: [`Take back ${counted(reversible.length, 'action')} of yours?`] },
            { list: reversible.slice(0, 20).map(describe) },
            howToAnswer(),
          ],
        },
      };
    return undoActions(services, invocation, actions);
  },
});

const REVERSIBLE: ReadonlySet<string> = new Set(['write_rule', 'mute', 'lockdown', 'suspend', 'change', 'remove_rule']);

function describe({ kind, payload }: ActionRecord): Inline[] {
  const { entity, userId } = payload as { entity?: string; userId?: string };
  return [`${kind.replaceAll('_', ' ')} `, { code: visible(entity ?? userId ?? '') }];
}

/** What somebody's commands did since a time. */
async function actionsBy(services: Services, sender: string, since: number): Promise<ActionRecord[]> {
  const own: ActionRecord[] = [];
  for (let afterId = 0; ;) {
    const page = await services.ledger.actionsOfKind(['command'], 'done', { afterId, limit: 500 });
    own.push(...page.filter(({ createdAt, payload }) => createdAt >= since && actorOf(payload) === sender));
    const last = page.at(-1);
    if (last === undefined || page.length < 500) break;
    afterId = last.id;
  }
  const all = await Promise.all(own.map(({ key }) => services.ledger.actionsByKeyPrefix(`${key}:`)));
  return all.flat().filter(({ kind }) => kind !== 'command');
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
  for (const action of actions.filter(({ state }) => state === 'done' || state === 'due')) {
    const reverse = await reverseOf(services, invocation, action);
    if (reverse === undefined) not.push(action.kind.replaceAll('_', ' '));
    else back.push(...reverse);
  }
  if (back.length === 0)
    return [
      {
        line: [
          not.length === 0 ? 'There was nothing to undo.' : `That cannot be undone: ${[...new Set(not)].join(', ')}.`,
        ],
      },
    ];
  const ended = await services.runAndWait(back);
  const bad = ended.find(({ state }) => state !== 'done');
  const gone = ended.filter((action) => !['held', 'moot'].includes(effectOf(action)) && action.state === 'done').length;
  return [
    {
      line: [
        gone > 0
          ? `Undone: ${counted(gone, 'action')}. Bans that only those rules wanted are lifted.`
          : 'There was nothing left to undo.',
        not.length > 0 ? ` Cannot be undone: ${[...new Set(not)].join(', ')}.` : '',
        bad === undefined ? '' : ` ${notDone(bad)}`,
      ],
    },
  ];
}

/** What takes an action back; undefined when nothing can. */
async function reverseOf(
  services: Services,
  invocation: Invocation,
  action: ActionRecord,
): Promise<NewAction[] | undefined> {
  const key = `command:${invocation.key}:undo:${action.id}`;
  switch (action.kind) {
    case 'write_rule': {
      const { listRoomId, kind, entity, recommendation } = writeRulePayload.parse(action.payload);
      return [
        removeRule.create(
          { listRoomId, kind, entity, recommendations: [recommendation] },
          { key, caseId: action.caseId },
        ),
      ];
    }
    case 'mute': {
      const { roomId, userId } = action.payload as { roomId: string; userId: string };
      return unmuteIn(services, invocation, roomId, userId);
    }
    case 'suspend': {
      if (effectOf(action) !== 'suspended') return [];
      const { userId } = accountPayload.parse(action.payload);
      return [{ kind: 'unsuspend', lane: `account:${userId}`, key, payload: { userId } }];
    }
    case 'change': {
      const { path, body, userId, admin } = changePayload.parse(action.payload);
      if (body?.locked !== true || userId === undefined) return undefined;
      return [
        change.create(
          { method: 'PUT', path, body: { locked: false }, ...(admin === undefined ? {} : { admin }) },
          { key, lane: `account:${userId}` },
        ),
      ];
    }
    case 'lockdown': {
      const end = endOf(action, key);
      return end === undefined ? [] : [end];
    }
    // What it removed is not known any more.
    case 'remove_rule':
      return removeRulePayload.safeParse(action.payload).success && effectOf(action) === 'held' ? [] : undefined;
    case 'message':
    case 'reaction':
    case 'outcome':
    case 'notice_edit':
      return [];
    default:
      return undefined;
  }
}

/** Takes back what was done to the subject of a case; the case stays as it is. */
async function undoCase(services: Services, invocation: Invocation, record: CaseRecord): Promise<Block[]> {
  const actions = [
    ...(await undoOf(services, record, invocation.key)),
    ...standingRules(services, invocation, record),
    ...(await otherEffects(services, invocation, record)),
    ...(await lockdownsOf(services, invocation, record)),
  ];
  // whoever was wronged begins their ladder anew
  await services.ledger.commit((tx) => tx.forgetOffences(record.id));
  const unique = [
    ...new Map(actions.map((action) => [JSON.stringify([action.kind, action.payload]), action])).values(),
  ];
  const ended = unique.length === 0 ? [] : await services.runAndWait(unique);
  const bad = ended.find(({ state }) => state !== 'done' && state !== 'simulated');
  const removed = ended.filter((action) => effectOf(action) === 'removed').length;
  const other = ended.filter((action) =>
    ['unbanned', 'unsuspended', 'unmuted', 'restored', 'opened'].includes(effectOf(action)),
  ).length;
  if (removed > 0) await settled(services, () => !isBannedByUs(services, record.subject));
  const left = isEntityKind(record.subjectKind)
    ? services.lists.policy.rulesMatching(record.subjectKind, record.subject).filter(({ action }) => action !== 'allow')
    : [];
  const line: Inline[] =
    removed + other === 0
      ? [`There was nothing to undo for Case ${record.id}.`]
      : [
          `Undone for Case ${record.id}: ${removed === 0 ? `${counted(other, 'action')} taken back` : `${counted(removed, 'rule')} removed, their bans lifted${other > 0 ? `; ${other} more taken back` : ''}`}. The case stays as it is; what is redacted stays redacted.`,
        ];
  if (bad !== undefined) line.push(` ${notDone(bad)}`);
  if (left.length > 0) line.push(` It stays banned by ${counted(left.length, 'rule')} elsewhere.`);
  return [{ line }];
}

function isBannedByUs({ protectedRooms, homeserver }: Services, userId: string): boolean {
  for (const { members } of protectedRooms.all()) {
    const member = members.get(userId);
    if (member?.membership === 'ban' && member.sender === homeserver.botUserId) return true;
  }
  return false;
}

/** Rules for exactly the subject in lists that are ours to write, whoever wrote them. */
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
      { key: `command:${invocation.key}:unrule:${listRoomId}`, caseId: id },
    ),
  );
}

async function otherEffects(
  services: Services,
  invocation: Invocation,
  { id, subject, subjectKind }: CaseRecord,
): Promise<NewAction[]> {
  if (subjectKind !== 'user') return [];
  const actions = await services.ledger.actionsOf(id);
  const suspended = actions
    .filter(({ kind, state }) => kind === 'suspend' && state === 'done')
    .some((action) => effectOf(action) === 'suspended');
  const mutes = await Promise.all(
    [...services.protectedRooms.all()].map(({ roomId }) => unmuteIn(services, invocation, roomId, subject)),
  );
  return [
    ...(suspended
      ? [
          {
            caseId: id,
            kind: 'unsuspend',
            lane: `account:${subject}`,
            key: `command:${invocation.key}:unsuspend`,
            payload: { userId: subject },
          },
        ]
      : []),
    ...mutes.flat(),
  ];
}

/** Lockdowns that a case has led to: the rooms open again. */
async function lockdownsOf(services: Services, invocation: Invocation, { id }: CaseRecord): Promise<NewAction[]> {
  const actions = await services.ledger.actionsOf(id);
  return actions.flatMap((action) => endOf(action, `command:${invocation.key}:open:${action.id}`) ?? []);
}

export const undoCommands: readonly Command[] = [undo];
