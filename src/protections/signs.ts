/**
 * What a text may hold, found in one pass over it: most messages have no sign of a link, a mention or a written-out
 * domain, and everything that would look for these is skipped. A sign means that it is worth a look, nothing more.
 */
import { isBlank, isHex } from '../util/ascii.js';

/** an `@` */
export const AT = 1;
/** something that `linksOf` may find: a dot or `:/` followed by something, `matrix:`, a dot in brackets */
export const LINK = 2;
/** a dot inside a word, a character outside ASCII, which may fold to one, or a dot spelled out or escaped */
export const DOMAIN = 4;
/** characters outside ASCII */
export const FOREIGN = 8;
export const ANY_SIGN = AT | LINK | DOMAIN | FOREIGN;

/** Longer texts are not searched for signs: the looks themselves are bounded. */
const MOST_UNITS = 1_024;

const DOT = 0x2e;
const SPACE = 0x20;
const isOf = (characters: string) => (_: unknown, unit: number) =>
  characters.includes(String.fromCharCode(unit)) ? 1 : 0;
/** Characters at which the ones beside them decide. */
const CLOSER_LOOK = Uint8Array.from({ length: 0x80 }, isOf('@.:[({<%dD'));

export function signsOf(text: string): number {
  const { length } = text;
  if (length > MOST_UNITS) return ANY_SIGN;
  let signs = 0;
  for (let at = 0; at < length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) signs |= FOREIGN | DOMAIN;
    else if (CLOSER_LOOK[unit] === 1) signs |= signsAt(text, at, unit);
  }
  return signs;
}

function signsAt(text: string, at: number, unit: number): number {
  // NaN at the edges of the text, which compares as false
  const next = text.charCodeAt(at + 1);
  switch (unit) {
    case 0x40: // @
      return AT;
    case 0x25: // %, which may begin an escape
      return isHex(next) && isHex(text.charCodeAt(at + 2)) ? DOMAIN : 0;
    case 0x3c: // <
      return mayHoldDot(next) ? DOMAIN : 0;
    case 0x3a: // :
      return next === 0x2f || (next > SPACE && text.charCodeAt(at - 1) === 0x78) ? LINK : 0;
    case DOT:
      if (next > SPACE) return LINK | DOMAIN;
      return isBlank(text.charCodeAt(at - 1)) || !(Number.isNaN(next) || isBlank(next)) ? DOMAIN : 0;
    case 0x64: // d
    case 0x44:
      return isBlank(text.charCodeAt(at - 1)) && (next | 0x20) === 0x6f && (text.charCodeAt(at + 2) | 0x20) === 0x74
        ? DOMAIN
        : 0;
    default: // [ ( {
      return mayHoldDot(next) ? LINK | DOMAIN : 0;
  }
}

/** Whether what follows a bracket may be a dot, written out or not: `(.)`, `[ dot ]`, `{punkt}`. */
function mayHoldDot(next: number): boolean {
  const letter = next | 0x20;
  return next === DOT || letter === 0x64 || letter === 0x70 || next > 0x7f || isBlank(next);
}
