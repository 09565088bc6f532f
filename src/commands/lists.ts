import { isRoomAlias } from '../matrix/identifiers.js';
import { listOptions } from '../protected-rooms/list-options.js';
import { listTexts } from './texts/lists.js';
import { must } from './make.js';
import { visible } from '../detection/index.js';
import type { Block, Inline } from '../matrix/message.js';
import { noteRoom } from './audit.js';
import { flag, room as roomArg } from './args/index.js';
import { listOf } from './args/lists.js';
import { type Reading, usageError } from './args/reading.js';
import { type Arg, type Command, command } from './spec.js';
import type { Services } from './types.js';
import { counted } from '../util/counted.js';
import { details, summary } from './list-preview.js';

const watch = command({
  name: 'watch',
  aliases: ['list watch', 'lists watch', 'lists subscribe'],
  group: 'Lists',
  role: 'admin',
  summary: 'Watches a ban list, by id or alias: its rules act in all protected rooms. The answer names whom it hits.',
  args: { room: roomArg('ROOM') },
  options: {
    trustAllow: flag('trust-allow', 'Its allow rules also exempt people banned by other lists.'),
    look: flag('no-apply', 'Only looks at its rules (match, search, explain): none of them acts.', ['dont-apply']),
    noAcl: flag('no-acl', 'Its rules for servers stay out of the server ACLs.', ['dont-apply-acl']),
    noUnban: flag('no-unban', 'Bans that it drops are not lifted automatically: they wait for lists lift.'),
    suspend: flag('suspend', 'Its takedown rules suspend accounts of this server.', ['auto-suspend']),
    quiet: flag('quiet', 'Its changes are not reported by PolicyChangeNotification.', ['dont-notify']),
  },
  examples: ['watch #list:example.org', 'watch #list:example.org --no-acl', 'watch #list:example.org --no-apply'],
  async run(services, { args, options, invocation }) {
    const { roomId: wanted, said, via } = must(args.room);
    refuseAsList(services, wanted);
    if (services.settings.get().policy_list_room === wanted && Object.keys(options).length > 0)
      throw usageError(listTexts.ownInFull, listTexts.ownInFullRemedy);
    const { roomId, preview: comes } = await services.protection.lists.watch(wanted, {
      via,
      ...(isRoomAlias(said) ? { alias: said } : {}),
      trustAllow: options.trustAllow === true,
      options: {
        ...(options.look === true ? { apply: false } : {}),
        ...(options.noAcl === true ? { acl: false } : {}),
        ...(options.noUnban === true ? { lift: false } : {}),
        ...(options.suspend === true ? { suspend: true } : {}),
        ...(options.quiet === true ? { notify: false } : {}),
      },
    });
    await noteRoom(services, invocation.sender, 'lists.watch', roomId);
    const others = services.lists.shortcodeOf(roomId);
    const twins = others === undefined ? [] : services.lists.allByShortcode(others).filter((one) => one !== roomId);
    return [
      {
        line: [
          listTexts.watching(visible(said), count(services, roomId)),
          ...(options.look === true
            ? [listTexts.onlyLookedAt]
            : summary(comes, listTexts.itBans, options.noAcl === true ? listTexts.itWouldBlock : listTexts.itBlocks)),
        ],
      },
      ...(comes.rules.user + comes.rules.room + comes.rules.server === 0 ? [{ line: [listTexts.noRules] }] : []),
      ...(twins.length > 0
        ? [
            {
              line: [listTexts.sameName(visible(others ?? ''))],
            },
          ]
        : []),
      ...details(comes),
    ];
  },
});

/** The management room and protected rooms are not lists. */
function refuseAsList(services: Services, roomId: string): void {
  if (services.settings.get().management_room === roomId)
    throw usageError(listTexts.isManagementRoom, listTexts.nothingDone);
  if (services.protectedRooms.get(roomId) !== undefined)
    throw usageError(listTexts.isProtectedRoom, listTexts.isProtectedRoomRemedy);
}

/** A watched list, even if its alias no longer resolves. */
function watchedList(): Arg<{ roomId: string; said: string }> {
  return {
    kind: 'list',
    label: 'LIST',
    optional: false,
    async read(reading: Reading) {
      const next = reading.peek();
      if (next === undefined) throw usageError(listTexts.whichList, listTexts.listed);
      const said = next.link?.id ?? next.text.replace(/[,;.!?)]+$/, '');
      const byAlias = reading.services.settings
        .get()
        .watched_lists.find(({ room_id }) => reading.services.lists.aliasesOf(room_id).includes(said));
      const roomId =
        byAlias?.room_id ??
        (await listOf(next, reading).catch(() => undefined)) ??
        (said.startsWith('!') ? said : undefined);
      if (roomId === undefined) throw usageError(listTexts.notWatched(visible(said)), listTexts.listedNothingDone);
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
    const roomId = await services.protection.lists.unwatch(wanted);
    if (roomId === undefined) return [{ line: [listTexts.wasNotWatched(visible(said))] }];
    const wasDefault = services.settings.get().default_list === roomId;
    if (wasDefault) await services.settings.update((draft) => void (draft.default_list = null));
    await noteRoom(services, invocation.sender, 'lists.unwatch', roomId);
    return [
      {
        line: [listTexts.unwatched(visible(said)), wasDefault ? listTexts.wasDefault : ''],
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
        ? [{ line: [listTexts.noListYet] }]
        : [{ list: watched.map(({ room_id }) => listLine(services, room_id)) }],
    );
  },
});

/** Releases the bans that are held because a foreign list's change would lift them. */
const lift = command({
  name: 'lists lift',
  aliases: ['list lift'],
  group: 'Lists',
  role: 'admin',
  summary: 'Lifts the bans that a change of a list would lift and that are waiting for your decision.',
  args: { list: watchedList() },
  options: {},
  examples: ['lists lift #list:example.org'],
  async run(services, { args, invocation }) {
    const released = await services.protection.lists.release(args.list.roomId);
    if (released === undefined) return [{ line: [listTexts.nothingWaits(visible(args.list.said))] }];
    await noteRoom(services, invocation.sender, 'lists.lift', released.roomId);
    return [
      {
        line: [listTexts.lifting(released.lifted)],
      },
    ];
  },
});

function listLine(services: Services, roomId: string): Inline[] {
  const own = services.settings.get().policy_list_room === roomId ? listTexts.own : '';
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
    trusted ? listTexts.trusted : '',
    ...listTexts.terms(listOptions(services.settings.get(), roomId)),
    `, ${count(services, roomId)}`,
    failure === undefined ? '' : listTexts.cannotRead(failure),
  ];
}

function count(services: Services, roomId: string): string {
  return counted([...services.lists.policy.rules({ roomId })].length, 'rule');
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
    return [{ line: [listTexts.synced] }];
  },
});

export const listCommands: readonly Command[] = [watch, unwatch, lists, lift, sync];
