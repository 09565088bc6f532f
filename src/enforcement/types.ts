import type { RoomPower } from '../matrix/power.js';
import type { Membership } from '../matrix/types.js';
import type { Policy } from '../policy/types.js';

/** One person's member event in a room, reduced to what enforcement needs. */
export interface MemberState {
  membership: Membership;
  eventId: string;
  /** the sender of the member event: for a ban, the person who banned */
  sender: string;
}

/** The current state of a protected room. `tracking` maintains it from events; planner and handlers only read it. */
export interface RoomSnapshot extends RoomPower {
  roomId: string;
  /** the current power level event; undefined when there is none */
  powerLevelsEventId: string | undefined;
  members: ReadonlyMap<string, MemberState>;
  /**
   * the server ACL in force, content as written; `sender` distinguishes ours from one that the room's moderators set
   * (unknown: counts as ours)
   */
  acl: { eventId: string; content: Record<string, unknown>; sender?: string } | undefined;
  /** when its whole state was last read, ms since the epoch; undefined: nobody knows */
  readAt?: number;
}

export interface RoomSnapshots {
  /** The snapshot of a protected room; undefined when the room is not protected or has not been read yet. */
  get(roomId: string): RoomSnapshot | undefined;
  /** Every protected room that was read. */
  all(): Iterable<RoomSnapshot>;
}

/** Everything that the interlock considers. It is passed in; the interlock makes no requests. */
export interface GuardContext {
  botUserId: string;
  /** our own server's name, with port if it has one */
  serverName: string;
  /** protected identities and their variants, compared byte for byte */
  protectedIdentities: readonly { userId: string; variants: readonly string[]; rooms?: readonly string[] }[];
  /** the members of the management room who may command */
  moderators: ReadonlySet<string>;
  /** our own rooms: the management room and our lists (protected rooms are in `rooms`) */
  ownRooms: ReadonlySet<string>;
  /** further servers that must never be denied, from the settings */
  mustAllowServers?: readonly string[];
  /** an allow rule only counts here if its list may exempt anybody */
  policy: Pick<Policy, 'match'>;
  rooms: RoomSnapshots;
  /**
   * protected rooms that were added by name; the others came with a space, and their moderators are trusted only where
   * the bot can ban. Undefined: all were added by name
   */
  namedRooms?: ReadonlySet<string>;
}
