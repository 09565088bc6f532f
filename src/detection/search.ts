/**
 * Looks for every known name in one text, in several views: the whole text, names inside it, what is left when words for roles are
 * taken away, each word by itself, and the same words in another order. Texts that resemble nothing leave here with no hits,
 * which is what nearly all do.
 */
import { canContract, contract, fold, Folded, GAP_SOFT, hashPrefixes } from './fold/fold.js';
import type { StringIndex} from './index/string-index.js';
import { type Inside } from './index/string-index.js';
import type { Name, Names } from './names.js';
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
  /** everything beside the brand is words for roles, digits or ornaments; by the end of the part */
  covered(hit: Hit): { all: boolean; strong: number; weak: number };
}

interface Span {
  start: number;
  end: number;
  authority: number;
}

const NONE: readonly Hit[] = [];
const SHORTEST_WORD = 5;
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

  constructor(names: Names) {
    this.#names = names;
    this.#index = names.index;
  }

  /**
   * Everything known that the text resembles; undefined when there is nothing.
   * @param glued words for roles may be glued to its ends, as in server names (`discrodnitro`)
   */
  search(text: string, glued = false): Found | undefined {
    const folded = fold(text, this.#plain);
    if (folded.length === 0) return undefined;
    let hits: Hit[] | undefined;
    const add = (found: Hit[]) => { if (found.length > 0) hits = hits === undefined ? found : [...hits, ...found]; };
    add(this.#like(folded, 'whole', text) as Hit[]);
    const spans = this.#inside(folded);
    const roles = spans.length === 0 ? [] : this.#roleSpans(folded, text, spans, glued);
    if (spans.length > 0) add(this.#named(folded, text, spans));
    if (canContract(folded)) {
      const drawn = contract(folded, this.#contracted);
      add(this.#like(drawn, 'whole', text) as Hit[]);
      const drawnSpans = this.#inside(drawn);
      if (drawnSpans.length > 0) add(this.#named(drawn, text, drawnSpans));
    }
    const words = wordStarts(folded);
    if (roles.length > 0) add(this.#rest(folded, text, roles));
    if (words.length > 1) add(this.#words(folded, text, words));
    if (words.length > 1 && this.#names.hasBags) add(this.#order(folded, text, words));
    if (hits === undefined) return undefined;
    return this.#finish(folded, text, hits, spans, roles);
  }

  /** The names within a few slips of a folded text, the slips weighed. */
  #like(folded: Folded, view: View, text: string): readonly Hit[] {
    this.#ids.length = 0;
    this.#index.near(folded, this.#ids);
    const exact = this.#index.exact(folded);
    if (exact >= 0 && !this.#ids.includes(exact)) this.#ids.push(exact);
    if (this.#ids.length === 0) return NONE;
    const hits: Hit[] = [];
    for (const id of this.#ids) {
      const letters = this.#index.text(id);
      const cost = id === exact ? 0 : weighedDistance(folded, letters) + (folded === this.#contracted ? PAIR_AND_SLIP : 0);
      if (cost > bearable(letters.length)) continue;
      for (const name of this.#names.of[id]!) if (name.kind !== 'role') hits.push({ name, view, cost, text, bounded: true, from: 0, to: text.length });
    }
    return hits;
  }

  #inside(folded: Folded): Inside[] {
    this.#spans.length = 0;
    this.#index.inside(folded, this.#spans);
    return this.#spans.length === 0 ? this.#spans : this.#spans.slice();
  }

  #named(folded: Folded, text: string, spans: readonly Inside[]): Hit[] {
    const hits: Hit[] = [];
    for (const { id, start, end } of spans) {
      if (start === 0 && end === folded.length) continue;
      for (const name of this.#names.of[id]!) {
        if (name.kind === 'role') continue;
        const from = folded.source[start]!;
        const to = end < folded.length ? folded.source[end]! : folded.end;
        const bounded = isBorder(folded, text, start) && isBorder(folded, text, end);
        hits.push({ name, view: 'inside', cost: 0, text: text.slice(from, to), bounded, from, to });
      }
    }
    return hits;
  }

  /** Words for roles that stand by themselves, longest first from the left. */
  #roleSpans(folded: Folded, text: string, spans: readonly Inside[], glued: boolean): Span[] {
    const roles: Span[] = [];
    let until = 0;
    for (const { id, start, end } of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
      if (start < until) continue;
      const role = this.#names.of[id]!.find(({ kind }) => kind === 'role');
      if (role === undefined) continue;
      const apart = (isBorder(folded, text, start) || isUnspaced(folded, start)) && (isBorder(folded, text, end) || isUnspaced(folded, end - 1));
      if (!apart && !(glued && end - start >= GLUED && (start === 0 || end === folded.length))) continue;
      roles.push({ start, end, authority: role.authority });
      until = end;
    }
    return roles;
  }

  /** What is left without the words for roles: "Example" of "Example Support". */
  #rest(folded: Folded, text: string, roles: readonly Span[]): Hit[] {
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
    if (rest.length < 3) return [];
    const plain = this.#like(rest, 'rest', raw.trim());
    return canContract(rest) ? [...plain, ...this.#like(contract(rest, this.#contracted), 'rest', raw.trim())] : [...plain];
  }

  /** Each word by itself, for a brand with a slip in it beside other words. */
  #words(folded: Folded, text: string, words: readonly number[]): Hit[] {
    let hits: Hit[] = [];
    for (let index = 0; index < words.length; index++) {
      const [start, end] = [words[index]!, words[index + 1] ?? folded.length];
      if (end - start < SHORTEST_WORD) continue;
      const word = this.#part;
      word.length = 0;
      copy(folded, start, end, word);
      hashPrefixes(word);
      const raw = text.slice(folded.source[start]!, end < folded.length ? folded.source[end]! : folded.end);
      const found = this.#like(word, 'word', raw);
      if (found.length > 0) hits = [...hits, ...found];
    }
    return hits;
  }

  #order(folded: Folded, text: string, words: readonly number[]): Hit[] {
    const bag = this.#names.bag(words.map((start, index) => folded.text(start, words[index + 1] ?? folded.length)));
    return bag.map((name) => ({ name, view: 'order' as const, cost: 0, text, bounded: true, from: 0, to: text.length }));
  }

  #finish(folded: Folded, text: string, hits: Hit[], spans: readonly Inside[], roles: readonly Span[]): Found {
    const letters = folded.text();
    const source = folded.source.slice(0, folded.length);
    const all: Span[] = spans.flatMap(({ id, start, end }) => {
      const role = this.#names.of[id]!.find(({ kind }) => kind === 'role');
      return role === undefined ? [] : [{ start, end, authority: role.authority }];
    });
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

function copy(folded: Folded, from: number, to: number, into: Folded): void {
  for (let index = from; index < to; index++) {
    into.codes[into.length] = folded.codes[index]!;
    into.source[into.length] = folded.source[index]!;
    into.gaps[into.length++] = folded.gaps[index]!;
  }
  into.foreign = folded.foreign;
  into.end = folded.end;
}

/** Where words begin: after a separator. */
function wordStarts({ gaps, length }: Folded): readonly number[] {
  let starts: number[] | undefined;
  for (let index = 1; index < length; index++) if (gaps[index] !== 0 && gaps[index] !== GAP_SOFT) (starts ??= [0]).push(index);
  return starts ?? ONE_WORD;
}
const ONE_WORD: readonly number[] = [0];

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
