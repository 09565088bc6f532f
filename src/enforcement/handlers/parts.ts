import { createHash } from 'node:crypto';
import type { Homeserver } from '../../matrix/types.js';
import type { ActionRecord } from '../../store/records/actions.js';
import type { Clock } from '../../util/clock.js';
import type { RoomSnapshot, RoomSnapshots } from '../types.js';
import type { SentMemberships } from './sent-memberships.js';

/** How long what was read of a room is used for people's memberships. */
const JUST_READ_MS = 10_000;

/**
 * A rule was just written to a list or emptied: it takes effect now, before its event comes back. `written` is the
 * resulting event, where it is known. Returns quickly.
 */
export type RuleWritten = (
  place: { roomId: string; type: string; stateKey: string },
  written?: { event_id: string; content: Record<string, unknown> },
) => Promise<void>;

/** What the handlers need. */
export interface HandlerDeps {
  homeserver: Homeserver;
  rooms: RoomSnapshots;
  sent: SentMemberships;
  clock: Clock;
  /** our own list, created now if necessary */
  ownList?: () => Promise<string>;
  ruleWritten?: RuleWritten;
  /** fingerprints of pictures, which nobody can load once they are quarantined */
  pictures?: {
    remember(pictures: readonly string[], by: string): Promise<number>;
    forget(pictures: readonly string[]): Promise<number>;
  };
}

/**
 * The transaction id of an action's event: the same at every attempt and unique to the action, even after the ledger
 * was lost and ids start again (the homeserver would return the old event and send nothing).
 */
export function transactionIdOf(action: Pick<ActionRecord, 'key' | 'createdAt'>): string {
  return createHash('sha256').update(`${action.key}\n${action.createdAt}`).digest('base64url').slice(0, 27);
}

/**
 * Whether a room's whole state was read so recently that the homeserver need not be asked again: changes since then
 * come as events, and a start reads every room anyway.
 */
export function wasJustRead(
  room: Pick<RoomSnapshot, 'readAt'> | undefined,
  clock: Clock,
  withinMs = JUST_READ_MS,
): boolean {
  const age = clock() - (room?.readAt ?? -Infinity);
  return age >= 0 && age < withinMs;
}

/** A person's membership on the homeserver; undefined when there is none. */
export async function readMembership(homeserver: Homeserver, roomId: string, userId: string): Promise<unknown> {
  return (await homeserver.stateContent(roomId, 'm.room.member', userId))?.membership;
}
