import { interlock } from '../enforcement/interlock.js';
import type { WriteRulePayload } from '../enforcement/payloads.js';
import { visible } from '../detection/index.js';
import { isRoomAlias, serverNameOf } from '../matrix/identifiers.js';
import type { Block, Inline } from '../matrix/message.js';
import { isGlob } from '../policy/index.js';
import { foldCase } from '../policy/server-name.js';
import type { ActionRecord, NewAction } from '../store/types.js';
import { HeimdallError } from '../util/errors.js';
import { counted, effectOf, enumerated, notDone, roomName, undoHint } from './answers.js';
import { duration, list, targets, text, yes } from './args/index.js';
import { timeOf } from './args/duration.js';
import type { Entity } from './args/entity.js';
import { defaultList, isWatched } from './args/lists.js';
import { refuseListAsTarget } from './args/targets.js';
import {
  aclEffectWords,
  banEffectWords,
  blastRadius,
  followAcl,
  followBan,
  meansPerson,
  peopleHit,
  settled,
} from './effects.js';
import { command, type Answer, type Command } from './spec.js';
import type { Invocation, Services } from './types.js';

type Recommendation = NonNullable<WriteRulePayload['recommendation']>;
const ALLOW = 'org.matrix.mjolnir.allow';

/** What a command wants written. */
interface Wish {
  listRoomId: string | undefined;
  targets: readonly Entity[];
  reason: string;
  recommendation: Recommendation;
  until?: number;
}

const forTime = duration('for', 'Ends by itself after this time: 30m, 12h, 7d, 2w.');

const ban = command({
  name: 'ban',
  group: 'Bans',
  role: 'moderator',
  summary: 'Writes a ban rule: an account is banned from all protected rooms, a server is blocked by their server ACL.',
  args: {
    who: targets('[LIST] [user|room|server] TARGET… [LIST]', { globs: true, list: true }),
    reason: text(),
  },
  options: { for: forTime, yes },
  examples: [
    'ban @spammer:evil.example spam',
    'ban @rude:evil.example rude --for 7d',
    'ban evil.example spam',
    'ban case 12',
    'ban user @spam*:evil.example spam --yes',
  ],
  async run(services, { args, options, invocation }) {
    const until = options.for === undefined ? undefined : services.clock() + options.for;
    const wish: Wish = {
      listRoomId: args.who.listRoomId,
      targets: args.who.targets,
      reason: args.reason,
      recommendation: 'm.ban',
      ...(until === undefined ? {} : { until }),
    };
    const question = await questionOf(services, invocation, wish, options.yes === true, 'Ban');
    if (question !== undefined) return question;
    return writeAndAnswer(services, invocation, wish, 'Ban rule');
  },
});

const takedown = command({
  name: 'takedown',
  group: 'Bans',
  role: 'moderator',
  summary:
    'Writes a takedown rule: a ban, and by the settings redaction, suspended accounts, quarantined media, blocked rooms.',
  args: {
    who: targets('[LIST] [user|room|server] TARGET… [LIST]', { globs: true, list: true }),
    reason: text(),
  },
  options: { for: forTime, yes },
  examples: ['takedown @spammer:evil.example spam', 'takedown case 12 spam'],
  async run(services, { args, options, invocation }) {
    const until = options.for === undefined ? undefined : services.clock() + options.for;
    const wish: Wish = {
      listRoomId: args.who.listRoomId,
      targets: args.who.targets,
      reason: args.reason,
      recommendation: 'm.takedown',
      ...(until === undefined ? {} : { until }),
    };
    const gone = wish.targets.filter((target) => deactivates(services, target));
    const extra: Block[] = wish.targets.map((target) => ({
      line: ['A takedown of ', { code: target.entity }, ` would: ${whatATakedownDoes(services, target).join(', ')}.`],
    }));
    if (gone.length > 0) extra.push({ line: ['A deactivated account cannot be given back.'] });
    const asks = gone.length > 0 && options.yes !== true && invocation.confirmed === undefined;
    const question = await questionOf(services, invocation, wish, options.yes === true, 'Take down', extra);
    if (question !== undefined) return question;
    if (asks) return { ask: { blocks: [...extra, howToAnswer()] } };
    return writeAndAnswer(services, invocation, wish, 'Takedown rule', (target) => [
      ` It will: ${whatATakedownDoes(services, target).join(', ')}.`,
    ]);
  },
});

const allow = command({
  name: 'allow',
  aliases: ['ignore', 'add-unban'],
  group: 'Bans',
  role: 'moderator',
  summary:
    'Writes an allow rule: what it names is exempt from the ban rules, and bans that only rules wanted are lifted.',
  args: { who: targets('[LIST] [user|room|server] TARGET… [LIST]', { globs: true, list: true }), reason: text() },
  options: { for: forTime, yes },
  examples: ['allow @friend:good.example known here', 'allow good.example --for 30d'],
  async run(services, { args, options, invocation }) {
    const until = options.for === undefined ? undefined : services.clock() + options.for;
    const wish: Wish = {
      listRoomId: args.who.listRoomId,
      targets: args.who.targets,
      reason: args.reason,
      recommendation: ALLOW,
      ...(until === undefined ? {} : { until }),
    };
    const question = await questionOf(services, invocation, wish, options.yes === true, 'Exempt');
    if (question !== undefined) return question;
    const { listRoomId, written } = await write(services, invocation, wish);
    return answerLines(wish, written, (target) => [
      'Allow rule for ',
      { code: target.entity },
      ' written to ',
      listName(services, listRoomId),
      '.',
      ...endWords(wish),
      ' To take it back: ',
      { code: '!heimdall unallow' },
      ' with the same target.',
    ]);
  },
});

/** Patterns hit more than one: whom, is said before anything is done. */
async function questionOf(
  services: Services,
  invocation: Invocation,
  wish: Wish,
  skip: boolean,
  what: string,
  extra: Block[] = [],
): Promise<Answer | undefined> {
  for (const target of wish.targets) await refuseLists(services, target);
  const globs = wish.targets.filter((target) => target.isGlob);
  if (globs.length === 0) return undefined;
  for (const target of globs) {
    if (wish.recommendation === ALLOW) continue;
    const answer = interlock({ about: 'rule', kind: target.kind, entity: target.entity }, services.facts());
    if (!answer.allowed) return [{ line: [`Not done: ${visible(answer.reason, 400)}`] }];
  }
  if (skip || invocation.confirmed !== undefined) return undefined;
  const blocks = globs.flatMap((target): Block[] => [
    { line: [`${what} every ${target.kind} that matches `, { code: target.entity }, '?'] },
    ...(target.kind === 'room' ? [] : blastRadius(services, peopleHit(services, target))),
  ]);
  return { ask: { blocks: [...blocks, ...extra, howToAnswer()] } };
}

/** How a question is answered. */
export function howToAnswer(): Block {
  return {
    line: [
      'Nothing is done yet. Reply ',
      { code: 'yes' },
      ' or press ✅ within 5 minutes; ',
      { code: '--yes' },
      ' skips the question.',
    ],
  };
}

async function refuseLists(services: Services, target: Entity): Promise<void> {
  if (target.kind !== 'room' || target.isGlob) return;
  const roomId = isRoomAlias(target.entity) ? await services.homeserver.resolveAlias(target.entity) : target.entity;
  refuseListAsTarget(target, services, roomId);
}

async function write(
  services: Services,
  invocation: Invocation,
  wish: Wish,
): Promise<{ listRoomId: string; written: ActionRecord[] }> {
  const listRoomId = wish.listRoomId ?? (await defaultList(services));
  const actions = wish.targets.map((target, index): NewAction => {
    // What a case names is meant literally, also where its id holds signs of a pattern: such a rule is hashed.
    const hashed = !target.isGlob && isGlob(target.entity);
    const payload: WriteRulePayload = {
      listRoomId,
      kind: target.kind,
      entity: target.entity,
      recommendation: wish.recommendation,
      reason: wish.reason === '' ? 'no reason given' : wish.reason,
      ...(wish.until === undefined ? {} : { until: wish.until }),
      ...(hashed ? { hashed } : {}),
    };
    return {
      caseId: target.caseId ?? null,
      kind: 'write_rule',
      lane: 'policy_list',
      key: `command:${invocation.key}:write${index === 0 ? '' : `:${index}`}`,
      payload,
    };
  });
  const at = services.clock();
  await services.ledger.commit(async (tx) => {
    for (const { caseId } of wish.targets)
      if (caseId !== undefined && wish.recommendation !== ALLOW)
        await tx.audit({ at, actor: invocation.sender, what: 'case.banned', caseId, data: { reason: wish.reason } });
  });
  return { listRoomId, written: await services.runAndWait(actions) };
}

async function writeAndAnswer(
  services: Services,
  invocation: Invocation,
  wish: Wish,
  rule: string,
  more: (target: Entity) => Inline[] = () => [],
): Promise<Block[]> {
  const followed = wish.targets.map((target) =>
    target.kind === 'user' && !target.isGlob ? followBan(services, target.entity) : undefined,
  );
  const { listRoomId, written } = await write(services, invocation, wish);
  const effects = await Promise.all(
    wish.targets.map(async (target, index): Promise<Inline[]> => {
      if (written[index]?.state !== 'done') return [];
      const follow = followed[index];
      if (follow !== undefined) return banEffectWords(services, await follow());
      return effectOfWide(services, target);
    }),
  );
  return answerLines(wish, written, (target, index) => [
    `${rule} for `,
    ...kindWords(target),
    { code: target.entity },
    ' written to ',
    listName(services, listRoomId),
    '.',
    ...(effects[index] ?? []),
    ...more(target),
    ...endWords(wish),
    ...undoHint(target.caseId),
  ]);
}

function kindWords({ kind }: Entity): Inline[] {
  return kind === 'user' ? [] : [`the ${kind} `];
}

/** What a rule for a server, a room or a pattern has come to. */
async function effectOfWide(services: Services, target: Entity): Promise<Inline[]> {
  if (target.kind === 'room') return [' Room rules are kept in the list.'];
  if (target.kind === 'server') {
    const effect = await followAcl(services, target);
    const words = aclEffectWords(services, effect);
    if (effect.people === 0) return [...words, ' Nobody of it is in the protected rooms.'];
    const whom = target.caseId === undefined ? target.entity : `case ${target.caseId}`;
    const remove: Inline[] = target.isGlob ? [] : [' To remove them: ', { code: `!heimdall kick ${whom}` }, '.'];
    return [
      ...words,
      ` ${counted(effect.people, 'of its members is', 'of its members are')} in the rooms still.`,
      ...remove,
    ];
  }
  const { people } = peopleHit(services, target);
  await settled(services, () => peopleHit(services, target).people.size === 0);
  const left = peopleHit(services, target).people.size;
  return [
    ` Banned ${counted(people.size - left, 'person', 'people')} who were in the rooms.`,
    ...(left > 0 ? [` ${left} not yet.`] : []),
  ];
}

/** One line a target: what was written, or why it was not. */
function answerLines(
  { targets: all }: Wish,
  written: readonly ActionRecord[],
  done: (target: Entity, index: number) => Inline[],
): Block[] {
  return all.map((target, index) => {
    const action = written[index];
    if (action?.state === 'done') return { line: done(target, index) };
    return { line: [...(all.length > 1 ? [{ code: target.entity }, ': '] : []), notDone(action)] };
  });
}

function endWords({ until, recommendation }: Wish): Inline[] {
  if (until !== undefined) return [` It ends by itself: ${timeOf(until)}.`];
  return recommendation === ALLOW ? [] : [' It has no end.'];
}

export function listName({ lists, settings }: Services, listRoomId: string): Inline {
  if (settings.get().policy_list_room === listRoomId) return 'my own list';
  const code = lists.shortcodeOf(listRoomId);
  return code === undefined ? { code: listRoomId } : `the list ${visible(code)}`;
}

/** What the settings make of a takedown of this target, in words. */
function whatATakedownDoes(services: Services, target: Entity): string[] {
  const {
    redact,
    withdraw_invites: withdraw,
    local_accounts: accounts,
    quarantine_media: media,
    block_rooms: block,
  } = services.config.takedown;
  if (target.kind === 'server') return ['block the server in the protected rooms'];
  if (target.kind === 'room')
    return [
      block && !target.isGlob
        ? 'block the room on this server'
        : 'be kept in the list (blocking rooms is off in the settings)',
    ];
  const local = mayBeLocal(services, target);
  return [
    'ban from the protected rooms',
    ...(redact ? ['redact what was written there (this cannot be undone)'] : []),
    ...(withdraw ? ['withdraw unanswered invites to them'] : []),
    ...(local && accounts === 'suspend' ? ['suspend the account'] : []),
    ...(local && accounts === 'deactivate' ? ['deactivate the account (this cannot be undone)'] : []),
    ...(local && media ? ['quarantine its media'] : []),
  ];
}

function deactivates(services: Services, target: Entity): boolean {
  return (
    services.config.takedown.local_accounts === 'deactivate' && target.kind === 'user' && mayBeLocal(services, target)
  );
}

function mayBeLocal({ homeserver }: Services, { entity, isGlob: glob }: Entity): boolean {
  return glob || serverNameOf(entity) === homeserver.serverName;
}

const unban = command({
  name: 'unban',
  aliases: ['policy remove'],
  group: 'Bans',
  role: 'moderator',
  summary:
    'Removes ban and takedown rules and lifts their bans. With true, lifts every matching ban in all protected rooms, whoever set it.',
  args: {
    who: targets('[LIST] [user|room|server] TARGET… [LIST]', { globs: true, list: true }),
    everywhere: text('[true]', 'choice'),
  },
  options: { yes },
  examples: ['unban @friend:good.example', 'unban @friend:good.example true', 'unban evil.example'],
  async run(services, { args, options, invocation }) {
    const everywhere = args.everywhere.split(' ').some((word) => /^(?:true|apply)[.!,;]?$/i.test(word));
    const globs = args.who.targets.filter((target) => target.isGlob);
    if (globs.length > 0 && options.yes !== true && invocation.confirmed === undefined)
      return {
        ask: { blocks: [...globs.flatMap((target) => whatUnbanLifts(services, target, everywhere)), howToAnswer()] },
      };
    const blocks: Block[] = [];
    for (const [index, target] of args.who.targets.entries())
      blocks.push(...(await unbanOne(services, invocation, target, args.who.listRoomId, everywhere, index)));
    return blocks;
  },
});

function whatUnbanLifts(services: Services, target: Entity, everywhere: boolean): Block[] {
  const lifts = everywhere ? bansOf(services, target).length : 0;
  return [
    { line: ['Remove the rule ', { code: target.entity }, '?'] },
    {
      line: [
        everywhere
          ? `That lifts ${counted(lifts, 'ban')} in the protected rooms, whoever set them.`
          : 'Bans that only it wanted are lifted.',
      ],
    },
  ];
}

async function unbanOne(
  services: Services,
  invocation: Invocation,
  target: Entity,
  listRoomId: string | undefined,
  everywhere: boolean,
  index: number,
): Promise<Block[]> {
  const rooms = listRoomId === undefined ? listsToLook(services, target) : [listRoomId];
  const removed = await removeRules(services, invocation, target, rooms, index);
  const bad = removed.find(({ action }) => action.state !== 'done');
  if (bad !== undefined && removed.every(({ action }) => action.state !== 'done'))
    return [{ line: [notDone(bad.action)] }];
  const gone = removed.filter(({ action }) => effectOf(action) === 'removed').map(({ roomId }) => roomId);
  const line: Inline[] =
    gone.length === 0
      ? [
          'There was no ban rule for ',
          { code: target.entity },
          listRoomId === undefined ? '' : ' in ',
          ...(listRoomId === undefined ? [] : [listName(services, listRoomId)]),
          '.',
        ]
      : [
          'Removed the ban rule for ',
          { code: target.entity },
          ' from ',
          ...enumerated(gone.map((roomId) => listName(services, roomId))),
          '.',
        ];
  if (gone.length > 0) await settled(services, () => !hasRule(services, target, gone));
  if (bad !== undefined) line.push(` Not everywhere: ${notDone(bad.action)}`);
  line.push(...(await liftedWords(services, invocation, target, everywhere, gone.length > 0, index)));
  const others = othersThatWantIt(services, target, new Set(gone));
  return others.length === 0
    ? [{ line }]
    : [{ line }, { line: [`It stays banned by ${counted(others.length, 'rule')} elsewhere:`] }, { list: others }];
}

/** Every list that may hold a rule for this: also one to which it was written a moment ago. */
function listsToLook(services: Services, { kind, entity }: Entity): string[] {
  const rooms = new Set<string>();
  for (const rule of services.lists.policy.rulesMatching(kind, entity))
    if (rule.roomId !== undefined) rooms.add(rule.roomId);
  for (const rule of services.lists.policy.rules({ kind }))
    if (rule.entity === entity && rule.roomId !== undefined) rooms.add(rule.roomId);
  const { policy_list_room: own, default_list: chosen } = services.settings.get();
  for (const roomId of [own, chosen]) if (roomId !== null && services.lists.has(roomId)) rooms.add(roomId);
  for (const roomId of services.lists.rooms()) if (services.lists.isMade(roomId)) rooms.add(roomId);
  return [...rooms].filter((roomId) => mayHoldIt(services, roomId, kind, entity));
}

/** A foreign list is only touched for a rule of exactly this entity. */
function mayHoldIt(services: Services, roomId: string, kind: Entity['kind'], entity: string): boolean {
  const { policy_list_room: own, default_list: chosen } = services.settings.get();
  if (roomId === own || roomId === chosen || services.lists.isMade(roomId)) return true;
  return hasRule(services, { kind, entity }, [roomId]);
}

function hasRule(
  { lists }: Services,
  { kind, entity }: Pick<Entity, 'kind' | 'entity'>,
  rooms: readonly string[],
): boolean {
  const same = (other: string | undefined): boolean =>
    other === entity || (kind === 'server' && other !== undefined && foldCase(other) === foldCase(entity));
  for (const rule of lists.policy.rulesMatching(kind, entity))
    if (
      rule.action !== 'allow' &&
      rooms.includes(rule.roomId ?? '') &&
      (rule.entity === undefined || same(rule.entity))
    )
      return true;
  for (const rule of lists.policy.rules({ kind }))
    if (rule.action !== 'allow' && rooms.includes(rule.roomId ?? '') && same(rule.entity)) return true;
  return false;
}

async function removeRules(
  services: Services,
  invocation: Invocation,
  target: Entity,
  rooms: readonly string[],
  index: number,
  recommendations?: string[],
): Promise<{ roomId: string; action: ActionRecord }[]> {
  const removals = rooms.map((listRoomId): NewAction => ({
    caseId: target.caseId ?? null,
    kind: 'remove_rule',
    lane: 'policy_list',
    key: `command:${invocation.key}:${index}:${listRoomId}`,
    payload: {
      listRoomId,
      kind: target.kind,
      entity: target.entity,
      ...(recommendations === undefined ? {} : { recommendations }),
    },
  }));
  const actions = removals.length === 0 ? [] : await services.runAndWait(removals);
  return actions.flatMap((action, at) => (rooms[at] === undefined ? [] : [{ roomId: rooms[at], action }]));
}

/** Lifts bans that people set, when that is asked for, and says in how many rooms the account is free. */
async function liftedWords(
  services: Services,
  invocation: Invocation,
  target: Entity,
  everywhere: boolean,
  hadRule: boolean,
  index: number,
): Promise<Inline[]> {
  if (target.kind !== 'user') return [];
  const before = bansOf(services, target);
  if (before.length === 0) return everywhere ? [' Bans lifted: 0 of 0.'] : [];
  if (everywhere) {
    const lifts = before.map(({ roomId, userId, eventId }): NewAction => ({
      kind: 'unban',
      lane: roomId,
      key: `unban:${roomId}:${eventId}:${invocation.key}:${index}`,
      payload: { roomId, userId, reason: 'Ban lifted by a moderator' },
    }));
    const ended = await services.runAndWait(lifts);
    const done = ended.filter(({ state }) => state === 'done').length;
    const stuck = before.filter((_, at) => ended[at]?.state !== 'done').map(({ roomId }) => roomName(services, roomId));
    return [
      ` Bans lifted: ${done} of ${before.length}.`,
      ...(stuck.length === 0 ? [] : [' Not in: ', ...enumerated(stuck), '.']),
    ];
  }
  const ours = before.filter(({ sender }) => sender === services.homeserver.botUserId);
  if (hadRule)
    await settled(services, () =>
      bansOf(services, target).every(({ sender }) => sender !== services.homeserver.botUserId),
    );
  const left = bansOf(services, target);
  const lifted = before.length - left.length;
  const theirs = before.length - ours.length;
  return [
    ...(lifted > 0 ? [` Its bans in ${counted(lifted, 'room')} are lifted.`] : []),
    ...(left.length > 0 && theirs > 0
      ? [` ${counted(theirs, 'ban')} that people set stay: add `, { code: 'true' }, ' to lift them too.']
      : []),
  ];
}

function bansOf(
  services: Services,
  target: Entity,
): { roomId: string; userId: string; eventId: string; sender: string }[] {
  const means = meansPerson(target);
  const bans: { roomId: string; userId: string; eventId: string; sender: string }[] = [];
  for (const room of services.protectedRooms.all()) {
    const entries = target.isGlob || target.kind !== 'user' ? room.members : entryOf(room.members, target.entity);
    for (const [userId, { membership, eventId, sender }] of entries)
      if (membership === 'ban' && means(userId)) bans.push({ roomId: room.roomId, userId, eventId, sender });
  }
  return bans;
}

/** Rules that still hit the entity after it was taken out of the lists in `gone`, one line each. */
function othersThatWantIt(
  services: Services,
  { kind, entity, isGlob: glob }: Entity,
  gone: ReadonlySet<string>,
): Inline[][] {
  if (glob) return [];
  const rules = services.lists.policy.rulesMatching(kind, entity);
  if (rules.some(({ action }) => action === 'allow')) return [];
  return rules
    .filter((rule) => rule.entity !== entity || !gone.has(rule.roomId ?? ''))
    .slice(0, 20)
    .map((rule) => [
      { code: visible(rule.entity ?? 'a hashed entity') },
      ' in ',
      listName(services, rule.roomId ?? 'a list'),
    ]);
}

const unallow = command({
  name: 'unallow',
  aliases: ['remove-unban'],
  group: 'Bans',
  role: 'moderator',
  summary: 'Removes an allow rule: what it exempted is subject to the ban rules again.',
  args: { who: targets('[LIST] [user|room|server] TARGET… [LIST]', { globs: true, list: true }) },
  options: { yes },
  examples: ['unallow @friend:good.example'],
  async run(services, { args, invocation }) {
    const blocks: Block[] = [];
    for (const [index, target] of args.who.targets.entries()) {
      const rooms = args.who.listRoomId === undefined ? allowLists(services, target) : [args.who.listRoomId];
      const removed = await removeRules(services, invocation, target, rooms, index, [ALLOW]);
      const gone = removed.filter(({ action }) => effectOf(action) === 'removed');
      const bad = removed.find(({ action }) => action.state !== 'done');
      blocks.push({
        line:
          gone.length > 0
            ? [
                'Removed the allow rule for ',
                { code: target.entity },
                ' from ',
                ...enumerated(gone.map(({ roomId }) => listName(services, roomId))),
                '.',
              ]
            : bad !== undefined
              ? [notDone(bad.action)]
              : ['There was no allow rule for ', { code: target.entity }, '.'],
      });
    }
    return blocks;
  },
});

function allowLists(services: Services, { kind, entity }: Entity): string[] {
  const rooms = new Set<string>();
  for (const rule of services.lists.policy.rules({ kind }))
    if (rule.action === 'allow' && rule.entity === entity && rule.roomId !== undefined) rooms.add(rule.roomId);
  const { policy_list_room: own, default_list: chosen } = services.settings.get();
  for (const roomId of [own, chosen]) if (roomId !== null && services.lists.has(roomId)) rooms.add(roomId);
  return [...rooms];
}

export function entryOf<V>(map: ReadonlyMap<string, V>, key: string): [string, V][] {
  const value = map.get(key);
  return value === undefined ? [] : [[key, value]];
}

const defaultCommand = command({
  name: 'default',
  group: 'Bans',
  role: 'admin',
  summary: 'Says or chooses which list ban and takedown write to when none is named.',
  args: { list: list('[LIST]'), rest: text('', 'text') },
  options: {},
  examples: ['default'],
  async run(services, { args }) {
    const { default_list: chosen, policy_list_room: own } = services.settings.get();
    if (args.rest !== '')
      throw new HeimdallError(
        'HEIMDALL_E_NO_LIST',
        `There is no watched list called ${visible(args.rest)}.`,
        '!heimdall lists shows them; !heimdall list create SHORTCODE makes one.',
      );
    if (args.list === undefined) {
      const current = chosen !== null && isWatched(chosen, services) ? chosen : own;
      return [
        {
          line:
            current === null
              ? ['The default list is my own, made with the first rule.']
              : ['The default list is ', listName(services, current), '.'],
        },
      ];
    }
    const roomId = args.list;
    await services.settings.update((draft) => void (draft.default_list = roomId));
    return [{ line: ['Rules go to ', listName(services, roomId), ' now, when no list is named.'] }];
  },
});

export const banCommands: readonly Command[] = [ban, takedown, unban, allow, unallow, defaultCommand];
