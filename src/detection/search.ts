/**
 * Looks for every known name in one text, in several views: the whole text, names inside it, what is left when words for roles are
 * taken away, each word by itself, and the same words in another order. Texts that resemble nothing leave here with no hits,
 * which is what nearly all do.
 */
import { canContract, contract, fold, Folded, hashOf, hashPrefixes } from './fold/fold.js';
import type { StringIndex} from './index/string-index.js';
import { type Inside } from './index/string-index.js';
import { addWord, wordStarts, type Name, type Names } from './names.js';
import { bearable, weighedDistance } from './score/cost.js';

export type View = 'whole' | 'inside' | 'rest' | 'word' | 'order';

/** A known name that a text resembles. */
export interface Hit {
  name: Name;
  view: View;
  /** weighed distance; 0: folds alike */
  cost: number;
  /** what of the text resembles the name */
  text: string;
  /** for `inside`: separators, ends or changes of case and digits on both sides */
  bounded: boolean;
  /** for `inside`: where the part lies in the text, UTF-16 offsets */
  from: number;
  to: number;
}

/** What else was in the text: words for roles, and whether anything is left beside names and roles. */
export interface Found {
  text: string;
  /** the folded letters of the whole text */
  letters: string;
  hits: Hit[];
  /** words that claim authority, words that go along */
  strong: number;
  weak: number;
  /** the text is what is printed after its direction was undone */
  turned?: boolean;
  /** everything beside the brand is words for roles, digits or ornaments; by the end of the part */
  covered(hit: Hit): { all: boolean; strong: number; weak: number };
}

interface Span {
  start: number;
  end: number;
  authority: number;
}

const SHORTEST_WORD = 5;
/** Words looked at one by one; a name with more is a text. */
const MOST_WORDS = 16;
/** A name that stands in a text more often than this says no more by it. */
const MOST_TIMES = 3;
/** Words for roles beyond these are not counted: enough for any name. */
const MOST_SPANS = 64;
/** A drawn pair and a slip besides: two guesses at once. */
const PAIR_AND_SLIP = 0.5;
/** A word for a role of this many letters is recognized glued to either end of a server name. */
const GLUED = 4;

export class Searcher {
  readonly #names: Names;
  readonly #index: StringIndex;
  readonly #plain = new Folded();
  readonly #contracted = new Folded();
  readonly #part = new Folded();
  readonly #ids: number[] = [];
  readonly #spans: Inside[] = [];
  #hits: Hit[] | undefined;

  constructor(names: Names) {
    this.#names = names;
    this.#index = names.index;
  }

  /** The hash of all letters of the last text. */
  get hash(): number {
    return hashOf(this.#plain, 0, this.#plain.length);
  }

  /** Did the last text hold anything beyond ASCII? */
  get foreign(): boolean {
    return this.#plain.foreign;
  }

  /**
   * Everything known that the text resembles; undefined when there is nothing.
   * @param glued words for roles may be glued to its ends, as in server names (`discrodnitro`)
   */
  search(whole: string, glued = false): Found | undefined {
    const folded = fold(whole, this.#plain);
    if (folded.length === 0) return undefined;
    // what was not folded is not looked at by anything that follows either
    const text = whole.length > folded.end ? whole.slice(0, folded.end) : whole;
    this.#hits = undefined;
    this.#like(folded, 'whole', text);
    this.#named(folded, text);
    const roles = this.#roleSpans(folded, text, glued);
    if (canContract(folded)) {
      const drawn = contract(folded, this.#contracted);
      this.#like(drawn, 'whole', text);
      this.#named(drawn, text);
    }
    if (roles !== undefined) this.#rest(folded, text, roles);
    const words = wordStarts(folded);
    if (words.length > 1) this.#words(folded, text, words);
    return this.#hits === undefined ? undefined : this.#finish(folded, text, this.#hits, roles ?? []);
  }

  /** The names within a few slips of a folded text, the slips weighed. */
  #like(folded: Folded, view: View, text: string): void {
    if (this.#ids.length > 0) this.#ids.length = 0;
    this.#index.near(folded, this.#ids);
    const exact = this.#index.exact(folded);
    if (exact >= 0 && !this.#ids.includes(exact)) this.#ids.push(exact);
    for (const id of this.#ids) {
      const letters = this.#index.text(id);
      const cost = id === exact ? 0 : weighedDistance(folded, letters) + (folded === this.#contracted ? PAIR_AND_SLIP : 0);
      if (cost > bearable(letters.length)) continue;
      this.#hits ??= [];
      for (const name of this.#names.of[id]!) this.#hits.push({ name, view, cost, text, bounded: true, from: 0, to: text.length });
    }
  }

  /** The names that stand inside the text. */
  #named(folded: Folded, text: string): void {
    if (this.#spans.length > 0) this.#spans.length = 0;
    this.#index.inside(folded, this.#spans);
    const times = this.#spans.length > MOST_TIMES ? new Map<number, number>() : undefined;
    for (const { id, start, end } of this.#spans) {
      if (start === 0 && end === folded.length) continue;
      if (times !== undefined) {
        const before = times.get(id) ?? 0;
        if (before >= MOST_TIMES) continue;
        times.set(id, before + 1);
      }
      const from = folded.source[start]!;
      const to = end < folded.length ? folded.source[end]! : folded.end;
      const bounded = isBorder(folded, text, start) && isBorder(folded, text, end);
      this.#hits ??= [];
      for (const name of this.#names.of[id]!) this.#hits.push({ name, view: 'inside', cost: 0, text: text.slice(from, to), bounded, from, to });
    }
  }

  /** Words for roles that stand by themselves, longest first from the left, with the fillers beside them; undefined when there are none. */
  #roleSpans(folded: Folded, text: string, glued: boolean): Span[] | undefined {
    if (this.#spans.length > 0) this.#spans.length = 0;
    this.#names.lexicon.roleIndex.inside(folded, this.#spans);
    if (glued) this.#names.lexicon.fillerIndex.inside(folded, this.#spans);
    const apart = ({ start, end }: Inside) => ((isBorder(folded, text, start) || isUnspaced(folded, start)) && (isBorder(folded, text, end) || isUnspaced(folded, end - 1)))
      || (glued && end - start >= GLUED && (start === 0 || end === folded.length));
    if (this.#spans.length === 0 || !this.#spans.some(apart)) return undefined;
    if (!glued) this.#names.lexicon.fillerIndex.inside(folded, this.#spans);
    const roles: Span[] = [];
    let until = 0;
    for (const { start, end } of this.#spans.filter(apart).sort((a, b) => a.start - b.start || b.end - a.end)) {
      if (start < until) continue;
      roles.push({ start, end, authority: this.#names.lexicon.claimOf(folded.codes.subarray(start, end)) });
      until = end;
    }
    return roles;
  }

  /** What is left without the words for roles: "Example" of "Example Support". */
  #rest(folded: Folded, text: string, roles: readonly Span[]): void {
    const rest = this.#part;
    rest.length = 0;
    let raw = '';
    let from = 0;
    for (const { start, end } of [...roles, { start: folded.length, end: folded.length }]) {
      copy(folded, from, start, rest);
      if (start > from) raw += ` ${text.slice(folded.source[from]!, start < folded.length ? folded.source[start]! : folded.end)}`;
      from = end;
    }
    hashPrefixes(rest);
    if (rest.length < 3) return;
    this.#like(rest, 'rest', raw.trim());
    if (canContract(rest)) this.#like(contract(rest, this.#contracted), 'rest', raw.trim());
  }

  /** Each word by itself, for a brand with a slip in it beside other words; and all words in any order. */
  #words(folded: Folded, text: string, words: readonly number[]): void {
    let sum = 0;
    for (let index = 0; index < words.length; index++) {
      const [start, end] = [words[index]!, words[index + 1] ?? folded.length];
      sum = addWord(sum, hashOf(folded, start, end));
      if (end - start < SHORTEST_WORD || index >= MOST_WORDS || isRepeated(folded, words, index)) continue;
      const word = this.#part;
      word.length = 0;
      copy(folded, start, end, word);
      hashPrefixes(word);
      this.#like(word, 'word', text.slice(folded.source[start]!, end < folded.length ? folded.source[end]! : folded.end));
    }
    for (const name of this.#names.bag(sum)) (this.#hits ??= []).push({ name, view: 'order', cost: 0, text, bounded: true, from: 0, to: text.length });
  }

  #finish(folded: Folded, text: string, hits: Hit[], roles: readonly Span[]): Found {
    const letters = folded.text();
    const source = folded.source.slice(0, folded.length);
    this.#spans.length = 0;
    this.#names.lexicon.roleIndex.inside(folded, this.#spans);
    this.#names.lexicon.fillerIndex.inside(folded, this.#spans);
    const all: Span[] = this.#spans.slice(0, MOST_SPANS).map(({ start, end }) => ({ start, end, authority: this.#names.lexicon.claimOf(folded.codes.subarray(start, end)) }));
    return {
      text, letters, hits,
      strong: roles.filter(({ authority }) => authority === 2).length,
      weak: roles.filter(({ authority }) => authority === 1).length,
      covered: ({ from, to }) => {
        const start = source.findIndex((at) => at >= from);
        const found = source.findIndex((at) => at >= to);
        const end = found < 0 ? letters.length : found;
        const before = cover(all, text, source, 0, start);
        const after = cover(all, text, source, end, letters.length);
        return { all: before !== undefined && after !== undefined, strong: (before?.strong ?? 0) + (after?.strong ?? 0), weak: (before?.weak ?? 0) + (after?.weak ?? 0) };
      },
    };
  }
}

/** Can the letters `from` to `to` be read as words for roles and digits only? Then how many claim authority and go along. */
function cover(spans: readonly Span[], text: string, source: Uint16Array, from: number, to: number): { strong: number; weak: number } | undefined {
  const reached = new Map<number, { strong: number; weak: number }>([[from, { strong: 0, weak: 0 }]]);
  for (let at = from; at < to; at++) {
    const here = reached.get(at);
    if (here === undefined) continue;
    const unit = text.charCodeAt(source[at]!);
    if (unit >= 0x30 && unit <= 0x39 && !reached.has(at + 1)) reached.set(at + 1, here);
    for (const { start, end, authority } of spans) {
      if (start === at && end <= to && !reached.has(end)) reached.set(end, { strong: here.strong + (authority === 2 ? 1 : 0), weak: here.weak + (authority === 1 ? 1 : 0) });
    }
  }
  return reached.get(to);
}

/** Is the word the same as the one before it? */
function isRepeated(folded: Folded, words: readonly number[], index: number): boolean {
  const [before, start, end] = [words[index - 1], words[index]!, words[index + 1] ?? folded.length];
  return before !== undefined && hashOf(folded, before, start) === hashOf(folded, start, end);
}

function copy(folded: Folded, from: number, to: number, into: Folded): void {
  for (let index = from; index < to; index++) {
    into.codes[into.length] = folded.codes[index]!;
    into.source[into.length] = folded.source[index]!;
    into.gaps[into.length++] = folded.gaps[index]!;
  }
  into.origin = folded.origin;
  into.foreign = folded.foreign;
  into.end = folded.end;
}

/** Does a word end before this letter and another one begin: at a separator, `aB`, `a1`? */
function isBorder(folded: Folded, text: string, at: number): boolean {
  if (at === 0 || at >= folded.length || folded.gaps[at] !== 0) return true;
  const [before, here] = [text.charCodeAt(folded.source[at]! - 1), text.charCodeAt(folded.source[at]!)];
  return (isLower(before) && isUpper(here)) || isDigit(before) !== isDigit(here);
}

/** Scripts that write without spaces have no borders to look for. */
function isUnspaced(folded: Folded, at: number): boolean {
  const code = folded.codes[at] ?? 0;
  return (code >= 0xe00 && code < 0xf00) || (code >= 0x3040 && code < 0xd800);
}

const isLower = (unit: number) => unit >= 0x61 && unit <= 0x7a;
const isUpper = (unit: number) => unit >= 0x41 && unit <= 0x5a;
const isDigit = (unit: number) => unit >= 0x30 && unit <= 0x39;
