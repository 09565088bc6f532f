import { backfillMembers } from '../impersonation/actions.js';
import { readRoom } from '../protected-rooms/actions.js';
import type { MatrixEvent } from '../matrix/types.js';
import type { NewAction } from '../store/records/actions.js';
import type { Clock } from '../util/clock.js';
import { BoundedMap } from '../util/bounded-map.js';

const WINDOW_MS = 10_000;
/** More joins of one room within the window are a burst. */
const MANY = 30;
/** Soon, for those who are in the room by then, and once more for what the homeserver catches up on later. */
const LOOKS_AFTER_MS = [3_000, 20_000];
const MOST_ROOMS = 10_000;

/**
 * Bursts of joins. A homeserver that falls behind in a room catches up from other servers and does not send all of
 * those events to application services (Synapse does not), so the members are read after a burst, for look-alikes and
 * for rules.
 */
export class JoinBursts {
  readonly #clock: Clock;
  readonly #rooms = new BoundedMap<string, { since: number; joins: number }>(MOST_ROOMS);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one event; returns the member reads that a burst calls for, once per window. */
  follow(event: MatrixEvent, isProtected: boolean): NewAction[] {
    if (event.type !== 'm.room.member' || event.content.membership !== 'join') return [];
    const now = this.#clock();
    const roomId = event.room_id;
    let window = this.#rooms.get(roomId);
    if (window === undefined || now - window.since >= WINDOW_MS || now < window.since) {
      this.#rooms.set(roomId, (window = { since: now, joins: 0 }));
    }
    window.joins += 1;
    if (window.joins !== MANY) return [];
    return LOOKS_AFTER_MS.flatMap((after): NewAction[] => {
      const cause = `burst:${event.event_id}:${after}`;
      const placement = { key: `look:${roomId}:${cause}`, lane: `look:burst:${roomId}`, notBefore: now + after };
      const look = backfillMembers.create({ roomId, once: true }, placement);
      // a separate lane: waiting here delays no other read of the room
      const read = { ...readRoom(roomId, cause), lane: `read_room:burst:${roomId}`, notBefore: now + after };
      return isProtected ? [look, read] : [look];
    });
  }
}
