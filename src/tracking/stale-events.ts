import type { MatrixEvent } from '../matrix/types.js';

/**
 * Tells events that were overtaken by a reading of the whole state.
 *
 * After a restart the homeserver sends what happened while we were down, one event after another, although we have
 * read the newest state already. Such an event is older than what was read and must not undo it: a rule that was
 * removed meanwhile would ban again for a moment. Times are what the sender's server claims, so only times up to the
 * moment of reading count: an event dated in the future can not stick.
 */
export class StaleEventFilter {
  /**
   * by room, type and state key: three maps, because one long key for each of 50,000 members would cost more than the
   * rest
   */
  readonly #times = new Map<string, Map<string, Map<string, { at: number; eventId: string }>>>();

  /** Notes a state event that was read at `now`. */
  note(event: MatrixEvent, now: number): void {
    if (event.origin_server_ts > now) return;
    mapAt(mapAt(this.#times, event.room_id), event.type).set(event.state_key ?? '', {
      at: event.origin_server_ts,
      eventId: event.event_id,
    });
  }

  /** Says whether a state event that arrives now is older than what was read at its place, or the very same. */
  isStale(event: MatrixEvent): boolean {
    const read = this.#times
      .get(event.room_id)
      ?.get(event.type)
      ?.get(event.state_key ?? '');
    return read !== undefined && (event.origin_server_ts < read.at || event.event_id === read.eventId);
  }

  /** From now on this place is followed: what was read there no longer matters. */
  forget(event: MatrixEvent): void {
    this.#times
      .get(event.room_id)
      ?.get(event.type)
      ?.delete(event.state_key ?? '');
  }
}

function mapAt<V extends Map<string, unknown>>(maps: Map<string, V>, key: string): V {
  const map = maps.get(key) ?? (new Map() as V);
  maps.set(key, map);
  return map;
}
