import type { CommandPayload } from '../../src/commands/command-action.js';
import { commandActions } from '../../src/commands/given.js';
import { runCommand } from '../../src/commands/handler.js';
import type { Question } from '../../src/commands/spec.js';
import { findCommand, isCommandName, isReserved } from '../../src/commands/table.js';
import type { Address } from '../../src/commands/text/prefix.js';
import type { Services } from '../../src/commands/types.js';
import type { GuardContext } from '../../src/enforcement/types.js';
import { messageContent } from '../../src/matrix/message.js';
import type { Policy } from '../../src/policy/types.js';
import type { ActionRecord, ActionState, NewAction } from '../../src/store/records/actions.js';
import type { CaseRecord } from '../../src/store/records/cases.js';
import type { Settings } from '../../src/store/settings/types.js';
import { event } from '../support/events.js';
import { BOT, factsOf, LIST, policyOf, room, roomsOf } from '../enforcement/fixtures.js';

export const OWN = '!own:example.org';
export const MANAGEMENT = '!management:example.org';

export const ADDRESS: Address = {
  botUserId: BOT,
  names: ['Heimdall', 'heimdall'],
  prefixes: ['!heimdall', '!mjolnir'],
  isCommandName,
};

/** What a client sends, as the commands that are read from it. */
export function payloadsOf(content: Record<string, unknown>): CommandPayload[] {
  return commandActions(
    event({ type: 'm.room.message', room_id: MANAGEMENT, sender: '@mod:mods.example', content }),
    ADDRESS,
  ).map(({ payload }) => payload as CommandPayload);
}

/** Services that note what commands ask for; every action ends as `state` with `result`. */
export interface Asked {
  services: Services;
  actions: NewAction[];
  settings: Settings;
  /** runs a command and gives the plain text of its answer */
  say(words: string, confirmed?: { bound: unknown }): Promise<string>;
  /** the same for a whole message, as clients write them; one answer a command */
  send(content: Record<string, unknown>, confirmed?: { bound: unknown }): Promise<(string | Question)[]>;
}

export interface AskedOptions {
  policy?: Policy;
  facts?: Partial<GuardContext>;
  rooms?: ReturnType<typeof room>[];
  takedown?: Partial<Services['config']['takedown']>;
  end?: (action: NewAction) => { state?: ActionState; result?: unknown; lastError?: string };
  more?: Record<string, unknown>;
  cases?: Partial<CaseRecord>[];
  /** shortcodes of watched lists, by room id; default: LIST is `Spam` */
  shortcodes?: Record<string, string>;
  /** aliases that lead somewhere */
  aliases?: Record<string, string>;
  /** events of the management room */
  events?: Record<string, { sender: string; type?: string; content?: Record<string, unknown> }>;
}

export function askedOf({
  policy = policyOf(),
  facts = {},
  rooms = [room()],
  takedown = {},
  end = () => ({}),
  more = {},
  cases = [],
  shortcodes = { [LIST]: 'Spam' },
  aliases = {},
  events = {},
}: AskedOptions = {}): Asked {
  const actions: NewAction[] = [];
  const settings: Settings = {
    protected_rooms: [],
    protected_spaces: [],
    watched_lists: Object.entries(shortcodes).map(([room_id, shortcode]) => ({ room_id, shortcode })),
    policy_list_room: OWN,
    default_list: null,
    management_room: null,
    protections: {},
    management_room_name: null,
    followed_upgrades: [],
    officials: [],
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
      commands: { prefixes: [], describe: false, roles: { viewer: null, moderator: null, admin: null } },
      protected_identities: [],
      takedown: {
        redact: true,
        redact_limit: 1000,
        redact_hours: null,
        withdraw_invites: true,
        local_accounts: 'none',
        quarantine_media: false,
        block_rooms: false,
        ...takedown,
      },
    },
    homeserver: {
      botUserId: BOT,
      serverName: 'example.org',
      resolveAlias: (alias: string) => Promise.resolve(aliases[alias]),
      event: (_roomId: string, id: string) => Promise.resolve(events[id]),
      stateContent: () => Promise.resolve(undefined),
    },
    ledger: {
      commit: (work: (tx: { audit(): Promise<void> }) => Promise<void>) => work({ audit: () => Promise.resolve() }),
      actionsByKey: (keys: readonly string[]) =>
        Promise.resolve(actions.filter(({ key }) => keys.includes(key)).map(ended)),
      actionsOfKind: () => Promise.resolve([]),
      actionsByKeyPrefix: () => Promise.resolve([]),
      caseById: (id: number) => Promise.resolve(cases.find((one) => one.id === id)),
      caseByNotice: (id: string) => Promise.resolve(cases.find((one) => one.noticeEventId === id)),
      cases: ({ subject }: { subject?: string }) => Promise.resolve(cases.filter((one) => one.subject === subject)),
    },
    settings: { get: () => settings, update: (change: (draft: Settings) => void) => Promise.resolve(change(settings)) },
    lists: {
      policy,
      has: (roomId: string) => roomId in shortcodes,
      rooms: () => Object.keys(shortcodes),
      isMade: (roomId: string) => roomId === OWN,
      aliasesOf: () => [],
      allByShortcode: (code: string) =>
        Object.keys(shortcodes).filter((roomId) => shortcodes[roomId]?.toLowerCase() === code.toLowerCase()),
      shortcodeOf: (roomId: string) => shortcodes[roomId],
    },
    protectedRooms: {
      get: snapshots.get.bind(snapshots),
      all: snapshots.all.bind(snapshots),
      size: rooms.length,
      servers: new Set(rooms.flatMap(({ members }) => [...members.keys()].map((id) => id.slice(id.indexOf(':') + 1)))),
    },
    protection: { failures: new Map(), skipped: new Map(), roomIds: [] },
    isReserved,
    mayCarryOut: () => true,
    settleMs: 0,
    ownList: () => Promise.resolve(OWN),
    commit: (added: NewAction[]) => Promise.resolve(void actions.push(...added)),
    runAndWait: (added: NewAction[]) => Promise.resolve(added.map((action) => ended(action, actions.push(action)))),
    runChainsAndWait: (added: NewAction[]) =>
      Promise.resolve(added.map((action) => ended(action, actions.push(action)))),
    facts: () => factsOf({ policy, rooms: snapshots, ...facts }),
    clock: () => 1_000_000,
    ...more,
  } as unknown as Services;
  const send: Asked['send'] = async (content, confirmed) => {
    const answers: (string | Question)[] = [];
    for (const payload of payloadsOf(content)) {
      const found = findCommand(payload.words);
      if (found === undefined) throw new Error(`no command: ${JSON.stringify(payload.words[0])}`);
      const invocation = {
        eventId: payload.eventId,
        key: `${payload.eventId}:${payload.line ?? 0}:${JSON.stringify(content)}`,
        roomId: payload.roomId,
        sender: payload.sender,
        replyTo: payload.eventId,
        thread: payload.around.thread,
        confirmed,
      };
      const answer = await runCommand(services, found.command, payload, found.used, invocation);
      answers.push(Array.isArray(answer) ? String(messageContent(answer).body) : answer);
    }
    return answers;
  };
  return {
    services,
    actions,
    settings,
    send,
    async say(words, confirmed) {
      const [answer] = await send({ msgtype: 'm.text', body: `!mjolnir ${words}` }, confirmed);
      if (answer === undefined) throw new Error('that is not a command');
      return typeof answer === 'string' ? answer : `QUESTION ${String(messageContent(answer.ask.blocks).body)}`;
    },
  };
}
