import { codePointOf, isUnseen, visible } from '../detection/visible.js';
import { encodePart } from '../util/encode.js';
import { isoTime } from '../util/times.js';
import { MAIL_TEXTS } from './texts.js';

/**
 * Foreign text in a mail. Names, reasons and ids come from strangers: here they lose the power to break a line,
 * a header or the reading order, and their hidden characters become visible.
 */

/** What breaks lines or the reading order: it never stands in a mail as it is, not even in an id. */
const DANGEROUS = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** Longest id shown: Matrix allows 255 bytes (spec appendices, "User Identifiers"), a hostile server may send more. */
const ID_LIMIT = 1000;

/** One line of foreign text, at most `limit` code points of it; hidden characters stand as their code points. */
export function shownText(text: string, limit = 256): string {
  return visible(text, limit);
}

/**
 * An id as it is, as far as that is safe: a desk must be able to copy it. Only what breaks lines or the order is
 * escaped.
 */
export function shownId(id: string): string {
  const head = id.length <= ID_LIMIT ? id : `${id.slice(0, ID_LIMIT)}…`;
  return head.replace(DANGEROUS, (character) => `⟨${codePointOf(character)}⟩`);
}

/**
 * JSON that can be read as text: everything hidden is written as a JSON escape, so it still parses to the same value.
 */
export function shownJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(/[^\x20-\x7e\n]/gu, (character) =>
    isUnseen(character) ? jsonEscape(character) : character,
  );
}

/** A time as a desk needs it: UTC, with its offset. Times come from strangers' servers and may be no times at all. */
export function utcTime(at: number, unknown = MAIL_TEXTS.unknownTime): string {
  const iso = isoTime(at);
  return iso === undefined ? unknown : `${iso.slice(0, 10)} ${iso.slice(11, 19)} +00:00 (UTC)`;
}

/**
 * Takes ids of people out of a text: as they are, and as matrix.to links write them.
 * An id that merely begins like one of them (`@a:b.co` for `@a:b.c`) stays.
 */
export function redactIds(text: string, ids: readonly string[]): string {
  if (ids.length === 0) return text;
  const forms = ids.flatMap((id) => {
    const encoded = encodePart(id);
    return [
      id,
      encoded,
      encoded.replaceAll('%3A', ':'),
      encoded.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
    ];
  });
  const alternatives = [...new Set(forms)].map((form) => form.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|');
  return text.replace(new RegExp(`(?:${alternatives})(?![A-Za-z0-9-]|[.:][A-Za-z0-9])`, 'g'), '[withheld]');
}

/** The same for a JSON value, keys included. */
export function withholdInJson(value: unknown, ids: readonly string[]): unknown {
  if (typeof value === 'string') return redactIds(value, ids);
  if (Array.isArray(value)) return value.map((entry) => withholdInJson(entry, ids));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [redactIds(key, ids), withholdInJson(entry, ids)]),
  );
}

function jsonEscape(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}
