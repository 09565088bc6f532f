import { visible } from '../detection/index.js';
import type { Block, Inline } from '../matrix/message.js';
import type { ListPreview } from '../policy/index.js';
import type { PolicyRule } from '../policy/types.js';
import { skipReason } from '../protected-rooms/effective-rules.js';
import { answerFor } from './answers.js';
import { noteRoom } from './audit.js';
import { choice, flag, list as listArg, room as roomArg, targets, text, word, type NamedRoom } from './args/index.js';
import { timeOf } from './args/duration.js';
import { isServerName } from './args/entity.js';
import { listOf } from './args/lists.js';
import { usageError, type Reading } from './args/reading.js';
import { ruleExpiries } from './ends.js';
import { command, type Arg, type Command } from './spec.js';
import type { Services } from './types.js';

const RULES_SHOWN = 200;

const watch = command({
  name: 'watch',
  aliases: ['list watch', 'lists watch', 'lists subscribe'],
  group: 'Lists',
  role: 'admin',
  summary: 'Watches a ban list, by id or alias: its rules act in all protected rooms. The answer names whom it hits.',
  args: { room: roomArg('ROOM') },
  options: { trustAllow: flag('trust-allow', 'Its allow rules also free those whom other lists ban.') },
  examples: ['watch #list:example.org'],
  async run(services, { args, options, invocation }) {
    const { roomId: wanted, said, via } = mustRoom(args.room);
    refuseAsList(services, wanted);
    const { roomId, preview: comes } = await services.protection.watchList(wanted, {
      via,
      trustAllow: options.trustAllow === true,
    });
    await noteRoom(services, invocation.sender, 'lists.watch', roomId);
    const others = services.lists.shortcodeOf(roomId);
    const twins = others === undefined ? [] : services.lists.allByShortcode(others).filter((one) => one !== roomId);
    return [
      {
        line: [
          `Watching ${visible(said)} now: ${count(services, roomId)} in force. `,
          ...summary(comes, 'It bans', 'shuts out'),
        ],
      },
      ...(comes.rules.user + comes.rules.room + comes.rules.server === 0
        ? [{ line: ['It holds no rule at all: is it a ban list?'] }]
        : []),
      ...(twins.length > 0
        ? [
            {
              line: [
                `Another watched list is called ${visible(others ?? '')} too: name this one by its alias or room ID.`,
              ],
            },
          ]
        : []),
      ...details(comes),
    ];
  },
});

function mustRoom(room: NamedRoom | undefined): NamedRoom {
  if (room === undefined) throw usageError('Which room?', 'Give a room ID (!…) or an alias (#name:server).');
  return room;
}

/** The management room and protected rooms are no lists. */
function refuseAsList(services: Services, roomId: string): void {
  if (services.settings.get().management_room === roomId)
    throw usageError('That is the management room, not a ban list.', 'Nothing was done.');
  if (services.protectedRooms.get(roomId) !== undefined)
    throw usageError(
      'That is a protected room, not a ban list.',
      'Nothing was done. To end its protection: !heimdall rooms remove ROOM.',
    );
}

const preview = command({
  name: 'preview',
  aliases: ['list preview', 'lists preview'],
  group: 'Lists',
  role: 'viewer',
  summary: 'Says whom and which servers a ban list would hit if it were watched. Nothing is watched.',
  args: { room: roomArg('ROOM') },
  options: {},
  examples: ['preview #list:example.org'],
  async run(services, { args }) {
    const { roomId, said, via } = mustRoom(args.room);
    const would = await services.protection.preview(roomId, via);
    return [
      {
        line: [
          `${visible(said)} has ${number(would.rules.user + would.rules.room + would.rules.server, 'rule')}. `,
          ...summary(would, 'Watched, it would ban', 'shut out'),
        ],
      },
      ...details(would),
    ];
  },
});

function summary({ people, rooms, rules, servers, skipped }: ListPreview, bans: string, shutsOut: string): Inline[] {
  const seen =
    servers.length === 0 ? 'none of them has people here' : `${number(servers.length, 'server')} with people here`;
  return [
    people === 0
      ? `${bans} nobody who is here`
      : `${bans} ${number(people, 'person', 'people')} in ${number(rooms.length, 'protected room')}`,
    rules.server === 0 ? '.' : `, and ${shutsOut} servers by ${number(rules.server, 'rule')}: ${seen}.`,
    skipped.length === 0 ? '' : ` I pass over ${number(skipped.length, 'rule')} that would hit us.`,
  ];
}

/** So many people, servers and rules are named; the rest is a number. */
const NAMED = 10;

function details({ people, rooms, servers, freed, roomsNamed, skipped }: ListPreview): Block[] {
  const samples = [...new Set(rooms.flatMap((room) => room.samples))].slice(0, NAMED);
  return [
    ...named(
      'People',
      samples.map((userId) => [{ code: userId }]),
      people,
    ),
    ...named(
      'Servers with people here',
      servers.map(({ server, members }) => [{ code: server }, `, ${number(members, 'membership')}`]),
    ),
    ...named(
      'Protected rooms that it names',
      roomsNamed.map(({ roomId, rule }) => [{ code: roomId }, ` (${rule.action})`]),
    ),
    ...(freed === 0
      ? []
      : [{ line: [`Its allow rules free ${number(freed, 'person', 'people')} whom another list bans.`] }]),
    ...named(
      'Passed over',
      skipped.map(({ rule, hits }) => [
        `${rule.kind} `,
        { code: visible(rule.entity ?? `sha256:${rule.sha256 ?? ''}`) },
        ` – ${skipReason(hits)}`,
      ]),
    ),
  ];
}

function named(title: string, lines: Inline[][], count = lines.length): Block[] {
  const more = count - Math.min(lines.length, NAMED);
  return lines.length === 0
    ? []
    : [{ line: [`${title}:`] }, { list: more > 0 ? [...lines.slice(0, NAMED), [`… and ${more} more`]] : lines }];
}

function number(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A watched list; also one whose alias leads nowhere any more, by what is kept of it. */
function watchedList(): Arg<{ roomId: string; said: string }> {
  return {
    kind: 'list',
    label: 'LIST',
    optional: false,
    async read(reading: Reading) {
      const next = reading.peek();
      if (next === undefined) throw usageError('Which list?', '!heimdall lists shows them.');
      const said = next.link?.id ?? next.text.replace(/[,;.!?)]+$/, '');
      const byAlias = reading.services.settings
        .get()
        .watched_lists.find(({ room_id }) => reading.services.lists.aliasesOf(room_id).includes(said));
      const roomId =
        byAlias?.room_id ??
        (await listOf(next, reading).catch(() => undefined)) ??
        (said.startsWith('!') ? said : undefined);
      if (roomId === undefined)
        throw usageError(`${visible(said)} is not a watched list.`, '!heimdall lists shows them. Nothing was done.');
      reading.take();
      return { roomId, said };
    },
  };
}

const unwatch = command({
  name: 'unwatch',
  aliases: ['list unwatch', 'lists unwatch', 'lists unsubscribe'],
  group: 'Lists',
  role: 'admin',
  summary: 'Stops watching a ban list: bans that only it required are lifted.',
  args: { list: watchedList() },
  options: {},
  examples: ['unwatch #list:example.org'],
  async run(services, { args, invocation }) {
    const { roomId: wanted, said } = args.list;
    const roomId = await services.protection.unwatchList(wanted);
    if (roomId === undefined) return [{ line: [`${visible(said)} was not watched.`] }];
    const wasDefault = services.settings.get().default_list === roomId;
    if (wasDefault) await services.settings.update((draft) => void (draft.default_list = null));
    await noteRoom(services, invocation.sender, 'lists.unwatch', roomId);
    return [
      {
        line: [
          `${visible(said)} is no longer watched. What only its rules wanted is lifted.`,
          wasDefault ? ' It was the default list; now that is my own.' : '',
        ],
      },
    ];
  },
});

const lists = command({
  name: 'lists',
  group: 'Lists',
  role: 'viewer',
  summary: 'Shows the watched lists.',
  args: {},
  options: {},
  examples: ['lists'],
  run(services) {
    const watched = services.settings.get().watched_lists;
    return Promise.resolve<Block[]>(
      watched.length === 0
        ? [{ line: ['No list is watched yet. My own list is made with the first rule.'] }]
        : [{ list: watched.map(({ room_id }) => listLine(services, room_id)) }],
    );
  },
});

/** Bans that a change of a foreign list would lift may wait for a moderator: this is the word. */
const lift = command({
  name: 'lists lift',
  aliases: ['list lift'],
  group: 'Lists',
  role: 'admin',
  summary: 'Lifts the bans that a change of a list would lift and that wait for your word.',
  args: { list: watchedList() },
  options: {},
  examples: ['lists lift #list:example.org'],
  async run(services, { args, invocation }) {
    const released = await services.protection.releaseList(args.list.roomId);
    if (released === undefined) return [{ line: [`Nothing of ${visible(args.list.said)} waits for your word.`] }];
    await noteRoom(services, invocation.sender, 'lists.lift', released.roomId);
    return [
      {
        line: [`${number(released.lifted, 'ban')} of that list ${released.lifted === 1 ? 'is' : 'are'} being lifted.`],
      },
    ];
  },
});

function listLine(services: Services, roomId: string): Inline[] {
  const own = services.settings.get().policy_list_room === roomId ? ', my own' : '';
  const failure = services.protection.failures.get(roomId);
  const shortcode = services.lists.shortcodeOf(roomId);
  const trusted = services.settings.get().watched_lists.find((list) => list.room_id === roomId)?.trust_allow === true;
  return [
    { code: roomId },
    ...services.lists
      .aliasesOf(roomId)
      .slice(0, 1)
      .map((alias): Inline => ({ code: visible(alias) }))
      .flatMap((alias): Inline[] => [' ', alias]),
    shortcode === undefined ? '' : ` (${visible(shortcode)})`,
    own,
    trusted ? ', its allow rules free from all lists' : '',
    `, ${count(services, roomId)}`,
    failure === undefined ? '' : ` – cannot be read: ${failure}`,
  ];
}

function count(services: Services, roomId: string): string {
  return number([...services.lists.policy.rules({ roomId })].length, 'rule');
}

const create = command({
  name: 'list create',
  aliases: ['lists create', 'policy create'],
  group: 'Lists',
  role: 'admin',
  summary:
    'Makes a policy list with an alias and watches it. Write to it with ban SHORTCODE …, or make it the default.',
  args: { shortcode: word('SHORTCODE'), alias: word('[ALIAS_LOCALPART]') },
  options: {},
  examples: ['list create raids', 'list create raids raid-list'],
  async run(services, { args, invocation }) {
    const shortcode = checkedShortcode(services, args.shortcode ?? '');
    const alias = args.alias ?? shortcode.toLowerCase();
    const aliasLocalpart = alias.replace(/^#/, '').replace(/:.*$/, '');
    const [made] = await services.runAndWait([
      {
        kind: 'create_list',
        lane: `create_list:${aliasLocalpart}`,
        key: `command:${invocation.key}:create`,
        payload: { shortcode, aliasLocalpart, invite: invocation.sender },
      },
    ]);
    const roomId = made?.state === 'done' ? (made.result as { room_id?: string }).room_id : undefined;
    if (roomId === undefined) return answerFor(made, () => []);
    await services.protection.watchList(roomId);
    await noteRoom(services, invocation.sender, 'lists.watch', roomId);
    return [
      {
        line: [
          'Made the list ',
          { code: shortcode },
          ' in ',
          { code: `#${aliasLocalpart}:${services.homeserver.serverName}` },
          ', and I watch it. You are invited. To write to it: ',
          { code: `!heimdall ban ${shortcode} @them:server` },
          '; to make it the default: ',
          { code: `!heimdall default ${shortcode}` },
          '.',
        ],
      },
    ];
  },
});

const RESERVED = ['user', 'room', 'server', 'create', 'true', 'false', 'apply', 'all', 'case', 'fall', 'yes', 'no'];

/** A shortcode that nothing else in a command can be taken for. */
function checkedShortcode(services: Services, shortcode: string): string {
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(shortcode))
    throw usageError(
      'What is the list to be called?',
      'Write: list create SHORTCODE [ALIAS_LOCALPART], with letters, digits, _ . and - in the shortcode.',
    );
  const small = shortcode.toLowerCase();
  if (RESERVED.includes(small) || services.isReserved(small))
    throw usageError(`${shortcode} is a reserved word.`, 'Choose another shortcode. Nothing was done.');
  if (/^[-#\d]+$/.test(shortcode) || (shortcode.includes('.') && isServerName(shortcode)))
    throw usageError(
      `${shortcode} could be taken for a ${shortcode.includes('.') ? 'server' : 'number'}.`,
      'Choose another shortcode. Nothing was done.',
    );
  if (services.lists.allByShortcode(shortcode).length > 0)
    throw usageError(`A list called ${shortcode} is watched already.`, 'Choose another shortcode. Nothing was done.');
  return shortcode;
}

/** What `rules` shows: all, of one list, those that match, those that are malformed. */
const rules = command({
  name: 'rules',
  aliases: ['dump-rules', 'rules list'],
  group: 'Lists',
  role: 'viewer',
  summary: 'Shows the rules in force (of one list, or those that match something), or those that state nothing.',
  args: {
    what: choice('[matching|malformed]', ['matching', 'malformed', 'members']),
    list: listArg('[LIST]'),
    entity: text('[ENTITY]', 'entity'),
  },
  options: {},
  examples: ['rules', 'rules matching @someone:evil.example', 'rules malformed'],
  async run(services, { args }) {
    const { policy } = services.lists;
    if (args.what === 'malformed') return malformedRules(services);
    if (args.what === 'matching') return matchingRules(services, args.entity);
    if (args.entity !== '')
      throw usageError(
        `${visible(args.entity)} is not a watched list.`,
        'Write: rules [LIST], or rules matching ENTITY.',
      );
    const ends = await ruleExpiries(services.ledger);
    const shown: Inline[][] = [];
    let more = 0;
    for (const rule of policy.rules(args.list === undefined ? {} : { roomId: args.list })) {
      if (shown.length < RULES_SHOWN) shown.push(ruleLine(services, rule, ends));
      else more += 1;
    }
    if (shown.length === 0) return [{ line: ['No rules are in force.'] }];
    return [{ list: shown }, ...(more === 0 ? [] : [{ line: [`… and ${more} more.`] }])];
  },
});

function malformedRules({ lists: { policy } }: Services): Block[] {
  const malformed = policy.malformed();
  if (malformed.length === 0) return [{ line: ['No rule is malformed.'] }];
  const lines = malformed
    .slice(0, RULES_SHOWN)
    .map((rule): Inline[] => [{ code: visible(rule.stateKey) }, ` (${rule.type}): ${rule.reason}`]);
  return [{ list: lines }];
}

async function matchingRules(services: Services, said: string): Promise<Block[]> {
  if (said === '') throw usageError('Which one?', 'Write: rules matching ENTITY.');
  const bare = said.replace(/[,;.!?)]+$/, '');
  const kind = bare.startsWith('@') ? 'user' : /^[!#]/.test(bare) ? 'room' : 'server';
  const ends = await ruleExpiries(services.ledger);
  const [first, ...others] = services.lists.policy
    .rulesMatching(kind, bare)
    .map((rule) => ruleLine(services, rule, ends));
  if (first === undefined) return [{ line: ['No rule matches ', { code: bare }, '.'] }];
  const blocks: Block[] = [{ line: [`The rule that decides about ${visible(bare)}:`] }, { list: [first] }];
  if (others.length === 0) return blocks;
  return [...blocks, { line: ['It is also matched by:'] }, { list: others.slice(0, RULES_SHOWN) }];
}

function ruleLine(services: Services, rule: PolicyRule, ends: ReadonlyMap<string, number>): Inline[] {
  const end = ends.get(rule.eventId ?? '');
  const list = rule.roomId === undefined ? '' : ` – ${services.lists.shortcodeOf(rule.roomId) ?? rule.roomId}`;
  const hits = services.protection.skipped.get(rule);
  return [
    `${rule.action} ${rule.kind} `,
    { code: visible(rule.entity ?? `sha256:${rule.sha256 ?? ''}`) },
    rule.reason === undefined ? '' : ` (${visible(rule.reason)})`,
    list,
    end === undefined ? '' : `, until ${timeOf(end)}`,
    hits === undefined ? '' : ` – NOT followed: ${skipReason(hits)}`,
  ];
}

const sync = command({
  name: 'sync',
  group: 'Lists',
  role: 'moderator',
  summary: 'Reads all lists and protected rooms again and applies what is missing.',
  args: {},
  options: {},
  examples: ['sync'],
  async run(services) {
    await services.protection.sync();
    return [{ line: ['Read again. What was missing is on its way.'] }];
  },
});

/** Whom of the people in our rooms rules hit: `rules members`, Draupnir's "rules matching members". */
const match = command({
  name: 'match',
  aliases: ['rules matching members'],
  group: 'Lists',
  role: 'viewer',
  summary: 'Says which rules match accounts, rooms or servers.',
  args: { who: targets('TARGET…', {}) },
  options: {},
  examples: ['match @someone:evil.example'],
  async run(services, { args }) {
    const blocks: Block[] = [];
    for (const { entity } of args.who.targets) blocks.push(...(await matchingRules(services, entity)));
    return blocks;
  },
});

export const listCommands: readonly Command[] = [watch, preview, unwatch, lists, lift, create, rules, match, sync];
