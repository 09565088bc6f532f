import { visible } from '../detection/index.js';
import type { Block, Inline } from '../matrix/message.js';
import type { ListPreview } from '../policy/index.js';
import type { PolicyRule } from '../policy/types.js';
import { HeimdallError } from '../util/errors.js';
import { skipReason } from '../protected-rooms/effective-rules.js';
import { answerFor } from './answers.js';
import { noteRoom } from './audit.js';
import { timeOf } from './duration.js';
import { ruleExpiries } from './ends.js';
import { entityKindOf } from './parse.js';
import type { Command, Services } from './types.js';

const RULES_SHOWN = 200;

const watch: Command = {
  name: 'watch',
  group: 'Lists',
  usage: 'watch ROOM [--trust-allow]',
  summary:
    'Watches a ban list, by id or alias: its rules act in all protected rooms. The answer names whom it hits. With --trust-allow its allow rules free also those whom other lists ban.',
  async run(services, { args, sender, flags }) {
    const room = required(args[0]);
    const { roomId, preview: comes } = await services.protection.watchList(room, {
      trustAllow: flags.has('trust-allow'),
    });
    await noteRoom(services, sender, 'lists.watch', roomId);
    return [
      {
        line: [
          `Watching ${visible(room)} now: ${count(services, roomId)} in force. `,
          ...summary(comes, 'It bans', 'shuts out'),
        ],
      },
      ...details(comes),
    ];
  },
};

const preview: Command = {
  name: 'preview',
  group: 'Lists',
  usage: 'preview ROOM',
  summary: 'Says whom and which servers a ban list would hit if it were watched. Nothing is watched.',
  async run(services, { args }) {
    const room = required(args[0]);
    const would = await services.protection.preview(room);
    return [
      {
        line: [
          `${visible(room)} has ${number(would.rules.user + would.rules.room + would.rules.server, 'rule')}. `,
          ...summary(would, 'Watched, it would ban', 'shut out'),
        ],
      },
      ...details(would),
    ];
  },
};

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

const unwatch: Command = {
  name: 'unwatch',
  group: 'Lists',
  usage: 'unwatch ROOM',
  summary: 'Stops watching a ban list: its rules stop acting.',
  async run(services, { args, sender }) {
    const room = required(args[0]);
    const roomId = await services.protection.unwatchList(room);
    if (roomId === undefined) return [{ line: [`${visible(room)} was not watched.`] }];
    await noteRoom(services, sender, 'lists.unwatch', roomId);
    return [{ line: [`${visible(room)} is no longer watched. What only its rules wanted is lifted.`] }];
  },
};

const lists: Command = {
  name: 'lists',
  group: 'Lists',
  usage: 'lists | lists lift LIST',
  summary:
    'Shows the watched lists. `lists lift LIST`: bans that a change of that list would lift, and that wait for your word, are lifted.',
  async run(services, { args, sender }) {
    if (args[0]?.toLowerCase() === 'lift') return lift(services, sender, required(args[1]));
    const watched = services.settings.get().watched_lists;
    if (watched.length === 0) return [{ line: ['No list is watched yet. My own list is made with the first rule.'] }];
    return [{ list: watched.map(({ room_id }) => listLine(services, room_id)) }];
  },
};

async function lift(services: Services, sender: string, reference: string): Promise<Block[]> {
  const released = await services.protection.releaseList(reference);
  if (released === undefined) return [{ line: [`Nothing of ${visible(reference)} waits for your word.`] }];
  await noteRoom(services, sender, 'lists.lift', released.roomId);
  return [
    { line: [`${number(released.lifted, 'ban')} of that list ${released.lifted === 1 ? 'is' : 'are'} being lifted.`] },
  ];
}

function listLine(services: Services, roomId: string): Inline[] {
  const own = services.settings.get().policy_list_room === roomId ? ', my own' : '';
  const failure = services.protection.failures.get(roomId);
  const shortcode = services.lists.shortcodeOf(roomId);
  const [alias] = services.lists.aliasesOf(roomId);
  const trusted = services.settings.get().watched_lists.find((list) => list.room_id === roomId)?.trust_allow === true;
  return [
    { code: roomId },
    alias === undefined ? '' : ` ${visible(alias)}`,
    shortcode === undefined ? '' : ` (${shortcode})`,
    own,
    trusted ? ', its allow rules free from all lists' : '',
    `, ${count(services, roomId)}`,
    failure === undefined ? '' : ` – can not be read: ${failure}`,
  ];
}

function count(services: Services, roomId: string): string {
  return number([...services.lists.policy.rules({ roomId })].length, 'rule');
}

const create: Command = {
  name: 'list',
  group: 'Lists',
  usage: 'list create SHORTCODE [ALIAS_LOCALPART]',
  summary:
    'Makes a policy list with an alias and watches it. Write to it with ban SHORTCODE …, or make it the default.',
  async run(services, { args, sender, eventId }) {
    const [what, shortcode, alias = shortcode?.toLowerCase()] = args;
    if (what?.toLowerCase() !== 'create' || shortcode === undefined || !/^[A-Za-z0-9_.-]{1,64}$/.test(shortcode)) {
      throw new HeimdallError(
        'HEIMDALL_E_USAGE',
        'What is the list to be called?',
        'Write: list create SHORTCODE [ALIAS_LOCALPART], with letters, digits, _ . and - in the shortcode.',
      );
    }
    if (['user', 'room', 'server', 'create'].includes(shortcode.toLowerCase()))
      throw new HeimdallError(
        'HEIMDALL_E_USAGE',
        `${shortcode} is a word of the commands.`,
        'Choose another shortcode.',
      );
    if (services.lists.byShortcode(shortcode) !== undefined)
      throw new HeimdallError(
        'HEIMDALL_E_USAGE',
        `A list called ${shortcode} is watched already.`,
        'Choose another shortcode.',
      );
    const aliasLocalpart = alias?.replace(/^#/, '').replace(/:.*$/, '') ?? '';
    const [made] = await services.runAndWait([
      {
        kind: 'create_list',
        lane: `create_list:${aliasLocalpart}`,
        key: `command:${eventId}:create`,
        payload: { shortcode, aliasLocalpart, invite: sender },
      },
    ]);
    const roomId = made?.state === 'done' ? (made.result as { room_id?: string }).room_id : undefined;
    if (roomId === undefined) return answerFor(made, () => []);
    await services.protection.watchList(roomId);
    await noteRoom(services, sender, 'lists.watch', roomId);
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
};

const rules: Command = {
  name: 'rules',
  group: 'Lists',
  usage: 'rules | rules matching ENTITY | rules malformed',
  summary: 'Shows the rules in force, those that match an entity, or those that state nothing.',
  async run(services, { args }) {
    const { policy } = services.lists;
    if (args[0] === 'malformed') {
      const malformed = policy.malformed();
      return malformed.length === 0
        ? [{ line: ['No rule is malformed.'] }]
        : [
            {
              list: malformed
                .slice(0, RULES_SHOWN)
                .map((rule) => [{ code: visible(rule.stateKey) }, ` (${rule.type}): ${rule.reason}`]),
            },
          ];
    }
    if (args[0] === 'matching') {
      const entity = required(args[1]);
      const ends = await ruleExpiries(services.ledger);
      const [first, ...others] = policy
        .rulesMatching(entityKindOf(entity), entity)
        .map((rule) => ruleLine(services, rule, ends));
      if (first === undefined) return [{ line: ['No rule matches ', { code: entity }, '.'] }];
      const blocks: Block[] = [{ line: [`The rule that decides about ${visible(entity)}:`] }, { list: [first] }];
      return others.length === 0
        ? blocks
        : [...blocks, { line: ['It is also matched by:'] }, { list: others.slice(0, RULES_SHOWN) }];
    }
    const ends = await ruleExpiries(services.ledger);
    const shown: Inline[][] = [];
    let more = 0;
    for (const rule of policy.rules()) {
      if (shown.length < RULES_SHOWN) shown.push(ruleLine(services, rule, ends));
      else more += 1;
    }
    if (shown.length === 0) return [{ line: ['No rules are in force.'] }];
    return [{ list: shown }, ...(more === 0 ? [] : [{ line: [`… and ${more} more.`] }])];
  },
};

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

const sync: Command = {
  name: 'sync',
  group: 'Lists',
  usage: 'sync',
  summary: 'Reads all lists and protected rooms again and does what is missing.',
  async run(services) {
    await services.protection.sync();
    return [{ line: ['Read again. What was missing is on its way.'] }];
  },
};

function required(reference: string | undefined): string {
  if (reference === undefined)
    throw new HeimdallError(
      'HEIMDALL_E_USAGE',
      'Which one?',
      'Give a room id (!…), an alias (#name:server), or an entity.',
    );
  return reference;
}

export const listCommands: readonly Command[] = [watch, preview, unwatch, lists, create, rules, sync];
