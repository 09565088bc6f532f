import { parseCommand } from '../../src/commands/parse.js';
import { findCommand } from '../../src/commands/table.js';
import type { Services } from '../../src/commands/types.js';
import type { GuardContext } from '../../src/enforcement/types.js';
import { messageContent } from '../../src/matrix/message.js';
import type { Policy } from '../../src/policy/types.js';
import type { ActionRecord, ActionState, NewAction, Settings } from '../../src/store/types.js';
import { BOT, factsOf, LIST, policyOf, room, roomsOf } from '../enforcement/fixtures.js';

export const OWN = '!own:example.org';

/** Services that note what commands ask for; every action ends as `state` with `result`. */
export interface Asked {
  services: Services;
  actions: NewAction[];
  settings: Settings;
  /** runs a command and gives the plain text of its answer */
  say(words: string): Promise<string>;
}

export interface AskedOptions {
  policy?: Policy;
  facts?: Partial<GuardContext>;
  rooms?: ReturnType<typeof room>[];
  takedown?: Partial<Services['config']['takedown']>;
  end?: (action: NewAction) => { state?: ActionState; result?: unknown; lastError?: string };
  more?: Record<string, unknown>;
}

export function askedOf({
  policy = policyOf(),
  facts = {},
  rooms = [room()],
  takedown = {},
  end = () => ({}),
  more = {},
}: AskedOptions = {}): Asked {
  const actions: NewAction[] = [];
  const settings: Settings = {
    protected_rooms: [],
    protected_spaces: [],
    watched_lists: [{ room_id: LIST, shortcode: 'Spam' }],
    policy_list_room: OWN,
    default_list: null,
    management_room: null,
    protections: {},
    management_room_name: null,
    followed_upgrades: [],
  };
  const ended = (action: NewAction, id: number): ActionRecord =>
    ({
      id,
      caseId: null,
      attempts: 1,
      nextTryAt: 0,
      createdAt: 0,
      endedAt: 0,
      result: null,
      lastError: null,
      state: 'done',
      ...action,
      ...end(action),
    }) as ActionRecord;
  const snapshots = roomsOf(...rooms);
  const services = {
    config: {
      takedown: {
        redact: true,
        redact_limit: 1000,
        redact_hours: null,
        local_accounts: 'none',
        quarantine_media: false,
        block_rooms: false,
        ...takedown,
      },
    },
    homeserver: {
      botUserId: BOT,
      serverName: 'example.org',
      resolveAlias: () => Promise.resolve(undefined),
      event: () => Promise.resolve(undefined),
    },
    ledger: {
      actionsByKey: (keys: readonly string[]) =>
        Promise.resolve(actions.filter(({ key }) => keys.includes(key)).map(ended)),
      actionsOfKind: () => Promise.resolve([]),
    },
    settings: { get: () => settings, update: (change: (draft: Settings) => void) => Promise.resolve(change(settings)) },
    lists: {
      policy,
      has: (roomId: string) => roomId === LIST,
      byShortcode: (code: string) => (code.toLowerCase() === 'spam' ? LIST : undefined),
      shortcodeOf: (roomId: string) => (roomId === LIST ? 'Spam' : undefined),
    },
    protectedRooms: { get: snapshots.get.bind(snapshots), all: snapshots.all.bind(snapshots), size: rooms.length },
    ownList: () => Promise.resolve(OWN),
    commit: (added: NewAction[]) => Promise.resolve(void actions.push(...added)),
    runAndWait: (added: NewAction[]) => Promise.resolve(added.map((action) => ended(action, actions.push(action)))),
    facts: () => factsOf({ policy, rooms: snapshots, ...facts }),
    clock: () => 1_000_000,
    ...more,
  } as unknown as Services;
  return {
    services,
    actions,
    settings,
    async say(words) {
      const { name, args, flags, options } = parseCommand(`!mjolnir ${words}`);
      const blocks = await findCommand(name)!.run(services, {
        eventId: `$${words}`,
        roomId: '!management:example.org',
        sender: '@mod:mods.example',
        args,
        flags,
        options,
      });
      return String(messageContent(blocks).body);
    },
  };
}
