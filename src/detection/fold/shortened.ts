/** Shortens excessively long names before they are processed. */
import { classOf, DROP } from './table.js';
import { UNITS } from './units.js';

/** Texts of up to this many UTF-16 units are left as they are. */
export const SHORT_ENOUGH = 1024;
/** In longer ones, how many adjacent invisible characters are kept: enough to detect them. */
const UNSEEN_KEPT = 8;

/**
 * A long text without irrelevant length: truncated where `fold` stops reading, with piles of marks and invisible
 * characters reduced, so that later steps have little to process. The letters stay the same; a short text is returned
 * unchanged.
 */
export function shortened(text: string): string {
  if (text.length <= SHORT_ENOUGH) return text;
  let result = '';
  let kept = 0;
  let unseen = 0;
  for (let at = 0; at < text.length && at < UNITS;) {
    const codePoint = text.codePointAt(at)!;
    const next = at + (codePoint > 0xffff ? 2 : 1);
    unseen = classOf(codePoint) === DROP ? unseen + 1 : 0;
    if (unseen > UNSEEN_KEPT) {
      result += text.slice(kept, at);
      kept = next;
    }
    at = next;
  }
  return result + text.slice(kept, UNITS);
}
