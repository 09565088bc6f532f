import { printOfText } from './prints.js';

/**
 * What a person has said lately, in one list. Per message: when it was sent, or came in (after `EPOCH`), and what tells
 * it apart from others of that moment, room, fingerprint, and the two halves of its sketch. While somebody has said too
 * little for a repetition to count, their texts are not compared: an unread one has its text in place of the
 * fingerprint, and then the least number of letters.
 */
export type Said = (number | string)[];
export const [ROOM, PRINT, FIRST, SECOND, FIELDS] = [2, 3, 4, 5, 6];
const MARK = 1;
/** Times as small whole numbers stand in the list itself, which spares an object each. */
export const EPOCH = Date.now();
const MARKS = 0x1000;
/** How many messages of one person are remembered. */
export const MOST_MESSAGES = 12;
/** a buffer reused for every message */
const scratch: Said = [];

/** The same messages with the fingerprints of all, those without any left out. */
export function allRead(said: Said): number[] {
  let at = 0;
  while (at < said.length && typeof said[at + PRINT] === 'number') at += FIELDS;
  if (at >= said.length) return said as number[];
  const read: Said = [];
  for (at = 0; at < said.length; at += FIELDS) {
    const message = said.slice(at, at + FIELDS);
    const text = message[PRINT];
    if (typeof text === 'string') {
      const print = printOfText(text, message[FIRST] as number);
      if (print === undefined) continue;
      message[PRINT] = print.exact;
      [message[FIRST], message[SECOND]] = print.sketch;
    }
    read.push(...message);
  }
  return read as number[];
}

/** As it is stored: each with its time and mark in one number. */
export function written(said: Said): number[] {
  const read = allRead(said);
  const row: number[] = [];
  for (let at = 0; at < read.length; at += FIELDS)
    row.push(read[at]! + EPOCH + read[at + MARK]! / MARKS, ...read.slice(at + ROOM, at + FIELDS));
  return row;
}

export function readRow(row: readonly number[] | undefined): Said | undefined {
  if (row === undefined) return undefined;
  const said: Said = [];
  for (let at = 0; at + FIELDS - 1 <= row.length; at += FIELDS - 1) {
    const stamp = row[at]!;
    said.push(timeOf(stamp), markOf(stamp), ...row.slice(at + 1, at + FIELDS - 1));
  }
  return said;
}

function timeOf(stamp: number): number {
  return Math.trunc(stamp) - EPOCH;
}

function markOf(stamp: number): number {
  return Math.round((stamp - Math.trunc(stamp)) * MARKS);
}

/**
 * A person's messages with one more and without expired ones, in the same list if there is space; undefined when it is
 * included already. Copied to exact size, because pushing reserves space for 16 more.
 */
export function withOneMore(
  before: Said,
  since: number,
  stamp: number,
  room: number,
  print: number | string,
  first: number,
  second: number,
  most = MOST_MESSAGES,
): Said | undefined {
  const time = timeOf(stamp);
  const mark = markOf(stamp);
  let length = 0;
  for (let at = 0; at < before.length; at += FIELDS) {
    if (before[at] === time && before[at + MARK] === mark) return undefined;
    if ((before[at] as number) < since) continue;
    for (let field = 0; field < FIELDS; field++) scratch[length++] = before[at + field]!;
  }
  scratch[length++] = time;
  scratch[length++] = mark;
  scratch[length++] = room;
  scratch[length++] = print;
  scratch[length++] = first;
  scratch[length++] = second;
  const from = length > most * FIELDS ? FIELDS : 0;
  if (before.length !== length - from) return scratch.slice(from, length);
  for (let at = 0; at < before.length; at++) before[at] = scratch[from + at]!;
  return before;
}
