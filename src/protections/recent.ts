import { ID_BYTES, type EventId } from './event-id.js';
import { printOfText } from './prints.js';
import type { PersonRecord } from './records.js';
import type { EventReference } from './types.js';

/** How many events of all protected rooms are remembered, so that those behind a finding can be redacted. */
const REMEMBERED = 16_384;

/**
 * A ring buffer of the latest events: bounded memory at a few words per event, and no objects made for events that are
 * overwritten later, which are the most expensive garbage.
 */
export class RecentEvents {
  readonly #people: (PersonRecord | undefined)[];
  readonly #sentAt: Float64Array;
  /** their fingerprints; 0: nothing to compare, or not read yet */
  readonly #prints: Int32Array;
  /** the texts of which fingerprints are still to be made */
  readonly #texts: (string | undefined)[];
  readonly #ids: Buffer;
  readonly #lengths: Uint8Array;
  /** ids that are too long, by place */
  readonly #longIds = new Map<number, string>();
  #next = 0;
  #count = 0;

  constructor(private readonly size = REMEMBERED) {
    this.#people = new Array<PersonRecord | undefined>(size).fill(undefined);
    this.#texts = new Array<string | undefined>(size).fill(undefined);
    this.#sentAt = new Float64Array(size);
    this.#prints = new Int32Array(size);
    this.#lengths = new Uint8Array(size);
    this.#ids = Buffer.alloc(size * ID_BYTES);
  }

  note(person: PersonRecord, { id, bytes, length, fits }: EventId, sentAt: number): void {
    const place = this.#next;
    this.#people[place] = person;
    this.#sentAt[place] = sentAt;
    this.#prints[place] = 0;
    if (this.#texts[place] !== undefined) this.#texts[place] = undefined;
    if (fits) {
      const from = place * ID_BYTES;
      for (let at = 0; at < length; at++) this.#ids[from + at] = bytes[at]!;
      this.#lengths[place] = length;
    } else {
      this.#lengths[place] = 0;
      this.#longIds.set(place, id);
    }
    this.#next = place + 1 === this.size ? 0 : place + 1;
    if (this.#count < this.size) this.#count++;
  }

  /** Sets the fingerprint of the last recorded event, or the text of which it can be made. */
  stamp(print: number | string): void {
    const latest = (this.#next - 1 + this.size) % this.size;
    if (typeof print === 'string') this.#texts[latest] = print;
    else this.#prints[latest] = print;
  }

  /**
   * A person's events since a given time, oldest first: in one room, or with one of these fingerprints in any.
   * `letters` is for making fingerprints.
   */
  of(
    sender: string,
    since: number,
    where: { roomId: string } | { prints: ReadonlySet<number>; letters: number },
  ): EventReference[] {
    const found: EventReference[] = [];
    for (let back = 1; back <= this.#count; back++) {
      const place = (this.#next - back + this.size) % this.size;
      if (this.#sentAt[place]! < since) continue;
      const person = this.#people[place];
      if (person?.userId !== sender) continue;
      const { roomId } = person.room;
      if ('roomId' in where ? roomId !== where.roomId : !where.prints.has(this.#printAt(place, where.letters)))
        continue;
      found.push({ roomId, eventId: this.#idAt(place) });
    }
    return found.reverse();
  }

  #printAt(place: number, letters: number): number {
    const text = this.#texts[place];
    if (text !== undefined) {
      this.#texts[place] = undefined;
      this.#prints[place] = printOfText(text, letters)?.exact ?? 0;
    }
    return this.#prints[place]!;
  }

  #idAt(place: number): string {
    const length = this.#lengths[place]!;
    if (length === 0) return this.#longIds.get(place) ?? '';
    return this.#ids.toString('latin1', place * ID_BYTES, place * ID_BYTES + length);
  }
}
