/** Word boundaries: at separators, at changes of case and between letters and digits, and at changes of script. */
import { isDigit } from '../util/ascii.js';
import { GAP_SOFT, type Folded } from './fold/folded.js';
import type { Units } from './fold/units.js';
import { IDEOGRAPHS } from './index/texts.js';

const isLower = (unit: number) => unit >= 0x61 && unit <= 0x7a;
const isUpper = (unit: number) => unit >= 0x41 && unit <= 0x5a;

/** Whether there is a word boundary before this letter: at a separator, `aB`, `a1`, `ABc` (IBMSupport). */
export function isBorder(folded: Folded, text: string, at: number): boolean {
  if (at === 0 || at >= folded.length || folded.gaps[at] !== 0) return true;
  const from = folded.source[at]!;
  return isChange(text.charCodeAt(from - 1), text.charCodeAt(from), text.charCodeAt(from + 1));
}

/** The same for a text that is not a string. */
export function isBorderIn(folded: Folded, { codes }: Units, at: number): boolean {
  if (at === 0 || at >= folded.length || folded.gaps[at] !== 0) return true;
  const from = folded.source[at]!;
  const before = codes[from - 1]!;
  const here = codes[from]!;
  return !(isLower(here) && isLower(before)) && isChange(before, here, codes[from + 1]!);
}

function isChange(before: number, here: number, after: number): boolean {
  if (isUpper(here) && (isLower(before) || (isUpper(before) && isLower(after)))) return true;
  return isDigit(before) !== isDigit(here);
}

/** Whether the letter's script is written without spaces, and so without word boundaries. */
export function isUnspaced(folded: Folded, at: number): boolean {
  if (!folded.foreign || at < 0 || at >= folded.length) return false;
  return isOfUnspacedScript(folded.origin.codePointAt(folded.source[at]!) ?? 0);
}

export function isOfUnspacedScript(code: number): boolean {
  return (code >= 0xe00 && code < 0xf00) || (code >= 0x1000 && code < 0x10a0) || isKhmer(code) || isEastAsian(code);
}

/** Whether the text may have words of two letters, or words without separators. */
export function isDense(folded: Folded): boolean {
  if (!folded.foreign) return false;
  for (let at = 0; at < folded.length; at++) if (folded.codes[at]! >= IDEOGRAPHS || isUnspaced(folded, at)) return true;
  return false;
}
const isKhmer = (code: number) => code >= 0x1780 && code < 0x1800;
const isEastAsian = (code: number) =>
  (code >= 0x3040 && code < 0xd800) || (code >= 0xf900 && code < 0xfb00) || code >= 0x20000;

/** "to", "in", "of", "the", as Arabic, Hebrew and Amharic write them: in front of the next word, glued to it. */
const CLITICS: ReadonlySet<string> = new Set([
  ...['ل', 'لل', 'ب', 'و', 'ال', 'بال', 'وال', 'ف', 'ول'],
  ...['ל', 'ב', 'ה', 'ש', 'מ', 'ו', 'כ', 'מה', 'של'],
  ...['የ', 'ለ', 'በ', 'ከ', 'ስለ', 'እንደ'],
]);
const MOST_CLITIC = 3;
const isSemitic = (code: number) => (code >= 0x590 && code < 0x780) || (code >= 0x1200 && code < 0x1380);

/** Whether a name starts here after such a prefix (لنخيل, "to Nakheel")? */
export function isBehindClitic(folded: Folded, text: string, at: number): boolean {
  if (!folded.foreign || at >= folded.length || !isSemitic(text.charCodeAt(folded.source[at]!))) return false;
  for (let start = at - 1; start >= 0 && at - start <= MOST_CLITIC; start--)
    if (start === 0 || folded.gaps[start] !== 0)
      return CLITICS.has(text.slice(folded.source[start]!, folded.source[at]!).replace(/[\u0640\p{M}\p{Cf}]/gu, ''));
  return false;
}

const UNSPACED_SCRIPTS = [
  /\p{Script=Han}/u,
  /\p{Script=Hiragana}/u,
  /\p{Script=Katakana}/u,
  /\p{Script=Hangul}/u,
  /\p{Script=Thai}/u,
] as const;

/** Whether the script changes before this letter, and one of the two is written without spaces. */
export function isScriptEdge(folded: Folded, text: string, at: number): boolean {
  if (at === 0 || at >= folded.length || !(isUnspaced(folded, at) || isUnspaced(folded, at - 1))) return false;
  return scriptAt(text, folded.source[at - 1]!) !== scriptAt(text, folded.source[at]!);
}

function scriptAt(text: string, at: number): number {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return UNSPACED_SCRIPTS.findIndex((script) => script.test(character));
}

/** Start positions of words in a folded text: after separators. */
export function wordStarts({ gaps, length }: Folded): readonly number[] {
  let starts: number[] | undefined;
  for (let index = 1; index < length; index++)
    if (gaps[index] !== 0 && gaps[index] !== GAP_SOFT) (starts ??= [0]).push(index);
  return starts ?? ONE_WORD;
}
const ONE_WORD: readonly number[] = [0];
