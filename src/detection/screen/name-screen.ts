/**
 * Whether a text may resemble a protected name. Makes the same lookups as a search (search/searcher.ts), in the same
 * indexes, but creates no strings or hits. Nearly all names are rejected here. "No" is definite.
 */
import { isBorderIn, isOfUnspacedScript } from '../borders.js';
import { mayBeTurned, visualOrders } from '../fold/bidi.js';
import { contract } from '../fold/drawn.js';
import { foldUnits } from '../fold/fold.js';
import { Folded } from '../fold/folded.js';
import { codePointAt, Units } from '../fold/units.js';
import { Spans } from '../index/spans.js';
import { IDEOGRAPHS } from '../index/texts.js';
import type { Names } from '../names.js';
import { AlikeNames } from '../search/alike.js';
import { partOf } from '../search/part.js';
import { isRole } from '../search/role-spans.js';
import { ANY, MOST_WORDS, NONE, SHORTEST_WORD, Words } from '../search/words.js';

const contracted = new Folded();
const word = new Folded();
const spans = new Spans();
const turned = new Units();
const turnedFolded = new Folded();

export class NameScreen {
  readonly #alike: AlikeNames;
  readonly #words: Words;

  constructor(private readonly names: Names) {
    this.#alike = new AlikeNames(names);
    this.#words = new Words(names);
  }

  /** @param folded the text, folded */
  mayResemble(text: Units, folded: Folded): boolean {
    if (folded.length === 0) return false;
    if (folded.foreign) {
      if (mayBeTurned(text)) return this.#mayResembleTurned(text, folded);
      if (hasJamo(text)) return true;
    }
    return this.#mayResembleAsIs(text, folded);
  }

  #mayResembleAsIs(text: Units, folded: Folded): boolean {
    const { names } = this;
    if (folded.length === 0 || !names.mayResemble(folded)) return false;
    if (folded.foreign && mayBeDense(text, folded)) return this.#mayResembleAnywhere(folded);
    if (this.#alike.mayBeAny(folded, false, undefined) || names.holdsName(folded) || this.#hasRole(text, folded))
      return true;
    if (folded.drawable) {
      const drawn = contract(folded, contracted);
      if (this.#alike.mayBeAny(drawn, true, undefined) || names.holdsName(drawn)) return true;
    }
    return folded.spaced && this.#mayResembleInWords(folded);
  }

  /** Each order in which a reader may see a text with upside-down, mirrored or overridden letters. */
  #mayResembleTurned(text: Units, folded: Folded): boolean {
    if (hasJamo(text) || this.#mayResembleAsIs(text, folded)) return true;
    return visualOrders(text.text()).some((printed) => {
      foldUnits(turned.read(printed), turnedFolded);
      return this.#mayResembleAsIs(turned, turnedFolded);
    });
  }

  /** The same for a text in which words may start anywhere, or have two letters. */
  #mayResembleAnywhere(folded: Folded): boolean {
    const { texts, claims, of } = this.names;
    if (this.#alike.mayBeAny(folded, false, undefined)) return true;
    texts.inside(folded, spans);
    for (let index = 0; index < spans.count; index++)
      if (of[spans.ids[index]!] !== undefined || isRole(claims[spans.ids[index]!]!)) return true;
    if (folded.drawable) {
      const drawn = contract(folded, contracted);
      if (this.#alike.mayBeAny(drawn, true, undefined)) return true;
      texts.inside(drawn, spans);
      for (let index = 0; index < spans.count; index++) if (of[spans.ids[index]!] !== undefined) return true;
    }
    return folded.spaced && this.#mayResembleInWords(folded);
  }

  /** Whether there is a separate role word, so that the rest of the text may be a name. */
  #hasRole(text: Units, folded: Folded): boolean {
    const { texts, lexicon, claims } = this.names;
    const { begins } = lexicon;
    // boundaries first: most names have one or two
    for (let at = 0; at < folded.length; at++) {
      if (!isBorderIn(folded, text, at) || !begins.mayBegin(folded, at)) continue;
      spans.count = 0;
      texts.insideAt(folded, at, spans);
      for (let index = 0; index < spans.count; index++)
        if (isRole(claims[spans.ids[index]!]!) && isBorderIn(folded, text, spans.ends[index]!)) return true;
    }
    return false;
  }

  #mayResembleInWords(folded: Folded): boolean {
    const { names } = this;
    const words = this.#words;
    const count = words.split(folded);
    if (names.hasBag(words.sum(folded, count))) return true;
    let only: number | undefined = folded.foreign || names.near.isFew ? ANY : undefined;
    for (let index = 0; index < count && index < MOST_WORDS; index++) {
      const start = words.start(index);
      const end = words.start(index + 1);
      if (end - start < SHORTEST_WORD || !names.near.mayFind(folded, start, end)) continue;
      if (!this.#alike.mayBeAny(partOf(folded, start, end, word), false, undefined)) continue;
      // a slip in one word only counts if every other word is a role word
      only ??= words.onlyStranger(folded, count);
      if (only === ANY || only === index) return true;
      if (only === NONE) return false;
    }
    return false;
  }
}

/** Whether the text may have words of two letters, or words without separators (see `isDense`). "No" is definite. */
function mayBeDense({ codes, length }: Units, folded: Folded): boolean {
  for (let at = 0; at < length; at++) {
    const code = codePointAt(codes, at);
    if (code > FIRST_UNSPACED && isOfUnspacedScript(code)) return true;
  }
  for (let at = 0; at < folded.length; at++) if (folded.codes[at]! >= IDEOGRAPHS) return true;
  return false;
}
const FIRST_UNSPACED = 0xdff;

/** Whether there are parts of Hangul syllables, which are searched composed. */
function hasJamo({ codes, length }: Units): boolean {
  for (let at = 0; at < length; at++) if (codes[at]! >= 0x1100 && codes[at]! < 0x1200) return true;
  return false;
}
