import { fold } from '../detection/fold/fold.js';
import { Folded, GAP_SOFT, hashNext, hashOf } from '../detection/fold/folded.js';
import { edgesOf, isDomain, isEdged, isPartOfWord, MOST_LETTERS, spelledRun, writtenOf } from './lexicon-places.js';
import { isBlankBefore, isDot, isUnspaced, type Piece, type TextScan } from './text-scan.js';
import { isShifted, LEAST_SHIFTED } from './word-borders.js';
import { isDisguiseOf, isDisguiseOfDomain } from './word-disguise.js';

/** A list entry found in a text. */
export interface LexiconHit {
  /** the entry, as in the list */
  entry: string;
  /** the matching text */
  written: string;
}

interface Entry {
  written: string;
  letters: number;
  /** how many words a phrase or a domain has, which spans the gaps between them */
  parts: number;
  /** for a domain: number of letters before each dot, from its start */
  dots: readonly number[] | undefined;
  /** required symbols before and after its letters, if those are too few: `c++`, `x.` */
  edges: readonly [string, string] | undefined;
}

/** Maximum words of a phrase or domain. */
const MOST_PARTS = 16;
/** Maximum pieces into which a word may be split. */
const MOST_PIECES = 5;
/** For an entry with this few letters the adjacent symbols matter too. */
const FEW_LETTERS = 2;
const PAIR_BITS = 12;
const BEGIN = 1;
const SHIFTED = 2;
const FILTER_BITS = 19;

/**
 * Finds thousands of words, phrases or domains in a text at once, in any disguise: both sides are folded
 * (detection/fold), and a word costs one lookup in a sparse table. Matches are then checked in their original spelling,
 * because folding unifies letters in which honest words differ ("fail", "fall").
 */
export class Lexicon {
  readonly #entries = new Map<number, Entry[]>();
  /** one bit for each entry's hash */
  readonly #whole = new Uint32Array(1 << (FILTER_BITS - 5));
  /** one bit for each hash of the first part of a multi-part entry */
  readonly #begins = new Uint32Array(1 << (FILTER_BITS - 5));
  /** first letters of entries: words starting with others are skipped at once */
  readonly #firsts = new Uint8Array(1 << 16);
  readonly #domains: boolean;
  /** all are domains with dots, so that a text without any holds none */
  needsDots: boolean;
  #longest = 0;
  /** length of the shortest entry; shorter words cannot match */
  #shortest = MOST_LETTERS;
  /** length of the shortest first part of a multi-part entry */
  #shortestBegin = MOST_LETTERS;
  /** one bit for each first two letters of phrases; a phrase's first word may have been split, its blanks may move */
  readonly #phrases = new Uint8Array(1 << PAIR_BITS);
  /** which lengths first words of phrases have (BEGIN), and phrases whose blanks may be elsewhere (SHIFTED) */
  readonly #lengths = new Uint8Array(MOST_LETTERS + 1);

  /** @param kind `words` must be whole words; `domains` include all subdomains */
  constructor(entries: readonly string[], kind: 'words' | 'domains') {
    this.#domains = kind === 'domains';
    this.needsDots = this.#domains;
    const folded = new Folded();
    for (const entry of entries) {
      this.#add(entry, fold(entry, folded));
      // in capitals, in Switzerland, and on other keyboards ß is written SS
      if (/ß/i.test(entry)) this.#add(entry, fold(entry.replace(/ß/gi, 'ss'), folded));
    }
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  #add(written: string, folded: Folded): void {
    const { length, codes } = folded;
    if (length === 0 || length > MOST_LETTERS) return;
    this.#firsts[codes[0]! & 0xffff] = 1;
    const dots: number[] = [];
    let hash = 0;
    let parts = 1;
    for (let index = 0; index < length; index++) {
      if (index > 0 && isBoundary(folded, index)) {
        if (parts === 1) {
          mark(this.#begins, hash);
          this.#shortestBegin = Math.min(this.#shortestBegin, index);
          this.#lengths[index]! |= BEGIN;
        }
        parts++;
        if (isDot(folded, index)) dots.push(index);
      }
      hash = hashNext(hash, codes[index]!);
    }
    if (dots.length === 0) this.needsDots = false;
    mark(this.#whole, hash);
    this.#longest = Math.max(this.#longest, length);
    this.#shortest = Math.min(this.#shortest, length);
    const edges = this.#domains || length > FEW_LETTERS ? undefined : edgesOf(written);
    const entry = { written, letters: length, parts, dots: this.#domains ? dots : undefined, edges };
    this.#entries.set(hash, [...(this.#entries.get(hash) ?? []), entry]);
    if (this.#domains || parts === 1) return;
    this.#phrases[pairOf(folded, 0)] = 1;
    if (length >= LEAST_SHIFTED && parts <= MOST_PIECES) this.#lengths[length]! |= SHIFTED;
  }

  /** The first entry that occurs in the texts, as a whole word (or domain), plain or disguised. */
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
      if (this.#firsts[folded.codes[from]! & 0xffff] === 0) continue;
      let to = starts[word + 1]!;
      const letters = to - from;
      if (letters > this.#longest) continue;
      // too short for any entry, except as a piece of a split word
      const first = letters >= this.#shortest || letters >= this.#shortestBegin ? hashOf(folded, from, to) : undefined;
      if (first !== undefined && letters >= this.#shortest && isMarked(this.#whole, first)) {
        const hit = this.#check(piece, word, word + 1, first, scan);
        if (hit !== undefined) return hit;
      }
      const most = this.#partsFrom(piece, word, first);
      for (let last = word + 2; last <= most; last++) {
        to = starts[last]!;
        if (to - from > this.#longest) break;
        const hash = hashOf(folded, from, to);
        const hit = isMarked(this.#whole, hash) ? this.#check(piece, word, last, hash, scan) : undefined;
        if (hit !== undefined) return hit;
      }
      const reach = starts[Math.min(words, word + MOST_PIECES)]! - from;
      if (reach >= this.#shortestBegin && this.#phrases[pairOf(folded, from)] !== 0) {
        const hit = this.#movedFrom(piece, word, scan);
        if (hit !== undefined) return hit;
      }
      const run = this.#domains || starts[word + 1]! - from !== 1 ? 0 : spelledRun(piece, word);
      if (run === 0) continue;
      const hash = hashOf(folded, from, starts[run]!);
      const hit = isMarked(this.#whole, hash)
        ? this.#check(piece, word, run, hash, scan)
        : this.#phraseFrom(piece, word, run, hash, scan);
      if (hit !== undefined) return hit;
    }
    return undefined;
  }

  /** A phrase whose first word is spelled out, `k i l l yourself`: words `from` to `run` are its letters. */
  #phraseFrom(piece: Piece, from: number, run: number, first: number, scan: TextScan): LexiconHit | undefined {
    if (!isMarked(this.#begins, first)) return undefined;
    const { folded, starts, count } = piece;
    const begin = starts[from]!;
    for (let last = run + 1; last < count && last - run <= MOST_PARTS; last++) {
      if (starts[last]! - begin > this.#longest) break;
      const hash = hashOf(folded, begin, starts[last]!);
      const hit = isMarked(this.#whole, hash) ? this.#check(piece, from, last, hash, scan) : undefined;
      if (hit !== undefined) return hit;
    }
    return undefined;
  }

  /** A phrase whose first word is split or has a sign in it, `ki-ll yourself`, or whose blanks moved: `fre ebtc`. */
  #movedFrom(piece: Piece, word: number, scan: TextScan): LexiconHit | undefined {
    const { folded, starts, count } = piece;
    const from = starts[word]!;
    const end = Math.min(count - 1, word + MOST_PIECES);
    for (let last = word + 2; last <= end; last++) {
      const letters = starts[last]! - from;
      if (letters > this.#longest) return undefined;
      const lengths = this.#lengths[letters]!;
      if (lengths === 0) continue;
      const hash = hashOf(folded, from, starts[last]!);
      const isSplit = (lengths & BEGIN) !== 0 && isMarked(this.#begins, hash) && !hasBlank(piece, word, last);
      const split = isSplit ? this.#phraseFrom(piece, word, last, hash, scan) : undefined;
      if (split !== undefined) return split;
      if ((lengths & SHIFTED) === 0 || !isMarked(this.#whole, hash)) continue;
      const entries = this.#entries.get(hash)?.filter(({ parts }) => parts === last - word) ?? [];
      const written = entries.length === 0 ? '' : writtenOf(folded, from, starts[last]!);
      const meant = entries.find((entry) => isShifted(written, entry.written));
      if (meant !== undefined) return { entry: meant.written, written };
    }
    return undefined;
  }

  /**
   * The last word that an entry starting with this one may reach: far for a phrase or domain, near for a split word.
   */
  #partsFrom({ folded, starts, count }: Piece, word: number, first: number | undefined): number {
    const words = count - 1;
    if (first !== undefined && isMarked(this.#begins, first)) return Math.min(words, word + MOST_PARTS);
    if (this.#domains || word + 1 >= words) return 0;
    // a single letter starts a split word only if a symbol replaces the next letter: c@sino
    if (starts[word + 1]! - starts[word]! === 1 && folded.gaps[starts[word + 1]!] !== GAP_SOFT) return 0;
    let last = word + 1;
    while (last < words && last - word < MOST_PIECES && !isBlankBefore(folded, starts[last]!)) last++;
    return last;
  }

  /** Verifies a candidate: words `from` to `to` of a piece have an entry's hash. */
  #check(piece: Piece, from: number, to: number, hash: number, scan: TextScan): LexiconHit | undefined {
    for (const entry of this.#entries.get(hash) ?? []) {
      const begin = piece.starts[from]!;
      const end = piece.starts[to]!;
      if (end - begin !== entry.letters) continue;
      if (entry.dots === undefined ? !isWord(piece, from, to, entry) : !isDomain(piece, from, to, entry.dots)) continue;
      const written = writtenOf(piece.folded, begin, end);
      if (entry.edges !== undefined && !isEdged(piece.folded, begin, begin + entry.letters, written, entry.edges))
        continue;
      const isMeant =
        entry.dots === undefined
          ? isDisguiseOf(written, entry.written, scan.texts) && !isPartOfWord(piece.folded, begin, written)
          : isDisguiseOfDomain(written, entry.written);
      if (isMeant) return { entry: entry.written, written };
    }
    return undefined;
  }
}

/**
 * A split word counts only if there are no spaces between its parts (`fr-ee`), or if each is a single letter (`f r e
 * e`). A phrase may have spaces or anything else between its words.
 */
function isWord(piece: Piece, from: number, to: number, entry: Entry): boolean {
  const { starts } = piece;
  return to - from === 1 || entry.parts > 1 || starts[to]! - starts[from]! === to - from || !hasBlank(piece, from, to);
}

function hasBlank({ folded, starts }: Piece, from: number, to: number): boolean {
  for (let word = from + 1; word < to; word++) if (isBlankBefore(folded, starts[word]!)) return true;
  return false;
}

function isBoundary(folded: Folded, index: number): boolean {
  return folded.gaps[index]! !== 0 || isUnspaced(folded.codes[index]!) || isUnspaced(folded.codes[index - 1]!);
}

/** The first two letters of a word, as a small number. */
function pairOf({ codes }: Folded, at: number): number {
  return (Math.imul(codes[at]!, 31) + codes[at + 1]!) & ((1 << PAIR_BITS) - 1);
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
