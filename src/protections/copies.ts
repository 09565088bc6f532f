import type { Print } from './prints.js';
import { OfPeople, type PersonRecord, type Records } from './records.js';
import { BELIEVED, numbersOf } from './rolling.js';
import {
  FIELDS,
  FIRST,
  MOST_MESSAGES,
  PRINT,
  readRow,
  ROOM,
  SECOND,
  withOneMore,
  withUnread,
  type Said,
} from './said.js';
import { alike, differInAWord } from './sketch.js';
import type { KeptRow, Memory } from './types.js';

/** How many messages with old dates are remembered, of one person. */
const MOST_LATE = BELIEVED * MOST_MESSAGES;
/** Only long texts can count as nearly the same, if this many of sixteen parts are equal. */
const LONG = 40;
/** In another room shorter ones count too; within one room people naturally repeat things in similar words. */
const LONG_ELSEWHERE = 24;
const ALIKE = 10;
/** All parts are equal: the same caption under another picture, the same words in another order. */
const PARTS = 16;

/** How often a person has said something, in what words, and in which rooms before. */
export interface Same {
  same: number;
  prints: ReadonlySet<number>;
  roomsBefore: ReadonlySet<number>;
}
const ONCE: Same = { same: 1, prints: new Set<number>(), roomsBefore: new Set<number>() };
const NOTHING: Said = [];

/**
 * What people have said lately, by when it was sent; and beside it what came in with older dates than that, by when it
 * came in. Those are not persisted: after a restart old dates are true.
 */
export class Copies implements Memory {
  readonly #said: OfPeople<Said>;
  readonly #late: OfPeople<Said>;

  constructor(records: Records) {
    const options = { about: 'everywhere', lifeMs: 300_000, write: (said: Said) => [...said] } as const;
    const read = (data: unknown) => readRow(numbersOf(data));
    this.#said = new OfPeople<Said>(records, { ...options, read, unread: withUnread });
    this.#late = new OfPeople<Said>(records, { ...options, read: () => undefined });
  }

  liveFor(lifeMs: number): void {
    this.#said.liveFor(lifeMs);
  }

  get(record: PersonRecord): Said | undefined {
    return this.#said.get(record);
  }

  /** The same without what stands among the recent events alone. */
  kept(record: PersonRecord): Said | undefined {
    return this.#said.kept(record);
  }

  forget(record: PersonRecord): void {
    this.#said.forget(record);
  }

  set(record: PersonRecord, said: Said, now: number, matters: boolean): void {
    this.#said.set(record, said, now, matters);
  }

  /** Notes a message with an old date; returns its copies among those that came in with one. */
  cameIn(print: Print, { record, stamp, now, since, isEdit }: Late): Same {
    const { hash: room } = record.room;
    const [first, second] = print.sketch;
    const before = this.#late.get(record) ?? NOTHING;
    const copies = sameAs(print, before, { room, since });
    if (isEdit && copies.roomsBefore.has(room)) return ONCE;
    const came = now + (stamp - Math.trunc(stamp));
    const late = withOneMore(before, since, came, room, print.exact, first, second, MOST_LATE);
    if (late !== undefined) this.#late.set(record, late, now, false);
    return copies;
  }

  takeChanged(): KeptRow[] {
    return this.#said.takeChanged();
  }

  all(now: number): KeptRow[] {
    return this.#said.all(now);
  }

  restore(rows: readonly KeptRow[], now: number): void {
    this.#said.restore(rows, now);
  }
}

export interface Late {
  record: PersonRecord;
  stamp: number;
  now: number;
  since: number;
  isEdit: boolean;
}

/** How often a person has repeated this message, in what words, and in which rooms before. */
export function sameAs(
  print: Print,
  before: readonly number[],
  { room, since }: { room: number; since: number },
): Same {
  let found: { same: number; prints: Set<number>; roomsBefore: Set<number> } | undefined;
  for (let at = 0; at < before.length; at += FIELDS) {
    const where = before[at + ROOM]!;
    if (before[at]! < since || !isSame(print, before, at, where !== room)) continue;
    found ??= { same: 1, prints: new Set([print.exact]), roomsBefore: new Set() };
    found.same++;
    found.prints.add(before[at + PRINT]!);
    found.roomsBefore.add(where);
  }
  return found ?? ONCE;
}

/** Whether the latest of these messages equals, or nearly equals, an earlier one. */
export function repeatsLatest(messages: readonly number[]): boolean {
  const latest = messages.length - FIELDS;
  const [print, first, second] = [messages[latest + PRINT], messages[latest + FIRST]!, messages[latest + SECOND]!];
  for (let at = 0; at < latest; at += FIELDS) {
    const [otherFirst, otherSecond] = [messages[at + FIRST]!, messages[at + SECOND]!];
    if (messages[at + PRINT] === print || alike(otherFirst, otherSecond, first, second) >= ALIKE) return true;
    if (differInAWord(otherFirst, otherSecond, first, second)) return true;
  }
  return false;
}

/** Whether the message stored at `at` equals this one. */
function isSame(
  { exact, letters, sketch }: Print,
  messages: readonly number[],
  at: number,
  elsewhere: boolean,
): boolean {
  if (messages[at + PRINT] === exact) return true;
  if (letters === 0) return false;
  const [first, second] = [messages[at + FIRST]!, messages[at + SECOND]!];
  const parts = alike(first, second, sketch[0], sketch[1]);
  if (parts === PARTS) return true;
  if (letters < (elsewhere ? LONG_ELSEWHERE : LONG)) return false;
  return parts >= ALIKE || (elsewhere && differInAWord(first, second, sketch[0], sketch[1]));
}
