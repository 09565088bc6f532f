import type { RoomPower } from '../matrix/power.js';
import type { Membership } from '../matrix/types.js';
import type { Policy } from '../policy/types.js';

/** One person's member event in a room, as far as enforcement needs it. */
export interface MemberState {
  membership: Membership;
  eventId: string;
  /** who sent the member event: for a ban, who banned */
  sender: string;
}

/** A protected room as it is now. watch keeps these from events; planner and handlers only read them. */
export interface RoomSnapshot extends RoomPower {
  roomId: string;
  /** the current power level event; undefined when there is none */
  powerLevelsEventId: string | undefined;
  members: ReadonlyMap<string, MemberState>;
  /**
   * the server ACL in force, content as written; `sender` tells ours from one that the room's people set (unknown:
   * counts as ours)
   */
  acl: { eventId: string; content: Record<string, unknown>; sender?: string } | undefined;
}

export interface RoomSnapshots {
  /** The snapshot of a protected room; undefined when the room is not protected or not yet read. */
  get(roomId: string): RoomSnapshot | undefined;
  /** Every protected room that was read. */
  all(): Iterable<RoomSnapshot>;
}

/** All that the interlock looks at, handed in: it asks nobody itself. */
export interface GuardContext {
  botUserId: string;
  /** our own server's name, with port if it has one */
  serverName: string;
  /** protected identities with their known good variants; compared byte for byte */
  protectedIdentities: readonly { userId: string; variants: readonly string[]; rooms?: readonly string[] }[];
  /** the members of the management room who may command */
  moderators: ReadonlySet<string>;
  /** rooms that are ours: the management room and our own lists (protected rooms are in `rooms`) */
  ownRooms: ReadonlySet<string>;
  /** further servers that must stay, from the settings */
  mustAllowServers?: readonly string[];
  /** an allow rule counts here only when its list may free anybody */
  policy: Pick<Policy, 'match'>;
  rooms: RoomSnapshots;
  /**
   * protected rooms that people named; the others came with a space, and whoever made them is trusted only where the
   * bot may ban. Undefined: all were named
   */
  namedRooms?: ReadonlySet<string>;
}
