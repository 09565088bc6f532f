import { compileGlob, isGlob, type Glob } from './glob.js';
import { sha256 } from './rule-index.js';
import type { PolicyRule } from './types.js';

const { imul } = Math;
/** Number of 32-bit words in an entity's signature: one for its characters, two for its pairs of characters. */
const WORDS = 3;
const SMALLEST = 1024;

/**
 * Present users or rooms, indexed for finding those that a rule matches: the reverse of `Policy.match`, for when one
 * rule changes and most people are unaffected. Entities compare exactly; servers are not included.
 *
 * Each entity has a 96-bit signature: its characters and pairs of characters, by hash. A glob can only match where all
 * bits of its literal runs are set, so searching a hundred thousand entities means scanning a megabyte of numbers,
 * whatever the glob; only the remaining ones are matched.
 */
export class EntityIndex {
  /** entity → its index in `#entities` */
  readonly #places = new Map<string, number>();
  /** without gaps: the last one takes the place of a removed one */
  readonly #entities: string[] = [];
  #bits = new Uint32Array(SMALLEST * WORDS);
  /** built when the first hashed rule asks, because hashing everybody is expensive */
  #byHash: Map<string, string> | undefined;

  get size(): number {
    return this.#entities.length;
  }

  add(entity: string): void {
    if (this.#places.has(entity)) return;
    const place = this.#entities.push(entity) - 1;
    this.#places.set(entity, place);
    if ((place + 1) * WORDS > this.#bits.length) this.#bits = grown(this.#bits);
    const bits = this.#bits.subarray(place * WORDS, (place + 1) * WORDS);
    bits.fill(0);
    setBits(bits, entity);
    this.#byHash?.set(sha256(entity), entity);
  }

  delete(entity: string): void {
    const place = this.#places.get(entity);
    if (place === undefined) return;
    this.#places.delete(entity);
    this.#byHash?.delete(sha256(entity));
    const end = this.#entities.length - 1;
    const last = this.#entities.pop();
    if (last === undefined || place === end) return;
    this.#entities[place] = last;
    this.#places.set(last, place);
    this.#bits.copyWithin(place * WORDS, end * WORDS, (end + 1) * WORDS);
  }

  /** The entities that a rule of their kind matches, whatever other rules say about them. */
  matching({ entity, sha256: hash }: Pick<PolicyRule, 'entity' | 'sha256'>): string[] {
    if (entity === undefined) return this.#withHash(hash ?? '');
    if (!isGlob(entity)) return this.#places.has(entity) ? [entity] : [];
    return this.#matchingGlob(compileGlob(entity));
  }

  #matchingGlob(glob: Glob): string[] {
    const wanted = new Uint32Array(WORDS);
    for (const run of glob.runs) setBits(wanted, run);
    const [one = 0, two = 0, three = 0] = wanted;
    const bits = this.#bits;
    const found: string[] = [];
    for (let place = 0, at = 0; place < this.#entities.length; place += 1, at += WORDS) {
      if (missing(one, bits[at]) || missing(two, bits[at + 1]) || missing(three, bits[at + 2])) continue;
      const entity = this.#entities[place];
      if (entity !== undefined && glob.test(entity)) found.push(entity);
    }
    return found;
  }

  #withHash(hash: string): string[] {
    this.#byHash ??= new Map(this.#entities.map((entity) => [sha256(entity), entity]));
    const entity = this.#byHash.get(hash);
    return entity === undefined ? [] : [entity];
  }
}

/** Whether `has` lacks one of these bits. */
function missing(wanted: number, has = 0): boolean {
  return (wanted & ~has) !== 0;
}

/**
 * Sets the bits of characters and pairs of characters (in UTF-16 units: a substring by code points is one by units
 * too).
 */
function setBits(bits: Uint32Array, text: string): void {
  let [ones = 0, low = 0, high = 0] = bits;
  let before = -1;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    ones |= 1 << (imul(unit, 0x9e3779b1) >>> 27);
    if (before >= 0) {
      const pair = imul(imul(before, 0x9e3779b1) + unit, 0x85ebca6b) >>> 26;
      if (pair < 32) low |= 1 << pair;
      else high |= 1 << (pair - 32);
    }
    before = unit;
  }
  bits[0] = ones;
  bits[1] = low;
  bits[2] = high;
}

function grown(bits: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(bits.length * 2);
  larger.set(bits);
  return larger;
}
