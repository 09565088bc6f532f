import { ID_BYTES, type EventId } from './event-id.js';
import { printOfText, type Print } from './prints.js';
import type { PersonRecord } from './records.js';
import type { EventReference } from './types.js';

/** How many events of all protected rooms are remembered, so that those behind a finding can be redacted. */
const REMEMBERED = 16_384;
/** Longer texts are read at once rather than kept. */
export const TEXT_BYTES = 200;

/** Which of a person's events belong together: those that count for a flood, and those that say something. */
export type EventList = typeof COUNTED | typeof SAID;
export const COUNTED = 0;
export const SAID = 1;
const LISTS = 2;

/**
 * A ring buffer of the latest events: bounded memory at a few words per event, and no objects made for events that are
 * overwritten later, which are the most expensive garbage. Events have numbers, which are never used again.
 *
 * As long as nothing can follow from them, a person's events stand here alone, in lists: each knows the one before it,
 * and the person's record the latest. So what most people do is written down once, and read by nobody.
 */
export class RecentEvents {
  readonly #people: (PersonRecord | undefined)[];
  readonly #stamps: Float64Array;
  readonly #cameIn: Float64Array;
  /** their fingerprints; 0: nothing to compare. While there is a text: of how many letters one is made */
  readonly #prints: Int32Array;
  /** the texts of which fingerprints are still to be made: a string that is kept costs more than all else here */
  readonly #texts: Buffer;
  readonly #textLengths: Uint8Array;
  /** those with characters beyond Latin-1, by place */
  readonly #foreignTexts = new Map<number, string>();
  readonly #ids: Buffer;
  readonly #lengths: Uint8Array;
  /** ids that are too long, by place */
  readonly #longIds = new Map<number, string>();
  /** by list: how many events ago the one before it was; 0: none */
  readonly #back: readonly Int32Array[];
  /** whether it stands in a list */
  readonly #isListed: Uint8Array;
  /** the number of the latest event; the first is 1 */
  #latest = 0;

  constructor(private readonly size = REMEMBERED) {
    this.#people = new Array<PersonRecord | undefined>(size).fill(undefined);
    this.#texts = Buffer.alloc(size * TEXT_BYTES);
    this.#textLengths = new Uint8Array(size);
    this.#stamps = new Float64Array(size);
    this.#cameIn = new Float64Array(size);
    this.#prints = new Int32Array(size);
    this.#lengths = new Uint8Array(size);
    this.#isListed = new Uint8Array(size);
    this.#ids = Buffer.alloc(size * ID_BYTES);
    this.#back = Array.from({ length: LISTS }, () => new Int32Array(size));
  }

  note(person: PersonRecord, eventId: EventId, sentAt: number, now: number): void {
    const { id, bytes, length, fits } = eventId;
    const place = ++this.#latest % this.size;
    if (this.#people[place] !== person) this.#people[place] = person;
    this.#stamps[place] = eventId.stamped(sentAt);
    this.#cameIn[place] = now;
    this.#prints[place] = 0;
    this.#isListed[place] = 0;
    if (this.#textLengths[place] !== 0) this.#forgetText(place);
    if (fits) {
      const from = place * ID_BYTES;
      for (let at = 0; at < length; at++) this.#ids[from + at] = bytes[at]!;
      this.#lengths[place] = length;
    } else {
      this.#lengths[place] = 0;
      this.#longIds.set(place, id);
    }
  }

  /** Whose listed event the next one will overwrite, if it came in after `since`. */
  nextLost(since: number): PersonRecord | undefined {
    const place = (this.#latest + 1) % this.size;
    return this.#isListed[place] === 1 && this.#cameIn[place]! > since ? this.#people[place] : undefined;
  }

  /** Sets the fingerprint of the latest event. */
  stamp(print: number): void {
    this.#prints[this.#latest % this.size] = print;
  }

  /** Keeps the text of the latest event, of which a fingerprint of so many letters can be made; not empty. */
  keepText(text: string, letters: number): void {
    const place = this.#latest % this.size;
    const { length } = text;
    const from = place * TEXT_BYTES;
    const texts = this.#texts;
    let beyond = 0;
    for (let at = 0; at < length; at++) {
      const unit = text.charCodeAt(at);
      texts[from + at] = unit;
      beyond |= unit;
    }
    if (beyond > 0xff) this.#foreignTexts.set(place, text);
    this.#textLengths[place] = length;
    this.#prints[place] = letters;
  }

  #textAt(place: number): string {
    const from = place * TEXT_BYTES;
    return this.#foreignTexts.get(place) ?? this.#texts.toString('latin1', from, from + this.#textLengths[place]!);
  }

  #forgetText(place: number): void {
    this.#textLengths[place] = 0;
    if (this.#foreignTexts.size > 0) this.#foreignTexts.delete(place);
  }

  /** Adds the latest event to a list, whose latest one so far is given; returns its number. */
  add(list: EventList, before: number): number {
    const place = this.#latest % this.size;
    this.#back[list]![place] = this.has(before) ? this.#latest - before : 0;
    this.#isListed[place] = 1;
    return this.#latest;
  }

  /** Whether the event with this number exists, and has not been overwritten. */
  has(event: number): boolean {
    return event > 0 && event > this.#latest - this.size;
  }

  /** The event before one in a list; 0: none. */
  before(list: EventList, event: number): number {
    const steps = this.#back[list]![event % this.size]!;
    return steps === 0 ? 0 : event - steps;
  }

  /** When an event was sent, told apart from others of that moment. */
  stampOf(event: number): number {
    return this.#stamps[event % this.size]!;
  }

  /** When it came in. */
  cameInAt(event: number): number {
    return this.#cameIn[event % this.size]!;
  }

  personOf(event: number): PersonRecord | undefined {
    return this.#people[event % this.size];
  }

  /** The fingerprint of the text that was kept of an event. */
  readText(event: number): Print | undefined {
    const place = event % this.size;
    if (this.#textLengths[place] === 0) return undefined;
    const print = printOfText(this.#textAt(place), this.#prints[place]!);
    this.#forgetText(place);
    this.#prints[place] = print?.exact ?? 0;
    return print;
  }

  /** A person's events since a given time, oldest first: in one room, or with one of these fingerprints in any. */
  of(sender: string, since: number, where: { roomId: string } | { prints: ReadonlySet<number> }): EventReference[] {
    const found: EventReference[] = [];
    for (let event = this.#latest; this.has(event); event--) {
      const place = event % this.size;
      if (this.#stamps[place]! < since) continue;
      const person = this.#people[place];
      if (person?.userId !== sender) continue;
      const { roomId } = person.room;
      if ('roomId' in where ? roomId !== where.roomId : !where.prints.has(this.#printAt(event))) continue;
      found.push({ roomId, eventId: this.#idAt(place) });
    }
    return found.reverse();
  }

  #printAt(event: number): number {
    const place = event % this.size;
    if (this.#textLengths[place] !== 0) this.readText(event);
    return this.#prints[place]!;
  }

  #idAt(place: number): string {
    const length = this.#lengths[place]!;
    if (length === 0) return this.#longIds.get(place) ?? '';
    return this.#ids.toString('latin1', place * ID_BYTES, place * ID_BYTES + length);
  }
}
