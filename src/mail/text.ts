import { codePointOf, isUnseen, visible } from '../detection/visible.js';
import { encodePart } from '../util/encode.js';
import { isoTime } from '../util/times.js';
import { MAIL_TEXTS } from './texts.js';

/**
 * Untrusted text in a mail. Names, reasons and ids are sanitised so that they cannot break a line, a header or the
 * reading order, and their hidden characters become visible.
 */

/** Characters that break lines or the reading order, which are always escaped, even in an id. */
const DANGEROUS = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/**
 * Maximum length of an id: Matrix allows 255 bytes (spec appendices, "User Identifiers"), a hostile server may send
 * more.
 */
const ID_LIMIT = 1000;

/** One line of untrusted text, at most `limit` code points; hidden characters are shown as code points. */
export function shownText(text: string, limit = 256): string {
  return visible(text, limit);
}

/**
 * An id, verbatim as far as that is safe, because a desk must be able to copy it. Only what breaks lines or the reading
 * order is escaped.
 */
export function shownId(id: string): string {
  const head = id.length <= ID_LIMIT ? id : `${id.slice(0, ID_LIMIT)}…`;
  return head.replace(DANGEROUS, (character) => `⟨${codePointOf(character)}⟩`);
}

/** JSON for reading: all hidden characters are JSON escapes, so it still parses to the same value. */
export function shownJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(/[^\x20-\x7e\n]/gu, (character) =>
    isUnseen(character) ? jsonEscape(character) : character,
  );
}

/** A time for a desk: UTC, with its offset. Times come from untrusted servers and may be invalid. */
export function utcTime(at: number, unknown = MAIL_TEXTS.unknownTime): string {
  const iso = isoTime(at);
  return iso === undefined ? unknown : `${iso.slice(0, 10)} ${iso.slice(11, 19)} +00:00 (UTC)`;
}

/**
 * Removes user ids from a text, both verbatim and as in matrix.to links. An id that merely starts like one of them
 * (`@a:b.co` for `@a:b.c`) stays.
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
