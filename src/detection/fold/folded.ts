/**
 * The result of folding: the sequence of letters that a reader sees, with hashes of all prefixes, so that any part of
 * it can be looked up in constant time.
 */

/**
 * Maximum number of letters of a text. Only a name's first few hundred letters are read; clients do not show the rest.
 */
export const LETTERS = 512;

/** The gap between a letter and the previous one. */
export const GAP_SPACE = 1;
export const GAP_DOT = 2;
export const GAP_COLON = 4;
export const GAP_AT = 8;
/** not a separator, but a symbol that may be a letter or a bar: `matrix|support` */
export const GAP_SOFT = 16;

const N = 0x6e;
const R = 0x72;
const V = 0x76;
const C = 0x63;
const L = 0x6c;
const M = 0x6d;
const W = 0x77;
const D = 0x64;

/** A folded text. `codes[i]` came from the character at `source[i]` (UTF-16 offset); `gaps[i]` is the gap before it. */
export class Folded {
  length = 0;
  readonly codes = new Uint16Array(LETTERS + 4);
  readonly source = new Uint16Array(LETTERS + 4);
  readonly gaps = new Uint8Array(LETTERS + 4);
  /** hash of every prefix: `hashes[i]` is that of the first `i` letters */
  readonly hashes = new Int32Array(LETTERS + 5);
  /** the folded text, which `source` indexes */
  origin = '';
  /** the set of letters as 32 bits (a letter's class modulo 32): texts within k slips differ in at most 2k bits */
  letterSet = 0;
  /** the text contains non-ASCII characters */
  foreign = false;
  /** it contains only letters and separators */
  simple = false;
  /** it has separators: more than one word */
  spaced = false;
  /** it contains symbols that were read as letters but may be ornaments or separators */
  signs = false;
  /** it contains characters that may start an escape: `%40`, `=40`, `&nbsp;` */
  escaped = false;
  /** it contains a letter pair that `contract` contracts */
  drawable = false;
  /** UTF-16 units of the text that were read */
  end = 0;

  /** The letters as a string, for tests and for building the index. */
  text(from = 0, to = this.length): string {
    let text = '';
    for (let index = from; index < to; index++) text += String.fromCharCode(this.codes[index]!);
    return text;
  }
}

export const BASE = 0x01000193;
/** Powers of the hash's base: removing a letter before `n` others changes the hash by a multiple of the n-th. */
export const POWERS = new Int32Array(LETTERS + 5);
POWERS[0] = 1;
for (let index = 1; index < POWERS.length; index++) POWERS[index] = Math.imul(POWERS[index - 1] ?? 0, BASE);

/** The hash of letters `from` to `to`, in constant time. */
export function hashOf(folded: Folded, from: number, to: number): number {
  return (folded.hashes[to]! - Math.imul(folded.hashes[from]!, POWERS[to - from]!)) | 0;
}

/** Adds a letter to a running hash that starts at 0, with the same result as `hashOf`. */
export function hashNext(hash: number, code: number): number {
  return (Math.imul(hash, BASE) + code) | 0;
}

/** The hash of a text as it is written; never 0. */
export function hashOfText(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) hash = hashNext(hash, text.charCodeAt(index));
  return hash === 0 ? 1 : hash;
}

/** Recomputes everything derived from the letters (`hashes`, `letterSet`, `drawable`). */
export function recount(folded: Folded): void {
  const { codes, hashes, length } = folded;
  let hash = 0;
  let set = 0;
  let drawable = false;
  for (let index = 0; index < length; index++) {
    const code = codes[index]!;
    hash = (Math.imul(hash, BASE) + code) | 0;
    hashes[index + 1] = hash;
    set |= 1 << (code & 31);
    if (index > 0 && drawnTogether(codes[index - 1]!, code) !== 0) drawable = true;
  }
  folded.letterSet = set;
  folded.drawable = drawable;
}

/** The letter that two adjacent letters look like, or 0: `rn` and `nn` pass for m, `vv` for w, `cl` for d. */
export function drawnTogether(first: number, second: number): number {
  if (second === N) return first === R || first === N ? M : 0;
  if (first === V) return second === V ? W : 0;
  return first === C && second === L ? D : 0;
}
