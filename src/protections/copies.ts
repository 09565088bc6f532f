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
import { partsOfMost, wordsOfMost } from './consensus.js';
import { alike, differInAWord, PARTS } from './sketch.js';

/** How many messages with old dates are remembered, of one person. */
const MOST_LATE = BELIEVED * MOST_MESSAGES;
/** Only long texts can count as nearly the same, if this many of sixteen parts are equal. */
const LONG = 40;
/** In another room shorter ones count too; within one room people naturally repeat things in similar words. */
const LONG_ELSEWHERE = 24;
const ALIKE = 10;
/** This many are common to messages that may be copies, each changed at another place; by chance one is. */
const NEAR = 4;
/** … and this many, in the mean, with what most of them say; in other rooms more, since fewer messages prove less. */
const MEAN = 13;
const MEAN_IN_ROOMS = 13.5;
/** Within one room short texts are copies only if they were changed at so many places: a quiz is not. */
const PLACES = 3;
/** Messages that have this many parts in common with an earlier one survive a restart. */
const KEPT = 6;

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
export class Copies extends OfPeople<Said> {
  readonly #late: OfPeople<Said>;

  constructor(records: Records) {
    const options = { about: 'everywhere', lifeMs: 300_000, write: (said: Said) => [...said] } as const;
    super(records, { ...options, read: (data) => readRow(numbersOf(data)), unread: withUnread });
    this.#late = new OfPeople<Said>(records, { ...options, read: () => undefined });
  }

  /** Notes a message with an old date; returns its copies among those that came in with one. */
  cameIn(print: Print, { record, stamp, now, since, isEdit, limits }: Late): Same {
    const { hash: room } = record.room;
    const [first, second] = print.sketch;
    const before = this.#late.get(record) ?? NOTHING;
    const copies = sameAs(print, before, { room, since, limits });
    if (isEdit && copies.roomsBefore.has(room)) return ONCE;
    const came = now + (stamp - Math.trunc(stamp));
    const late = withOneMore(before, since, came, room, print.exact, first, second, MOST_LATE);
    if (late !== undefined) this.#late.set(record, late, now, false);
    return copies;
  }
}

export interface Late {
  record: PersonRecord;
  stamp: number;
  now: number;
  since: number;
  isEdit: boolean;
  limits: Limits;
}

export interface Limits {
  times: number;
  rooms: number;
}

interface Sought {
  room: number;
  since: number;
  limits: Limits;
}

/** How often a person has repeated this message, in what words, and in which rooms before. */
export function sameAs(print: Print, before: readonly number[], { room, since, limits }: Sought): Same {
  let found: { same: number; prints: Set<number>; roomsBefore: Set<number> } | undefined;
  let near = 0;
  for (let at = 0; at < before.length; at += FIELDS) {
    const where = before[at + ROOM]!;
    if (before[at]! < since) continue;
    const parts = partsAlike(print, before, at);
    if (parts >= NEAR) near++;
    if (!isSame(print, before, at, parts, where !== room)) continue;
    found ??= { same: 1, prints: new Set([print.exact]), roomsBefore: new Set() };
    found.same++;
    found.prints.add(before[at + PRINT]!);
    found.roomsBefore.add(where);
  }
  const same = found ?? ONCE;
  if (near + 1 < Math.min(limits.times, limits.rooms) || print.letters < LONG_ELSEWHERE) return same;
  return isTooOften(same, room, limits) ? same : (changedEach(print, before, { room, since, limits }) ?? same);
}

export function isTooOften({ same, roomsBefore }: Same, room: number, limits: Limits): boolean {
  if (same === 1) return false;
  return same >= limits.times || roomsBefore.size + (roomsBefore.has(room) ? 0 : 1) >= limits.rooms;
}

/**
 * Copies of which each was changed at a place of its own: each is like what most of those near it say, though they are
 * less like each other.
 */
function changedEach(print: Print, before: readonly number[], { room, since, limits }: Sought): Same | undefined {
  const near: number[] = [];
  for (let at = 0; at < before.length; at += FIELDS)
    if (before[at]! >= since && partsAlike(print, before, at) >= NEAR) near.push(at);
  const sketches = [print.sketch, ...near.map((at) => [before[at + FIRST]!, before[at + SECOND]!] as const)];
  const agreed = partsOfMost(sketches);
  const many = copiesAt(print, before, likeMost(near, agreed, MEAN));
  if (print.letters >= LONG && many.same >= limits.times) return many;
  const inRooms = { times: Infinity, rooms: limits.rooms };
  const few = copiesAt(print, before, likeMost(near, agreed, MEAN_IN_ROOMS));
  if (isTooOften(few, room, inRooms)) return few;
  const words = wordsOfMost(sketches);
  if (words?.isNear[0] !== true) return undefined;
  const worded = near.filter((_, index) => words.isNear[index + 1]);
  const same = copiesAt(print, before, worded);
  return isTooOften(same, room, words.missing >= PLACES ? limits : inRooms) ? same : undefined;
}

/** This message and those at these places. */
function copiesAt(print: Print, before: readonly number[], places: readonly number[]): Same {
  if (places.length === 0) return ONCE;
  return {
    same: 1 + places.length,
    prints: new Set([print.exact, ...places.map((at) => before[at + PRINT]!)]),
    roomsBefore: new Set(places.map((at) => before[at + ROOM]!)),
  };
}

/**
 * Of the messages at these places, as many as have this many parts of most in the mean, the first of `parts`, which is
 * the new message's, included.
 */
function likeMost(places: readonly number[], [own = 0, ...parts]: readonly number[], mean: number): number[] {
  if (own < ALIKE) return [];
  const best = places
    .map((at, index) => ({ at, parts: parts[index]! }))
    .filter((one) => one.parts >= ALIKE)
    .sort((a, b) => b.parts - a.parts);
  let sum = own;
  const end = best.findIndex((one, index) => (sum += one.parts) < mean * (index + 2));
  return (end < 0 ? best : best.slice(0, end)).map(({ at }) => at);
}

/** Whether the latest of these messages equals, or nearly equals, an earlier one. */
export function repeatsLatest(messages: readonly number[]): boolean {
  const latest = messages.length - FIELDS;
  const [print, first, second] = [messages[latest + PRINT], messages[latest + FIRST]!, messages[latest + SECOND]!];
  for (let at = 0; at < latest; at += FIELDS) {
    const [otherFirst, otherSecond] = [messages[at + FIRST]!, messages[at + SECOND]!];
    if (messages[at + PRINT] === print || alike(otherFirst, otherSecond, first, second) >= KEPT) return true;
    if (differInAWord(otherFirst, otherSecond, first, second)) return true;
  }
  return false;
}

/** How many parts of the message stored at `at` equal this one's. */
function partsAlike({ exact, letters, sketch }: Print, messages: readonly number[], at: number): number {
  if (messages[at + PRINT] === exact) return PARTS;
  return letters === 0 ? 0 : alike(messages[at + FIRST]!, messages[at + SECOND]!, sketch[0], sketch[1]);
}

/** Whether the message stored at `at` equals this one, of which so many parts do. */
function isSame(
  { letters, sketch }: Print,
  messages: readonly number[],
  at: number,
  parts: number,
  elsewhere: boolean,
): boolean {
  // the same caption under another picture, the same words in another order
  if (parts === PARTS) return true;
  if (letters < (elsewhere ? LONG_ELSEWHERE : LONG)) return false;
  return (
    parts >= ALIKE || (elsewhere && differInAWord(messages[at + FIRST]!, messages[at + SECOND]!, sketch[0], sketch[1]))
  );
}
