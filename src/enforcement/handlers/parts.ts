import { createHash } from 'node:crypto';
import type { Homeserver } from '../../matrix/types.js';
import type { ActionRecord } from '../../store/records/actions.js';
import type { RoomSnapshots } from '../types.js';
import type { SentMemberships } from './sent-memberships.js';

/** Stands for our own list while there is none: in a dry run, or because it could not be made yet. */
export const NO_LIST = '!dry-run';

/**
 * A rule was just written into a list or emptied: it counts from now on, before its event comes back. `written` is what
 * the homeserver made of it, where it is known. Never takes long.
 */
export type RuleWritten = (
  place: { roomId: string; type: string; stateKey: string },
  written?: { event_id: string; content: Record<string, unknown> },
) => Promise<void>;

/** What the handlers work with. */
export interface HandlerDeps {
  homeserver: Homeserver;
  rooms: RoomSnapshots;
  sent: SentMemberships;
  /** our own list, made now if need be */
  ownList?: () => Promise<string>;
  ruleWritten?: RuleWritten;
  /** how pictures look that nobody can load once they are quarantined */
  pictures?: {
    remember(pictures: readonly string[], by: string): Promise<number>;
    forget(pictures: readonly string[]): Promise<number>;
  };
}

/**
 * The transaction id of an action's event: the same at every try, another one for every action, also after the ledger
 * was lost and ids begin anew (the homeserver would answer with the old event and send nothing).
 */
export function transactionIdOf(action: Pick<ActionRecord, 'key' | 'createdAt'>): string {
  return createHash('sha256').update(`${action.key}\n${action.createdAt}`).digest('base64url').slice(0, 27);
}

/** The membership that the homeserver has for a person; undefined when it has none. */
export async function readMembership(homeserver: Homeserver, roomId: string, userId: string): Promise<unknown> {
  return (await homeserver.stateContent(roomId, 'm.room.member', userId))?.membership;
}
