/**
 * Searches one text for all known names, in several views: the whole text, names inside it, the rest without role
 * words, each word by itself, and the same words in another order. Nearly all texts resemble nothing and have no hits.
 */
import { readBeside, type Beside, type RoleSpan } from '../beside.js';
import { isBehindClitic, isBorder, isDense, isScriptEdge, isUnspaced } from '../borders.js';
import { contract } from '../fold/drawn.js';
import { fold } from '../fold/fold.js';
import { Folded, hashOf } from '../fold/folded.js';
import { otherReadings } from '../fold/readings.js';
import { Spans } from '../index/spans.js';
import { STRONG } from '../lexicon.js';
import type { Names } from '../names.js';
import { hasWordsOf, nativeDistance } from '../native.js';
import { AlikeNames } from './alike.js';
import type { Found, Hit, View } from './found.js';
import { partOf, SHORTEST_REST, withoutSpans } from './part.js';
import { claimsAuthority, claimsOf, cover, roleSpans, rolesFirst, wordsBeside, type Inside } from './role-spans.js';
import { ANY, MOST_WORDS, NONE, SHORTEST_WORD, Words } from './words.js';

/** More occurrences of a name in a text than this add nothing. */
const MOST_TIMES = 3;
/** In a script without spaces, a name of at least this many letters may be followed by up to this many unknown ones. */
const LONG_UNSPACED = 4;
const MOST_GLUED = 6;
/** More than the length of any text, for combining two positions into one number. */
const UNITS_OF_TEXT = 65536;
/**
 * The buffer for the folded text. All searchers share it: one text is processed at a time, and a constant is accessed
 * faster.
 */
const plain = new Folded();
const contracted = new Folded();
const part = new Folded();
/** names, role words and fillers inside the plain text */
const plainSpans = new Spans();
const drawnSpans = new Spans();

export class Searcher {
  readonly #names: Names;
  readonly #alike: AlikeNames;
  readonly #words: Words;
  #hits: Hit[] | undefined;
  /** whether `plainSpans` has everything in the text */
  #isAllInside = true;

  constructor(names: Names) {
    this.#names = names;
    this.#alike = new AlikeNames(names);
    this.#words = new Words(names);
  }

  /** The hash of all letters of the last text. */
  get hash(): number {
    return hashOf(plain, 0, plain.length);
  }

  /** Whether the last text had non-ASCII characters. */
  get foreign(): boolean {
    return plain.foreign;
  }

  /** Whether the last text had characters that may start an escape. */
  get escaped(): boolean {
    return plain.escaped;
  }

  /** Other readings of the last text, which is this one. */
  otherReadings(text: string): readonly string[] | undefined {
    return otherReadings(text, plain.origin === text ? plain : fold(text, plain));
  }

  /**
   * All known names that the text resembles; undefined when there are none.
   * @param glued role words may be attached to its ends, as in server names (`discrodnitro`)
   * @param inParts includes names that resemble only part of the text: a word, or the rest without role words
   */
  search(whole: string, glued = false, inParts = true): Found | undefined {
    const folded = fold(whole, plain);
    if (folded.length === 0 || !this.#names.mayResemble(folded)) return undefined;
    // later steps do not read the unfolded rest either
    const text = whole.length > folded.end ? whole.slice(0, folded.end) : whole;
    this.#hits = undefined;
    this.#like(folded, 'whole', text);
    const isSpread = isDense(folded);
    this.#lookInside(folded, text, glued, isSpread, inParts);
    if (plainSpans.count > 0) this.#named(folded, plainSpans, text);
    const inside = this.#insideOf(folded, text);
    const roles = plainSpans.count > 0 && inParts ? roleSpans(inside, glued) : undefined;
    if (folded.drawable) {
      const drawn = contract(folded, contracted);
      this.#like(drawn, 'whole', text);
      if (isSpread || this.#names.holdsName(drawn)) {
        this.#names.texts.inside(drawn, drawnSpans);
        this.#named(drawn, drawnSpans, text);
      }
    }
    if (roles !== undefined) this.#rest(folded, text, roles);
    if (folded.spaced && inParts) this.#inWords(folded, text, glued || claimsAuthority(roles));
    return this.#hits === undefined ? undefined : this.#finish(folded, text, this.#hits, roles ?? []);
  }

  /**
   * Fills `plainSpans` with everything in the text, or, if it contains no name, only what starts at a word boundary,
   * since no other word can be a separate role word. Nearly all strangers' names are of that kind.
   * @param isSpread words may start anywhere
   * @param forRoles role words are searched too
   */
  #lookInside(folded: Folded, text: string, glued: boolean, isSpread: boolean, forRoles: boolean): void {
    const { texts, lexicon } = this.#names;
    this.#isAllInside = isSpread || (glued && forRoles && lexicon.ends.mayEnd(folded)) || this.#names.holdsName(folded);
    if (this.#isAllInside) {
      texts.inside(folded, plainSpans);
      return;
    }
    plainSpans.count = 0;
    if (!forRoles) return;
    for (let at = 0; at < folded.length; at++)
      if (isBorder(folded, text, at) && lexicon.begins.mayBegin(folded, at)) texts.insideAt(folded, at, plainSpans);
  }

  #insideOf(folded: Folded, text: string): Inside {
    return {
      folded,
      isBorder: (at) => isBorder(folded, text, at),
      spans: plainSpans,
      claims: this.#names.claims,
    };
  }

  /** The names within a few slips of a folded text, with weighted slips. */
  #like(folded: Folded, view: View, whole: string, from = 0, to = whole.length): void {
    const alike = this.#alike.all(folded, folded === contracted);
    if (alike.length === 0) return;
    const text = to - from < whole.length ? whole.slice(from, to) : whole;
    for (const { id, cost } of alike) {
      for (const name of this.#names.of[id]!) {
        const ownCost = name.native === undefined ? cost : Math.max(cost, nativeDistance(name.native, text) ?? cost);
        if (ownCost < Infinity) (this.#hits ??= []).push({ name, view, cost: ownCost, text, bounded: true, from, to });
      }
    }
  }

  /** The names inside the text. */
  #named(folded: Folded, spans: Spans, text: string): void {
    let times: Map<number, number> | undefined;
    for (let index = 0; index < spans.count; index++) {
      const id = spans.ids[index]!;
      const names = this.#names.of[id];
      if (names === undefined) continue;
      const [start, end] = [spans.starts[index]!, spans.ends[index]!];
      if (start === 0 && end === folded.length) continue;
      const before = (times ??= new Map<number, number>()).get(id) ?? 0;
      if (before >= MOST_TIMES) continue;
      times.set(id, before + 1);
      const from = folded.source[start]!;
      const to = endOfLetter(text, folded.source[end - 1]!);
      const bounded =
        this.#isEdge(folded, spans, text, start) &&
        (this.#isEdge(folded, spans, text, end) || this.#isBeforeRole(folded, spans, text, start, end));
      for (const name of names) {
        if (!name.inside || (name.native !== undefined && (nativeDistance(name.native, text.slice(from, to)) ?? 0) > 0))
          continue;
        (this.#hits ??= []).push({ name, view: 'inside', cost: 0, text: text.slice(from, to), bounded, from, to });
      }
    }
  }

  /**
   * Whether a name starts or ends here. Without word separators, a role word or a change of script shows it: さくら銀行 ends
   * in さくら銀行サポート, and does not start in 新さくら銀行.
   */
  #isEdge(folded: Folded, spans: Spans, text: string, at: number): boolean {
    if (isBorder(folded, text, at) || isBehindClitic(folded, text, at)) return true;
    if (!isUnspaced(folded, at) && !isUnspaced(folded, at - 1)) return false;
    if (isScriptEdge(folded, text, at)) return true;
    for (let index = 0; index < spans.count; index++)
      if ((spans.starts[index] === at || spans.ends[index] === at) && this.#names.claims[spans.ids[index]!]! >= 0)
        return true;
    return false;
  }

  /**
   * Whether a name of four ideographs or more is followed by a few unknown letters, and these by a final word that
   * claims authority (椿山銀行東日本サポート). A prefix makes another name (新椿山銀行).
   */
  #isBeforeRole(folded: Folded, spans: Spans, text: string, start: number, end: number): boolean {
    if (end - start < LONG_UNSPACED || !isUnspaced(folded, end) || !isUnspaced(folded, end - 1)) return false;
    for (let index = 0; index < spans.count; index++) {
      const [from, to] = [spans.starts[index]!, spans.ends[index]!];
      if (from > end && from - end <= MOST_GLUED && this.#names.claims[spans.ids[index]!] === STRONG)
        if (this.#isEdge(folded, spans, text, to) && (to === folded.length || folded.gaps[to] !== 0)) return true;
    }
    return false;
  }

  /** The rest without role words: "Example" of "Example Support". */
  #rest(folded: Folded, text: string, roles: readonly RoleSpan[]): void {
    withoutSpans(folded, roles, part);
    if (part.length < SHORTEST_REST) return;
    let raw = '';
    let from = 0;
    for (const { start, end } of [...roles, { start: folded.length, end: folded.length }]) {
      if (start > from) raw += ` ${text.slice(folded.source[from]!, endOfLetter(text, folded.source[start - 1]!))}`;
      from = end;
    }
    this.#like(part, 'rest', raw.trim());
    if (part.drawable) this.#like(contract(part, contracted), 'rest', raw.trim());
  }

  /** Each word by itself, for a brand with a slip among role words; and all words in any order. */
  #inWords(folded: Folded, text: string, each: boolean): void {
    const words = this.#words;
    const count = words.split(folded);
    // with few names, checking every word is cheaper than selecting; in server names every word counts
    const only = each || folded.foreign || this.#names.near.isFew ? ANY : words.onlyStranger(folded, count);
    for (let index = 0; only !== NONE && index < count && index < MOST_WORDS; index++) {
      if (only !== ANY && only !== index) continue;
      const [start, end] = [words.start(index), words.start(index + 1)];
      if (end - start < SHORTEST_WORD || (index > 0 && words.isSame(folded, index, index - 1))) continue;
      if (this.#names.near.mayFind(folded, start, end))
        this.#like(
          partOf(folded, start, end, part),
          'word',
          text,
          folded.source[start]!,
          end < folded.length ? folded.source[end]! : folded.end,
        );
    }
    for (const name of this.#names.bag(words.sum(folded, count)))
      if (name.native === undefined || hasWordsOf(name.raw, text) !== false)
        (this.#hits ??= []).push({ name, view: 'order', cost: 0, text, bounded: true, from: 0, to: text.length });
  }

  #finish(folded: Folded, text: string, hits: Hit[], roles: readonly RoleSpan[]): Found {
    if (!this.#isAllInside) this.#names.texts.inside(folded, plainSpans);
    const letters = folded.text();
    const source = folded.source.slice(0, folded.length + 1);
    source[folded.length] = folded.end;
    const gaps = folded.gaps.slice(0, folded.length);
    const inside = this.#insideOf(folded, text);
    const apart = wordsBeside(inside);
    // several names may be at one position
    const read = new Map<number, Beside>();
    const all = rolesFirst(inside);
    return {
      text,
      letters,
      hits,
      strong: roles.filter(({ authority }) => authority === 2).length,
      weak: roles.filter(({ authority }) => authority === 1).length,
      claims: claimsOf(text, source, roles),
      covered: ({ from, to }) => {
        const [start, end] = lettersOf(source, letters.length, from, to);
        const before = cover(all, text, source, 0, start);
        const after = cover(all, text, source, end, letters.length);
        return {
          all: before !== undefined && after !== undefined,
          strong: (before?.strong ?? 0) + (after?.strong ?? 0),
          weak: (before?.weak ?? 0) + (after?.weak ?? 0),
        };
      },
      beside: ({ from, to }) => {
        const place = from * UNITS_OF_TEXT + to;
        const known = read.get(place);
        if (known !== undefined) return known;
        const [first, last] = lettersOf(source, letters.length, from, to);
        const beside = readBeside(this.#names.lexicon, { text, letters, source, gaps, roles: apart }, first, last);
        read.set(place, beside);
        return beside;
      },
    };
  }
}

/** The letters of the part `from` to `to` of the text. */
function lettersOf(source: Uint16Array, length: number, from: number, to: number): [number, number] {
  const first = source.findIndex((at) => at >= from);
  const last = source.findIndex((at) => at >= to);
  return [first < 0 ? length : Math.min(first, length), last < 0 ? length : Math.min(last, length)];
}

/** The end of a letter and its marks. */
function endOfLetter(text: string, at: number): number {
  MARKED.lastIndex = at;
  return MARKED.test(text) ? MARKED.lastIndex : at + 1;
}
const MARKED = /[^]\p{M}*/uy;
