import { fold, Folded, hashNext, hashOf } from '../detection/fold/fold.js';
import { isBlankBefore, isDot, isUnspaced, type Piece, type TextScan } from './text-scan.js';
import { isDisguiseOf } from './word-disguise.js';

/** One entry of a list, found in a text. */
export interface LexiconHit {
  /** the entry, as it stands in the list */
  entry: string;
  /** what stands in the text */
  written: string;
}

interface Entry {
  written: string;
  letters: number;
  /** a phrase or a domain: it goes on over what stands between its words */
  parts: boolean;
  /** of a domain: numbers of letters before each dot, from its beginning */
  dots: readonly number[] | undefined;
}

/** Letters of an entry, at most. */
const MOST_LETTERS = 64;
/** Words of a phrase or domain, at most; spelled out letter by letter, a word has as many parts as letters. */
const MOST_PARTS = 24;
const FILTER_BITS = 19;

/**
 * Finds thousands of words, phrases or domains in a text at once, whatever their disguise: both sides are folded
 * (detection/fold), and a word costs one look into a table that is mostly empty. What fits by its letters is then
 * looked at as it was written, because folding makes one of letters that honest words differ in ("fail", "fall").
 */
export class Lexicon {
  readonly #entries = new Map<number, Entry[]>();
  /** one bit for each hash that is an entry's */
  readonly #whole = new Uint32Array(1 << (FILTER_BITS - 5));
  /** one bit for each hash with which an entry of several parts begins */
  readonly #begins = new Uint32Array(1 << (FILTER_BITS - 5));
  readonly #domains: boolean;
  #longest = 0;

  /** @param kind `words` stand by themselves; `domains` count together with everything below them */
  constructor(entries: readonly string[], kind: 'words' | 'domains') {
    this.#domains = kind === 'domains';
    const folded = new Folded();
    for (const entry of entries) this.#add(entry, fold(entry, folded));
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  #add(written: string, folded: Folded): void {
    const { length, codes } = folded;
    if (length === 0 || length > MOST_LETTERS) return;
    const dots: number[] = [];
    let hash = 0;
    let parts = false;
    for (let index = 0; index < length; index++) {
      if (index > 0 && isBoundary(folded, index)) {
        if (!parts) mark(this.#begins, hash);
        parts = true;
        if (isDot(folded, index)) dots.push(index);
      }
      hash = hashNext(hash, codes[index]!);
    }
    mark(this.#whole, hash);
    this.#longest = Math.max(this.#longest, length);
    const entry = { written, letters: length, parts, dots: this.#domains ? dots : undefined };
    this.#entries.set(hash, [...(this.#entries.get(hash) ?? []), entry]);
  }

  /** The first entry that stands in the texts, as a whole word (or domain), plain or disguised. */
  find(scan: TextScan): LexiconHit | undefined {
    if (this.isEmpty) return undefined;
    for (const piece of scan.pieces) {
      const hit = this.#findIn(piece, scan);
      if (hit !== undefined) return hit;
    }
    return undefined;
  }

  #findIn(piece: Piece, scan: TextScan): LexiconHit | undefined {
    const { folded, starts, count } = piece;
    const words = count - 1;
    for (let word = 0; word < words; word++) {
      const from = starts[word]!;
      let to = starts[word + 1]!;
      if (to - from > this.#longest) continue;
      const first = hashOf(folded, from, to);
      if (isMarked(this.#whole, first)) {
        const hit = this.#check(piece, word, word + 1, first, scan);
        if (hit !== undefined) return hit;
      }
      // a phrase begins here, or letters go on without a blank, or one by one
      const single = to - from === 1;
      if (!single && !isMarked(this.#begins, first) && !goesOn(folded, to)) continue;
      for (let last = word + 2; last <= words && last - word <= MOST_PARTS; last++) {
        to = starts[last]!;
        if (to - from > this.#longest) break;
        const hash = hashOf(folded, from, to);
        if (!isMarked(this.#whole, hash)) continue;
        const hit = this.#check(piece, word, last, hash, scan);
        if (hit !== undefined) return hit;
      }
    }
    return undefined;
  }

  /** Looks closely: words `from` to `to` of a piece have an entry's hash. */
  #check(piece: Piece, from: number, to: number, hash: number, scan: TextScan): LexiconHit | undefined {
    for (const entry of this.#entries.get(hash) ?? []) {
      const begin = piece.starts[from]!;
      const end = piece.starts[to]!;
      if (end - begin !== entry.letters) continue;
      if (entry.dots === undefined ? !isWord(piece, from, to, entry) : !isDomain(piece, from, to, entry.dots)) continue;
      const written = writtenOf(piece.folded, begin, end);
      if (entry.dots === undefined ? isDisguiseOf(written, entry.written, scan.texts) : true)
        return { entry: entry.written, written };
    }
    return undefined;
  }
}

/**
 * A word in several parts is one only where no blank stands between them (`fr-ee`), or where each is a single letter
 * (`f r e e`). A phrase has blanks or anything else between its words.
 */
function isWord({ folded, starts }: Piece, from: number, to: number, entry: Entry): boolean {
  if (to - from === 1 || entry.parts) return true;
  let blanks = false;
  let singles = true;
  for (let word = from; word < to; word++) {
    if (starts[word + 1]! - starts[word]! > 1) singles = false;
    if (word > from && isBlankBefore(folded, starts[word]!)) blanks = true;
  }
  if (blanks && !singles) return false;
  if (!singles || to - from < 3) return !blanks;
  // letters one by one are a spelled word only if no further single letter stands beside them
  const before = from > 0 && starts[from]! - starts[from - 1]! === 1 && !isUnspaced(folded.codes[starts[from]!]!);
  const after =
    starts[to]! < folded.length && (starts[to + 1] ?? 0) - starts[to]! === 1 && !isUnspaced(folded.codes[starts[to]!]!);
  return !blanks || (!before && !after);
}

/** A domain has dots where the entry has them, blanks nowhere, and nothing of a longer name behind it. */
function isDomain({ folded, starts }: Piece, from: number, to: number, dots: readonly number[]): boolean {
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
  // `notevil.example`: a letter before it would be the same word, a hyphen is the same label
  if (begin > 0 && joinedBy(folded, begin) === '-') return false;
  if (end >= folded.length || isBlankBefore(folded, end)) return true;
  const joint = joinedBy(folded, end);
  return joint !== '.' && joint !== '-';
}

/** What stands between a letter and the one before: the first character of it. */
function joinedBy({ origin, source }: Folded, index: number): string {
  const before = source[index - 1]!;
  return origin.charAt(before + ((origin.codePointAt(before) ?? 0) > 0xffff ? 2 : 1));
}

/** A text as it was written, from a letter to before another. */
function writtenOf({ origin, source, length }: Folded, from: number, to: number): string {
  const last = source[to - 1]!;
  let end = last + ((origin.codePointAt(last) ?? 0) > 0xffff ? 2 : 1);
  // marks that belong to the last letter
  const limit = to < length ? source[to]! : origin.length;
  while (end < limit && /\p{M}/u.test(origin.charAt(end))) end++;
  return origin.slice(source[from]!, end);
}

function isBoundary(folded: Folded, index: number): boolean {
  return folded.gaps[index]! !== 0 || isUnspaced(folded.codes[index]!) || isUnspaced(folded.codes[index - 1]!);
}

/** Does the text go on behind a word without a blank? */
function goesOn(folded: Folded, to: number): boolean {
  return to < folded.length && !isBlankBefore(folded, to);
}

function bitOf(hash: number): number {
  return (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> (32 - FILTER_BITS)) >>> 0;
}

function mark(filter: Uint32Array, hash: number): void {
  const bit = bitOf(hash);
  filter[bit >>> 5]! |= 1 << (bit & 31);
}

function isMarked(filter: Uint32Array, hash: number): boolean {
  const bit = bitOf(hash);
  return (filter[bit >>> 5]! & (1 << (bit & 31))) !== 0;
}
