import type { Config } from '../config/types.js';
import type { Detector } from '../detection/types.js';
import type { GuardContext } from '../enforcement/types.js';
import type { Block } from '../matrix/message.js';
import type { Homeserver } from '../matrix/types.js';
import type { ActionRecord, Ledger, NewAction, SettingsStore } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import type { HeimdallError } from '../util/errors.js';
import type { WatchedLists } from '../tracking/lists.js';
import type { ProtectedRooms } from '../protected-rooms/protected-rooms.js';
import type { RoomStateCache } from '../tracking/rooms.js';
import type { RequestedScans } from '../scan/requested.js';

/** What commands work with; the same services that the web pages use. */
export interface Services {
  config: Config;
  homeserver: Homeserver;
  ledger: Ledger;
  settings: SettingsStore;
  detector: () => Detector;
  /** why the rules that lie there now are not in force; undefined when they are */
  rulesProblem: () => HeimdallError | undefined;
  /** why no response acts on this person; undefined when nothing exempts them */
  exempt: (userId: string) => string | undefined;
  protectedRooms: RoomStateCache;
  lists: WatchedLists;
  protection: ProtectedRooms;
  /** the scans that this room asks for */
  scans: Pick<RequestedScans, 'begin' | 'end'>;
  /** Heimdall's own policy list, made when first needed. */
  ownList: () => Promise<string>;
  /**
   * Adds actions, carries them out, and resolves with how they stand when all have ended or some seconds have passed.
   */
  runAndWait: (actions: NewAction[]) => Promise<ActionRecord[]>;
  /** Adds actions without waiting for them. */
  commit: (actions: NewAction[]) => Promise<void>;
  /** what the interlock looks at now */
  facts: () => GuardContext;
  clock: Clock;
  /** ms since the epoch */
  startedAt: number;
  version: string;
}

/** One command as it was given. */
export interface Invocation {
  /** event id of the command */
  eventId: string;
  /** the management room */
  roomId: string;
  /** user id of who gave it */
  sender: string;
  args: string[];
  flags: ReadonlySet<string>;
  /** `--for 7d` and the like */
  options: ReadonlyMap<string, string>;
}

export interface Command {
  name: string;
  /** heading that it stands under in `help` */
  group: 'Cases' | 'Bans' | 'People' | 'Rooms' | 'Lists' | 'Protections' | 'General';
  /** e.g. `ban [LIST] [user|room|server] ENTITY [REASON]` */
  usage: string;
  /** one sentence */
  summary: string;
  /** Carries the command out; returns the answer. Throws a HeimdallError for bad input. */
  run(services: Services, invocation: Invocation): Promise<Block[]>;
}
