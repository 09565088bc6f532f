import type { EventReference, PersonFacts } from './types.js';

/** Events of all protected rooms that are remembered, so that what led to a finding can be redacted. */
const REMEMBERED = 16_384;

interface RecentEvent extends EventReference {
  sender: string;
  sentAt: number;
  /** what the event says, as one number; 0: nothing to compare */
  print: number;
}

/** The latest events, in a ring: a bounded memory that costs nothing but a few words an event. */
export class RecentEvents {
  readonly #ring: (RecentEvent | undefined)[] = [];
  #next = 0;

  constructor(private readonly size = REMEMBERED) {}

  note({ roomId, userId: sender }: Pick<PersonFacts, 'roomId' | 'userId'>, eventId: string, sentAt: number): void {
    const oldest = this.#ring[this.#next];
    if (oldest === undefined) this.#ring[this.#next] = { roomId, eventId, sender, sentAt, print: 0 };
    else {
      // written over: what is made anew for every event and kept for a while is the garbage that costs most
      oldest.roomId = roomId;
      oldest.eventId = eventId;
      oldest.sender = sender;
      oldest.sentAt = sentAt;
      oldest.print = 0;
    }
    this.#next = (this.#next + 1) % this.size;
  }

  /** Says what the event that was noted last is, as one number. */
  stamp(print: number): void {
    const latest = this.#ring[(this.#next - 1 + this.size) % this.size];
    if (latest !== undefined) latest.print = print;
  }

  /** What a person sent since a moment, oldest first: in one room, or saying one of these things in any. */
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
