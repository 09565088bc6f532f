import { BoundedMap } from '../../util/bounded-map.js';
import type { MemberState } from '../types.js';

const MOST_REMEMBERED = 10_000;

/**
 * Membership changes that succeeded but whose event has not come back yet. Until then the snapshot still shows the old
 * membership, and a second action would send the same change again.
 */
export class SentMemberships {
  readonly #sent = new BoundedMap<string, { membership: 'ban' | 'leave'; before: string }>(MOST_REMEMBERED);

  note(roomId: string, userId: string, membership: 'ban' | 'leave', before: MemberState | undefined): void {
    // without a snapshot nothing would ever show that the event came back
    if (before === undefined) return;
    this.#sent.set(keyOf(roomId, userId), { membership, before: before.eventId });
  }

  /** Whether this membership was sent for exactly the state that the snapshot still shows. */
  isUnderway(roomId: string, userId: string, membership: 'ban' | 'leave', now: MemberState | undefined): boolean {
    const sent = this.#sent.get(keyOf(roomId, userId));
    return sent !== undefined && sent.membership === membership && now !== undefined && sent.before === now.eventId;
  }
}

function keyOf(roomId: string, userId: string): string {
  return `${roomId}\n${userId}`;
}
