import type { Folded } from '../detection/fold/folded.js';
import { isBlankBefore, isDot, isUnspaced, type Piece } from './text-scan.js';
import { isInsideWord } from './word-disguise.js';

/** Maximum letters of an entry. */
export const MOST_LETTERS = 64;

/** The symbols before and after an entry's letters. */
export function edgesOf(entry: string): [string, string] | undefined {
  const [, before = '', after = ''] = /^([^\p{L}\p{N}]*).*?([^\p{L}\p{N}\p{M}]*)$/su.exec(entry.trim()) ?? [];
  return before === '' && after === '' ? undefined : [before, after];
}

/** Whether an entry's symbols surround its letters. */
export function isEdged(
  { origin, source }: Folded,
  from: number,
  to: number,
  written: string,
  [before, after]: readonly [string, string],
): boolean {
  const begin = source[from]!;
  return origin.slice(0, begin).endsWith(before) && origin.startsWith(after, begin + written.length) && to > from;
}

/**
 * Spaced-out letters, `f r e e`: the end of the run if it starts with this word, else 0. The run counts as a whole, so
 * that no word is found inside another.
 */
export function spelledRun(piece: Piece, word: number): number {
  if (isSingle(piece, word - 1) || !isSingle(piece, word)) return 0;
  let end = word + 1;
  while (end - word <= MOST_LETTERS && isSingle(piece, end)) end++;
  return end - word >= 3 ? end : 0;
}

/** Whether a word is a single letter, in a script with spaces between words. */
function isSingle({ folded, starts, count }: Piece, word: number): boolean {
  return (
    word >= 0 &&
    word < count - 1 &&
    starts[word + 1]! - starts[word]! === 1 &&
    !isUnspaced(folded.codes[starts[word]!]!)
  );
}

/** A domain has dots where the entry has them, no spaces, and is not continued by a longer name. */
export function isDomain({ folded, starts }: Piece, from: number, to: number, dots: readonly number[]): boolean {
  const begin = starts[from]!;
  const end = starts[to]!;
  let found = 0;
  for (let word = from + 1; word < to; word++) {
    const index = starts[word]!;
    if (isBlankBefore(folded, index)) return false;
    if (!isDot(folded, index)) continue;
    if (dots[found++] !== index - begin) return false;
  }
  if (found !== dots.length) return false;
  // `notevil.example`: a preceding letter would belong to the word, a hyphen to the label
  if (begin > 0 && joinedBy(folded, begin) === '-') return false;
  if (end >= folded.length || isBlankBefore(folded, end)) return true;
  const joint = joinedBy(folded, end);
  return joint !== '.' && joint !== '-';
}

/** The first character between a letter and the previous one. */
function joinedBy({ origin, source }: Folded, index: number): string {
  const before = source[index - 1]!;
  return origin.charAt(before + ((origin.codePointAt(before) ?? 0) > 0xffff ? 2 : 1));
}

/** In a script without spaces: whether a match is only part of a word. */
export function isPartOfWord({ codes, origin, source }: Folded, begin: number, written: string): boolean {
  return isUnspaced(codes[begin]!) && isInsideWord(origin, source[begin]!, written);
}

/** The original text from one letter up to another. */
export function writtenOf({ origin, source, length }: Folded, from: number, to: number): string {
  const last = source[to - 1]!;
  let end = last + ((origin.codePointAt(last) ?? 0) > 0xffff ? 2 : 1);
  // combining marks of the last letter
  const limit = to < length ? source[to]! : origin.length;
  while (end < limit && /\p{M}/u.test(origin.charAt(end))) end++;
  return origin.slice(source[from]!, end);
}
