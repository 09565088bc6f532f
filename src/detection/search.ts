/**
 * Looks for every known name in one text, in several views: the whole text, names inside it, what is left when words
 * for roles are taken away, each word by itself, and the same words in another order. Texts that resemble nothing leave
 * here with no hits, which is what nearly all do.
 */
import { MOST_CLAIMS, readBeside, trimmed, type Beside, type RoleSpan } from './beside.js';
import { isBehindClitic, isBorder, isDense, isScriptEdge, isUnspaced } from './borders.js';
import { contract, fold, Folded, GAP_SOFT, hashOf, LETTERS, recount } from './fold/fold.js';
import { otherReadings } from './fold/readings.js';
import { Spans } from './index/spans.js';
import { WordMemo } from './index/word-memo.js';
import { DISCLAIMS, SHORTEST_NEAR_ROLE, STRONG, WEAK } from './lexicon.js';
import type { Name } from './known.js';
import { addWord, type Names } from './names.js';
import { hasWordsOf, nativeDistance } from './native.js';
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
  /** for `inside` and `word`: where the part lies in the text, UTF-16 offsets */
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
  /** the words that claim authority (or else go along), as they are written */
  claims: string[];
  /** the text is what is printed after its direction was undone */
  turned?: boolean;
  /** it stands in front of so much padding that nothing behind it is seen */
  padded?: boolean;
  /** what is written where `text` is what was read */
  written?: string;
  /** everything beside the brand is words for roles, digits or ornaments; by the end of the part */
  covered(hit: Hit): { all: boolean; strong: number; weak: number };
  /** what stands beside the part that the hit takes up, word by word */
  beside(hit: Hit): Beside;
}

const SHORTEST_WORD = 5;
/** What `#stranger` answers beside the number of a word. */
const ANY = -1;
const NONE = -2;
/** Words looked at one by one; a name with more is a text. */
const MOST_WORDS = 16;
/** A name that stands in a text more often than this says no more by it. */
const MOST_TIMES = 3;
/** More than any text has, to make one number of two places in it. */
const UNITS_OF_TEXT = 65536;
/** Words for roles beyond these are not counted: enough for any name. */
const MOST_SPANS = 64;
/** A drawn pair and a slip besides: two guesses at once. */
const PAIR_AND_SLIP = 0.5;
/** A name of so many letters in a script without spaces may have up to so many unknown ones glued behind it. */
const LONG_UNSPACED = 4;
const MOST_GLUED = 6;
/** A word for a role of this many letters is recognized glued to either end of a server name. */
const GLUED = 4;

/**
 * Where the text that is looked at is folded into. All searchers share it: one text is looked at at a time, and what
 * never changes is read faster.
 */
const plain = new Folded();
const contracted = new Folded();
const part = new Folded();
/** names, words for roles and fillers inside the plain text */
const plainSpans = new Spans();
const drawnSpans = new Spans();
const wordStarts = new Uint16Array(LETTERS + 5);

export class Searcher {
  readonly #names: Names;
  readonly #ids: number[] = [];
  readonly #nearRoles = new WordMemo();
  readonly #isNearRole = (folded: Folded, start: number, end: number) =>
    this.#names.lexicon.nearAuthorityOf(this.#partOf(folded, start, end)) !== undefined;
  #hits: Hit[] | undefined;
  /** `plainSpans` holds all that stands in the text */
  #isAllInside = true;

  constructor(names: Names) {
    this.#names = names;
  }

  /** The hash of all letters of the last text. */
  get hash(): number {
    return hashOf(plain, 0, plain.length);
  }

  /** Did the last text hold anything beyond ASCII? */
  get foreign(): boolean {
    return plain.foreign;
  }

  /** Did the last text hold signs that may begin an escape? */
  get escaped(): boolean {
    return plain.escaped;
  }

  /** How the last text, which is this, may be read otherwise. */
  otherReadings(text: string): readonly string[] | undefined {
    return otherReadings(text, plain.origin === text ? plain : fold(text, plain));
  }

  /**
   * Everything known that the text resembles; undefined when there is nothing.
   * @param glued words for roles may be glued to its ends, as in server names (`discrodnitro`)
   * @param inParts also what resembles a part of the text only: a word, or what is left without words for roles
   */
  search(whole: string, glued = false, inParts = true): Found | undefined {
    const folded = fold(whole, plain);
    if (folded.length === 0 || !this.#names.mayResemble(folded)) return undefined;
    // what was not folded is not looked at by anything that follows either
    const text = whole.length > folded.end ? whole.slice(0, folded.end) : whole;
    this.#hits = undefined;
    this.#like(folded, 'whole', text);
    const isSpread = isDense(folded);
    this.#lookInside(folded, text, glued, isSpread, inParts);
    if (plainSpans.count > 0) this.#named(folded, plainSpans, text);
    const roles = plainSpans.count > 0 && inParts ? this.#roleSpans(folded, text, glued) : undefined;
    if (folded.drawable) {
      const drawn = contract(folded, contracted);
      this.#like(drawn, 'whole', text);
      if (isSpread || this.#names.holdsName(drawn)) {
        this.#names.texts.inside(drawn, drawnSpans);
        this.#named(drawn, drawnSpans, text);
      }
    }
    if (roles !== undefined) this.#rest(folded, text, roles);
    if (folded.spaced && inParts) this.#words(folded, text, glued || claimsAuthority(roles));
    return this.#hits === undefined ? undefined : this.#finish(folded, text, this.#hits, roles ?? []);
  }

  /**
   * Fills `plainSpans` with what stands in the text: all of it, or, where no name does, only what begins at a border:
   * no other word can be one for a role that stands by itself. Nearly all names of strangers are of that kind.
   * @param isSpread words may begin anywhere
   * @param forRoles words for roles are asked for, too
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
    const { begins } = lexicon;
    for (let at = begins.next(folded, 0); at >= 0; at = begins.next(folded, at + 1))
      if (isBorder(folded, text, at)) texts.insideAt(folded, at, plainSpans);
  }

  /** The names within a few slips of a folded text, the slips weighed. */
  #like(folded: Folded, view: View, whole: string, from = 0, to = whole.length): void {
    const { texts, near, of } = this.#names;
    if (this.#ids.length > 0) this.#ids.length = 0;
    near.find(folded, this.#ids);
    const exact = texts.exact(folded);
    if (exact >= 0 && !this.#ids.includes(exact)) this.#ids.push(exact);
    if (this.#ids.length === 0) return;
    const alike: { id: number; cost: number; letters: Uint16Array }[] = [];
    for (const id of this.#ids) {
      if (of[id] === undefined) continue;
      const letters = texts.letters(id);
      const cost = id === exact ? 0 : weighedDistance(folded, letters) + (folded === contracted ? PAIR_AND_SLIP : 0);
      if (cost <= bearable(letters.length)) alike.push({ id, cost, letters });
    }
    // an order that does not depend on who else is protected
    if (alike.length > 1) alike.sort((a, b) => a.cost - b.cost || compareLetters(a.letters, b.letters));
    const text = to - from < whole.length ? whole.slice(from, to) : whole;
    for (const { id, cost } of alike) {
      for (const name of of[id]!) {
        const ownCost = name.native === undefined ? cost : Math.max(cost, nativeDistance(name.native, text) ?? cost);
        if (ownCost < Infinity) (this.#hits ??= []).push({ name, view, cost: ownCost, text, bounded: true, from, to });
      }
    }
  }

  /** The names that stand inside the text. */
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
   * Does a name begin or end here? Where words are not set apart, a word for a role or a change of script shows it:
   * さくら銀行 ends in さくら銀行サポート, and does not begin in 新さくら銀行.
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
   * Is a name of four ideographs or more followed by a few letters that no list knows, and these by a word that claims
   * authority at the end (椿山銀行東日本サポート)? What stands glued in front of a name makes another one (新椿山銀行).
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

  /**
   * Words for roles that stand by themselves, longest first from the left, with the fillers beside them; undefined when
   * there are none.
   */
  #roleSpans(folded: Folded, text: string, glued: boolean): RoleSpan[] | undefined {
    const { count, ids } = plainSpans;
    const { claims } = this.#names;
    let some = false;
    for (let index = 0; index < count && !some; index++)
      some =
        (isRole(claims[ids[index]!]!) || (glued && claims[ids[index]!] === 0)) &&
        this.#isApart(folded, text, index, glued);
    if (!some) return undefined;
    const apart: RoleSpan[] = [];
    for (let index = 0; index < count; index++)
      if (claims[ids[index]!]! >= 0 && claims[ids[index]!] !== DISCLAIMS && this.#isApart(folded, text, index, glued))
        apart.push(this.#spanAt(index));
    const roles: RoleSpan[] = [];
    let until = 0;
    for (const span of apart.sort((a, b) => a.start - b.start || b.end - a.end)) {
      if (span.start < until) continue;
      roles.push(span);
      until = span.end;
    }
    return roles;
  }

  #isApart(folded: Folded, text: string, index: number, glued: boolean): boolean {
    const [start, end] = [plainSpans.starts[index]!, plainSpans.ends[index]!];
    return (
      ((isBorder(folded, text, start) || isUnspaced(folded, start)) &&
        (isBorder(folded, text, end) || isUnspaced(folded, end - 1))) ||
      (glued && end - start >= GLUED && (start === 0 || end === folded.length))
    );
  }

  #spanAt(index: number): RoleSpan {
    return {
      start: plainSpans.starts[index]!,
      end: plainSpans.ends[index]!,
      authority: this.#names.claims[plainSpans.ids[index]!]!,
    };
  }

  /** What is left without the words for roles: "Example" of "Example Support". */
  #rest(folded: Folded, text: string, roles: readonly RoleSpan[]): void {
    const rest = part;
    rest.length = 0;
    let raw = '';
    let from = 0;
    for (const { start, end } of [...roles, { start: folded.length, end: folded.length }]) {
      copy(folded, from, start, rest);
      if (start > from) raw += ` ${text.slice(folded.source[from]!, endOfLetter(text, folded.source[start - 1]!))}`;
      from = end;
    }
    recount(rest);
    if (rest.length < 3) return;
    this.#like(rest, 'rest', raw.trim());
    if (rest.drawable) this.#like(contract(rest, contracted), 'rest', raw.trim());
  }

  /** Each word by itself, for a brand with a slip in it amid words for roles; and all words in any order. */
  #words(folded: Folded, text: string, each: boolean): void {
    const starts = wordStarts;
    let count = 1;
    let sum = 0;
    for (let index = 1; index < folded.length; index++) {
      const gap = folded.gaps[index]!;
      if (gap === 0 || gap === GAP_SOFT) continue;
      sum = addWord(sum, hashOf(folded, starts[count - 1]!, index));
      starts[count++] = index;
    }
    sum = addWord(sum, hashOf(folded, starts[count - 1]!, folded.length));
    starts[count] = folded.length;
    // where names are few it costs less to look at every word than to find out which; in server names every word counts
    const only = each || folded.foreign || this.#names.near.isFew ? ANY : this.#stranger(folded, count);
    for (let index = 0; only !== NONE && index < count && index < MOST_WORDS; index++) {
      if (only !== ANY && only !== index) continue;
      const [start, end] = [starts[index]!, starts[index + 1]!];
      if (end - start < SHORTEST_WORD || (index > 0 && this.#isSame(folded, index, index - 1))) continue;
      if (this.#names.near.mayFind(folded, start, end))
        this.#like(
          this.#partOf(folded, start, end),
          'word',
          text,
          folded.source[start]!,
          end < folded.length ? folded.source[end]! : folded.end,
        );
    }
    for (const name of this.#names.bag(sum))
      if (name.native === undefined || hasWordsOf(name.raw, text) !== false)
        (this.#hits ??= []).push({ name, view: 'order', cost: 0, text, bounded: true, from: 0, to: text.length });
  }

  /**
   * The only word of a plain text that is no word for a role, or `ANY` when all are, or `NONE` when two are none: a
   * brand with a slip in it says something only where every other word is for a role (score/display.ts), and nearly no
   * name is of that kind.
   */
  #stranger(folded: Folded, count: number): number {
    const starts = wordStarts;
    let stranger = ANY;
    // words that cannot be roles first: they cost least, and two of them end it
    for (const long of [false, true]) {
      for (let index = 0; index < count; index++) {
        const [start, end] = [starts[index]!, starts[index + 1]!];
        if (end - start >= SHORTEST_NEAR_ROLE !== long) continue;
        const id = this.#names.texts.exact(folded, start, end);
        if (
          (id >= 0 && this.#names.claims[id]! >= 0 && this.#names.claims[id] !== DISCLAIMS) ||
          (stranger !== ANY && this.#isSame(folded, index, stranger))
        )
          continue;
        if (long && this.#nearRoles.ask(folded, start, end, this.#isNearRole)) continue;
        if (stranger !== ANY) return NONE;
        stranger = index;
      }
      if (stranger !== ANY && starts[stranger + 1]! - starts[stranger]! < SHORTEST_WORD) return NONE;
    }
    return stranger;
  }

  /** Are two words the same? */
  #isSame(folded: Folded, one: number, other: number): boolean {
    return (
      hashOf(folded, wordStarts[one]!, wordStarts[one + 1]!) ===
      hashOf(folded, wordStarts[other]!, wordStarts[other + 1]!)
    );
  }

  #partOf(folded: Folded, start: number, end: number): Folded {
    part.length = 0;
    copy(folded, start, end, part);
    recount(part);
    return part;
  }

  #finish(folded: Folded, text: string, hits: Hit[], roles: readonly RoleSpan[]): Found {
    if (!this.#isAllInside) this.#names.texts.inside(folded, plainSpans);
    const letters = folded.text();
    const source = folded.source.slice(0, folded.length + 1);
    source[folded.length] = folded.end;
    const gaps = folded.gaps.slice(0, folded.length);
    const apart = this.#wordsBeside(folded, text);
    // several names may stand at one place
    const read = new Map<number, Beside>();
    const all: RoleSpan[] = [];
    // words for roles first: beyond the bound fillers are left out before them
    for (const forRoles of [true, false]) {
      for (let index = 0; index < plainSpans.count && all.length < MOST_SPANS; index++) {
        const claim = this.#names.claims[plainSpans.ids[index]!]!;
        if (forRoles ? isRole(claim) : claim === 0) all.push(this.#spanAt(index));
      }
    }
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

  /** Every word for a role, filler and disclaimer that stands by itself; those inside a name are left out later. */
  #wordsBeside(folded: Folded, text: string): RoleSpan[] {
    const apart: RoleSpan[] = [];
    for (let index = 0; index < plainSpans.count && apart.length < MOST_SPANS; index++)
      if (this.#names.claims[plainSpans.ids[index]!]! >= 0 && this.#isApart(folded, text, index, false))
        apart.push(this.#spanAt(index));
    return apart;
  }
}

/** The words that claim most, as they are written. */
function claimsOf(text: string, source: Uint16Array, roles: readonly RoleSpan[]): string[] {
  const most = roles.some(({ authority }) => authority === STRONG) ? STRONG : WEAK;
  return roles
    .filter(({ authority }) => authority === most)
    .slice(0, MOST_CLAIMS)
    .map(({ start, end }) => trimmed(text.slice(source[start]!, source[end])));
}

/** The letters that the part `from` to `to` of the text takes up. */
function lettersOf(source: Uint16Array, length: number, from: number, to: number): [number, number] {
  const first = source.findIndex((at) => at >= from);
  const last = source.findIndex((at) => at >= to);
  return [first < 0 ? length : Math.min(first, length), last < 0 ? length : Math.min(last, length)];
}

/** Where a letter and the marks on it end. */
function endOfLetter(text: string, at: number): number {
  MARKED.lastIndex = at;
  return MARKED.test(text) ? MARKED.lastIndex : at + 1;
}
const MARKED = /[^]\p{M}*/uy;

/** Does a word claim authority? Then each other word may be a brand with a slip in it. */
function claimsAuthority(roles: readonly RoleSpan[] | undefined): boolean {
  return roles?.some(({ authority }) => authority === STRONG) === true;
}

function isRole(claim: number): boolean {
  return claim > 0 && claim !== DISCLAIMS;
}

/**
 * Can the letters `from` to `to` be read as words for roles and digits only? Then how many claim authority and go
 * along.
 */
function cover(
  spans: readonly RoleSpan[],
  text: string,
  source: Uint16Array,
  from: number,
  to: number,
): { strong: number; weak: number } | undefined {
  const reached = new Map<number, { strong: number; weak: number }>([[from, { strong: 0, weak: 0 }]]);
  for (let at = from; at < to; at++) {
    const here = reached.get(at);
    if (here === undefined) continue;
    const unit = text.charCodeAt(source[at]!);
    if (unit >= 0x30 && unit <= 0x39 && !reached.has(at + 1)) reached.set(at + 1, here);
    for (const { start, end, authority } of spans) {
      if (start === at && end <= to && !reached.has(end))
        reached.set(end, {
          strong: here.strong + (authority === 2 ? 1 : 0),
          weak: here.weak + (authority === 1 ? 1 : 0),
        });
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
  into.origin = folded.origin;
  into.foreign = folded.foreign;
  into.end = folded.end;
}

function compareLetters(a: Uint16Array, b: Uint16Array): number {
  if (a.length !== b.length) return b.length - a.length;
  const at = a.findIndex((code, index) => code !== b[index]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}
