import type { EventReference, PersonFacts } from './types.js';

/** How many events of all protected rooms are remembered, so that those behind a finding can be redacted. */
const REMEMBERED = 16_384;

interface RecentEvent extends EventReference {
  sender: string;
  sentAt: number;
  /** the event's fingerprint; 0: nothing to compare */
  print: number;
}

/** A ring buffer of the latest events: bounded memory at a few words per event. */
export class RecentEvents {
  readonly #ring: (RecentEvent | undefined)[] = [];
  #next = 0;

  constructor(private readonly size = REMEMBERED) {}

  note({ roomId, userId: sender }: Pick<PersonFacts, 'roomId' | 'userId'>, eventId: string, sentAt: number): void {
    const oldest = this.#ring[this.#next];
    if (oldest === undefined) this.#ring[this.#next] = { roomId, eventId, sender, sentAt, print: 0 };
    else {
      // overwritten in place: objects created for every event and kept for a while are the most expensive garbage
      oldest.roomId = roomId;
      oldest.eventId = eventId;
      oldest.sender = sender;
      oldest.sentAt = sentAt;
      oldest.print = 0;
    }
    this.#next = (this.#next + 1) % this.size;
  }

  /** Sets the fingerprint of the last recorded event. */
  stamp(print: number): void {
    const latest = this.#ring[(this.#next - 1 + this.size) % this.size];
    if (latest !== undefined) latest.print = print;
  }

  /** A person's events since a given time, oldest first: in one room, or with one of these fingerprints in any. */
  of(sender: string, since: number, where: { roomId?: string; prints?: ReadonlySet<number> }): EventReference[] {
    const found: EventReference[] = [];
    for (let back = 0; back < this.#ring.length; back++) {
      const event = this.#ring[(this.#next - 1 - back + this.size) % this.size];
      if (event === undefined) break;
      if (event.sender !== sender || event.sentAt < since) continue;
      if (where.roomId !== undefined && event.roomId !== where.roomId) continue;
      if (where.prints !== undefined && !where.prints.has(event.print)) continue;
      found.push({ roomId: event.roomId, eventId: event.eventId });
    }
    return found.reverse();
  }
}
