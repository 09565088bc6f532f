import { SAID, type RecentEvents } from './recent.js';
import type { PersonRecord } from './records.js';

/**
 * What a person has said lately, in one list. Per message: when it was sent, or came in, told apart from others of that
 * moment, room, fingerprint, and the two halves of its sketch. While somebody has said too little for a repetition to
 * count, their texts are not compared: they stand among the recent events alone.
 */
export type Said = number[];
export const [ROOM, PRINT, FIRST, SECOND, FIELDS] = [1, 2, 3, 4, 5];
/** How many messages of one person are remembered. */
export const MOST_MESSAGES = 12;
const NOTHING: Said = [];
/** buffers reused for every message */
const scratch: Said = [];
const unread: number[] = [];

/** A person's messages with the unread ones, which are later; those without any fingerprint are left out. */
export function withUnread(
  record: PersonRecord,
  recent: RecentEvents,
  kept: Said | undefined,
  lifeMs: number,
): Said | undefined {
  const { said } = record;
  if (said === 0) return kept;
  const since = recent.has(said) ? recent.cameInAt(said) - lifeMs : 0;
  let count = 0;
  for (let event = said; count < MOST_MESSAGES && recent.has(event) && recent.cameInAt(event) >= since;) {
    unread[count++] = event;
    event = recent.before(SAID, event);
  }
  record.said = 0;
  let length = 0;
  for (const field of kept ?? NOTHING) scratch[length++] = field;
  while (count > 0) {
    const event = unread[--count]!;
    const print = recent.readText(event);
    const person = recent.personOf(event);
    if (print === undefined || person === undefined) continue;
    scratch[length++] = recent.stampOf(event);
    scratch[length++] = person.room.hash;
    scratch[length++] = print.exact;
    scratch[length++] = print.sketch[0];
    scratch[length++] = print.sketch[1];
  }
  return length === 0 ? undefined : scratch.slice(Math.max(0, length - MOST_MESSAGES * FIELDS), length);
}

/** The messages in a list from the ledger. */
export function readRow(row: readonly number[] | undefined): Said | undefined {
  return row?.slice(0, row.length - (row.length % FIELDS));
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
  print: number,
  first: number,
  second: number,
  most = MOST_MESSAGES,
): Said | undefined {
  let length = 0;
  for (let at = 0; at < before.length; at += FIELDS) {
    if (before[at] === stamp) return undefined;
    if (before[at]! < since) continue;
    for (let field = 0; field < FIELDS; field++) scratch[length++] = before[at + field]!;
  }
  scratch[length++] = stamp;
  scratch[length++] = room;
  scratch[length++] = print;
  scratch[length++] = first;
  scratch[length++] = second;
  const from = length > most * FIELDS ? FIELDS : 0;
  if (before.length !== length - from) return scratch.slice(from, length);
  for (let at = 0; at < before.length; at++) before[at] = scratch[from + at]!;
  return before;
}
