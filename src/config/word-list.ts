/**
 * A long list of words with membership tests: the text as read, and a hash table of positions in it. A Set of 50,000
 * strings would take ten times as long to build, and every garbage collection during the start would copy it.
 */
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const BLANK = 0x20;

export class WordList {
  readonly #text: string;
  /** start positions of words in the text, by hash; 0: empty */
  readonly #places: Uint32Array;
  readonly #mask: number;

  /** @param text words separated by spaces or line ends */
  constructor(text: string) {
    // no position is 0
    this.#text = ` ${text} `;
    // there are at most half as many words as characters, so that a slot is always free
    this.#places = new Uint32Array(2 ** Math.ceil(Math.log2(text.length / 2 + 2)));
    this.#mask = this.#places.length - 1;
    let start = 1;
    let hash = 0;
    for (let at = 1; at < this.#text.length; at++) {
      const unit = this.#text.charCodeAt(at);
      if (!separates(unit)) {
        hash = next(hash, unit);
        continue;
      }
      if (at > start) this.#put(start, hash);
      start = at + 1;
      hash = 0;
    }
  }

  has(word: string): boolean {
    if (word === '') return false;
    let hash = 0;
    for (let at = 0; at < word.length; at++) {
      const unit = word.charCodeAt(at);
      if (separates(unit)) return false;
      hash = next(hash, unit);
    }
    for (let slot = spread(hash) & this.#mask; this.#places[slot] !== 0; slot = (slot + 1) & this.#mask) {
      const place = this.#places[slot]!;
      if (this.#text.startsWith(word, place) && separates(this.#text.charCodeAt(place + word.length))) return true;
    }
    return false;
  }

  #put(place: number, hash: number): void {
    let slot = spread(hash) & this.#mask;
    while (this.#places[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#places[slot] = place;
  }
}

function separates(unit: number): boolean {
  return unit === BLANK || unit === LINE_FEED || unit === RETURN;
}

function next(hash: number, unit: number): number {
  return (Math.imul(hash, 0x01000193) + unit + 1) | 0;
}

function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}
