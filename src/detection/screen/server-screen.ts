/**
 * Whether a server name may resemble a protected one, decided without parsing it: any suffix may be the registered
 * domain and any label its brand. Makes the same lookups as `Servers`, in the same indexes; "no" is definite.
 */
import { isDigit } from '../../util/ascii.js';
import { isBorderIn } from '../borders.js';
import { contract, contractPart } from '../fold/drawn.js';
import { foldUnits } from '../fold/fold.js';
import { Folded, GAP_DOT, hashOf } from '../fold/folded.js';
import type { Units } from '../fold/units.js';
import { Spans } from '../index/spans.js';
import { TextMemo } from '../index/text-memo.js';
import type { Names, NearNames } from '../names.js';
import { AlikeNames } from '../search/alike.js';
import { DISCLAIMS } from '../lexicon.js';
import { partOf, SHORTEST_REST, withoutSpans } from '../search/part.js';
import { GLUED, roleSpans } from '../search/role-spans.js';
import { SHORTEST_WORD, Words } from '../search/words.js';
import { countSubdomains } from '../server-name.js';

/** A label's possible meaning: a brand, a service, or nothing. */
const NOTHING = 1;
const WHAT_RUNS = 2;
const SOMETHING = 3;
const LONGEST = 255;
const MOST_LABELS = 16;
const DOT = 0x2e;
const DASH = 0x2d;
const SMALL_A = 0x61;
const SMALL_Z = 0x7a;

const host = new Folded();
const part = new Folded();
const word = new Folded();
const contracted = new Folded();
const spans = new Spans();
/** a plain host as bytes: of these a string is made a third faster than of code units */
const plain = Buffer.alloc(LONGEST);
/** start of each label, followed by the end of the host */
const labels = new Uint16Array(MOST_LABELS + 1);
/** whether the host has them; nearly none has */
let hasDigits = false;
let hasDashes = false;

export class ServerScreen {
  readonly #alike: AlikeNames;
  readonly #words: Words;
  readonly #memo = new TextMemo();

  constructor(private readonly names: Names) {
    this.#alike = new AlikeNames(names);
    this.#words = new Words(names);
  }

  /** Capitals, ports, `xn--` and other rare cases are judged in full. */
  mayResemble(serverName: Units): boolean {
    if (!isPlain(serverName)) return true;
    foldUnits(serverName, host);
    if (host.length === 0) return true;
    if (!this.names.mayResemble(host)) return false;
    const count = labelsOf(host);
    if (count === 0) return true;
    // if the host contains no name, no label does
    const holdsName = this.names.holdsName(host, this.names.ofServers.kinds);
    if (holdsName && this.names.holdsName(host, this.names.ofHosts.kinds)) return true;
    for (let label = 0; label < count; label++) {
      const start = labels[label]!;
      const end = labels[label + 1]!;
      // an ending is no label
      if (label + 1 < count || count === 1) {
        const says = this.#labelSays(serverName, start, end, holdsName);
        if (says === SOMETHING || (says === WHAT_RUNS && label >= subdomainsOf(serverName))) return true;
      }
      if (label + 1 < count && this.#mayBeHost(start)) return true;
    }
    return false;
  }

  /** A label's meaning by itself; the same few precede most hosts (matrix., chat.) and are cached. */
  #labelSays(serverName: Units, start: number, end: number, holdsName: boolean): number {
    const from = host.source[start]!;
    const to = end < host.length ? host.source[end]! - 1 : serverName.length;
    const place = this.#memo.placeOf(hashOf(host, start, end));
    const known = this.#memo.get(place, serverName.codes, from, to);
    if (known !== 0) return known;
    const holds = holdsName && this.names.holdsName(host, this.names.ofServers.kinds, start, end);
    if (!holds && this.#isNobodysLabel(serverName, start, end)) return NOTHING;
    const label = partOf(host, start, end, part);
    const says = !this.#mayBeLabel(serverName, label)
      ? NOTHING
      : this.names.lexicon.hosts.has(label.text())
        ? WHAT_RUNS
        : SOMETHING;
    this.#memo.set(place, serverName.codes, from, to, says);
    return says;
  }

  #mayBeLabel(serverName: Units, label: Folded): boolean {
    if (!this.names.mayResemble(label)) return false;
    return (
      this.#mayBe(label, this.names.ofServers) ||
      this.names.holdsName(label, this.names.ofServers.kinds) ||
      this.#mayBeRest(serverName, label) ||
      this.#mayBeInWords(label)
    );
  }

  /** Whether a label without a name in it definitely means nothing, decided for most without extracting them. */
  #isNobodysLabel(serverName: Units, start: number, end: number): boolean {
    return (
      !(hasDashes && hasGap(start + 1, end)) &&
      !this.names.ofServers.near.mayFind(host, start, end) &&
      !this.#holdsRole(serverName, start, end) &&
      (!host.drawable || this.#isNobodysDrawn(start, end, this.names.ofServers))
    );
  }

  /** Whether these letters of the host with pairs contracted are definitely no name, nor contain one. */
  #isNobodysDrawn(start: number, end: number, { near, kinds }: NearNames): boolean {
    const drawn = contractPart(host, start, end, contracted);
    if (drawn.length === end - start) return true;
    return !near.mayFind(drawn, 0, drawn.length) && !this.names.holdsName(drawn, kinds);
  }

  /** Whether the part from this letter to the host's end may be a host. */
  #mayBeHost(start: number): boolean {
    const { near } = this.names.ofHosts;
    if (
      !near.mayFind(host, start, host.length) &&
      (!host.drawable || this.#isNobodysDrawn(start, host.length, this.names.ofHosts))
    )
      return false;
    const end = start === 0 ? host : partOf(host, start, host.length, part);
    return this.names.mayResemble(end) && this.#mayBe(end, this.names.ofHosts);
  }

  /** Whether it may be a slip of a name, possibly with a contracted pair, or around one. */
  #mayBe(folded: Folded, among: NearNames): boolean {
    if (this.#alike.mayBeAny(folded, false, among)) return true;
    if (!folded.drawable) return false;
    const drawn = contract(folded, contracted);
    return this.#alike.mayBeAny(drawn, true, among) || this.names.holdsName(drawn, among.kinds);
  }

  /** Whether the rest of a label without role words and fillers, separate or attached to its ends, may be a name. */
  #mayBeRest(serverName: Units, label: Folded): boolean {
    if (!this.#mayHoldRole(serverName, label, 0, label.length)) return false;
    const { texts, claims } = this.names;
    texts.inside(label, spans);
    const roles = roleSpans(
      { folded: label, isBorder: (at) => isBorderIn(label, serverName, at), spans, claims },
      true,
    );
    if (roles === undefined) return false;
    withoutSpans(label, roles, word);
    return word.length >= SHORTEST_REST && this.#mayBe(word, this.names.ofServers);
  }

  /** Whether a role word or filler may start at a word boundary in these letters of a text, or be at their end. */
  #mayHoldRole(serverName: Units, text: Folded, start: number, end: number): boolean {
    const { begins, ends } = this.names.lexicon;
    if (ends.mayEnd(text, start, end)) return true;
    for (let at = begins.next(text, start); at >= 0 && at < end; at = begins.next(text, at + 1))
      if (isBorderIn(text, serverName, at)) return true;
    return false;
  }

  /** Whether a label of the host has one that is separate, or attached to one of its ends (see `roleSpans`). */
  #holdsRole(serverName: Units, start: number, end: number): boolean {
    const { texts, claims, lexicon } = this.names;
    const { begins } = lexicon;
    const mayEnd = lexicon.ends.mayEnd(host, start, end);
    // without digits a label is all letters: nothing in its middle is separate
    if (!mayEnd && !hasDigits && !begins.mayBegin(host, start)) return false;
    for (let from = begins.next(host, start); from >= 0 && from < end; from = begins.next(host, from + 1)) {
      const isSeparate = from === start || isBorderIn(host, serverName, from);
      if (!isSeparate && !mayEnd) continue;
      spans.count = 0;
      texts.insideAt(host, from, spans);
      for (let index = 0; index < spans.count; index++) {
        const claim = claims[spans.ids[index]!]!;
        const to = spans.ends[index]!;
        if (claim < 0 || claim === DISCLAIMS || to > end) continue;
        if (isSeparate && (to === end || isBorderIn(host, serverName, to))) return true;
        if (to - from >= GLUED && (from === start || to === end)) return true;
      }
    }
    return false;
  }

  #mayBeInWords(label: Folded): boolean {
    const count = this.#words.split(label);
    for (let index = 0; count > 1 && index < count; index++) {
      const [start, end] = [this.#words.start(index), this.#words.start(index + 1)];
      if (
        end - start >= SHORTEST_WORD &&
        this.names.ofServers.near.mayFind(label, start, end) &&
        this.#alike.mayBeAny(partOf(label, start, end, word), false, this.names.ofServers)
      )
        return true;
    }
    return false;
  }
}

/** The number of labels before the registered domain, of a plain host. */
function subdomainsOf({ codes, length }: Units): number {
  for (let at = 0; at < length; at++) plain[at] = codes[at]!;
  return countSubdomains(plain.toString('latin1', 0, length));
}

/** Whether there is a separator before one of these letters of the host. */
function hasGap(from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (host.gaps[at] !== 0) return true;
  return false;
}

/** Lower-case letters, digits, dots and dashes, no empty labels, nothing that may be punycode. */
function isPlain({ codes, length }: Units): boolean {
  if (length === 0 || length > LONGEST) return false;
  let before = DOT;
  hasDigits = false;
  hasDashes = false;
  for (let at = 0; at < length; at++) {
    const unit = codes[at]!;
    if (unit < SMALL_A || unit > SMALL_Z) {
      if (isDigit(unit)) hasDigits = true;
      else if (unit === DASH && before !== DASH) hasDashes = true;
      else if (unit !== DOT || before === DOT) return false;
    }
    before = unit;
  }
  return before !== DOT;
}

/**
 * Finds where the labels begin.
 * @returns their number; 0 if there are more than the limit
 */
function labelsOf({ gaps, length }: Folded): number {
  let count = 0;
  labels[count++] = 0;
  for (let at = 1; at < length; at++) {
    if ((gaps[at]! & GAP_DOT) === 0) continue;
    if (count === MOST_LABELS) return 0;
    labels[count++] = at;
  }
  labels[count] = length;
  return count;
}
