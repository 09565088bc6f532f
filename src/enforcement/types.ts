import type { RoomPower } from '../matrix/power.js';
import type { Membership } from '../matrix/types.js';
import type { EntityKind, Policy } from '../policy/types.js';
import type { ActionRecord, NewAction } from '../store/types.js';

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

/** What one try of an action came to. `retry` without `afterMs` takes the executor's back-off. */
export type ActionOutcome =
  | { state: 'done'; result?: unknown; follow?: NewAction[] }
  | { state: 'failed' | 'refused'; error: string }
  | { state: 'retry'; afterMs?: number; error: string };

/** What a handler is told of its try. */
export interface Try {
  /**
   * True when an earlier try may have got through: one that failed without an answer, or one of a process that ended
   * before it could note what came of it. Then read back before anything is sent that would be seen twice.
   */
  mayHaveBeenSent: boolean;
}

/**
 * How one kind of action is carried out. A thrown `MatrixError` that is `transient` means retry, any other error
 * failed.
 */
export interface ActionHandler {
  /** the action's kind: `ban`, `mail`, … */
  kind: string;
  /** false only for what is no effect on the world (e.g. a note to ourselves): those run in a dry run too */
  changesWorld: boolean;
  /** what to ask the interlock before every try; undefined when the action can hit nobody */
  guard?(action: ActionRecord): InterlockQuestion | undefined;
  perform(action: ActionRecord, attempt: Try): Promise<ActionOutcome>;
}

/** What an action is about to hit. */
export type InterlockQuestion =
  /** a person is banned, kicked, reported, muted, …, in one room or (no roomId) everywhere */
  | { about: 'user'; userId: string; roomId?: string }
  /** a ban or takedown rule with this entity, literal or glob, is to stand in a list */
  | { about: 'rule'; kind: EntityKind; entity: string }
  /** a room gets this server ACL */
  | { about: 'acl'; roomId: string; content: Record<string, unknown> }
  /** a whole room is reported, blocked or quarantined */
  | { about: 'room'; roomId: string };

export type InterlockAnswer = { allowed: true } | { allowed: false; reason: string };

/** All that the interlock looks at, handed in: it asks nobody itself. */
export interface InterlockFacts {
  botUserId: string;
  /** our own server's name, with port if it has one */
  serverName: string;
  /** protected identities with their known good variants; compared byte for byte */
  protectedIdentities: readonly { userId: string; variants: readonly string[]; rooms?: readonly string[] }[];
  /** the members of the management room */
  moderators: ReadonlySet<string>;
  /** rooms that are ours: the management room and our own lists (protected rooms are in `rooms`) */
  ownRooms: ReadonlySet<string>;
  /** further servers that must stay, from the settings */
  mustAllowServers?: readonly string[];
  policy: Pick<Policy, 'match'>;
  rooms: RoomSnapshots;
}
