/** Names without end, made small before anybody looks at them. */
import { classOf, DROP } from './table.js';
import { UNITS } from './units.js';

/** Texts of up to this many UTF-16 units are taken as they are. */
export const SHORT_ENOUGH = 1024;
/**
 * In longer ones, of characters side by side that are not seen, so many are kept: enough to tell that they are there.
 */
const UNSEEN_KEPT = 8;

/**
 * A long text without what makes it long to no effect: cut where `fold` stops to look, and heaps of marks and invisible
 * characters made small, so that everything that looks at it afterwards has little to look at. The letters stay the
 * same; the same text when it is short.
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
