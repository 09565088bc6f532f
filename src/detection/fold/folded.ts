/**
 * What folding a text gives: the row of letters that a reader takes it for, with hashes of all its beginnings, so that
 * any part of it is looked up in constant time.
 */

/** Letters kept of one text. A name is read in its first few hundred letters; what comes later no client shows. */
export const LETTERS = 512;

/** What stands between a letter and the one before it. */
export const GAP_SPACE = 1;
export const GAP_DOT = 2;
export const GAP_COLON = 4;
export const GAP_AT = 8;
/** no separator, but a symbol that may be a letter or a bar: `matrix|support` */
export const GAP_SOFT = 16;

const N = 0x6e;
const R = 0x72;
const V = 0x76;
const C = 0x63;
const L = 0x6c;
const M = 0x6d;
const W = 0x77;
const D = 0x64;

/**
 * A folded text. `codes[i]` came from the character at `source[i]` (UTF-16 offset); `gaps[i]` is what stood before it.
 */
export class Folded {
  length = 0;
  readonly codes = new Uint16Array(LETTERS + 4);
  readonly source = new Uint16Array(LETTERS + 4);
  readonly gaps = new Uint8Array(LETTERS + 4);
  /** hash of every prefix: `hashes[i]` is that of the first `i` letters */
  readonly hashes = new Int32Array(LETTERS + 5);
  /** what was folded; `source` counts in it */
  origin = '';
  /**
   * which letters occur, as 32 bits (a letter's class modulo 32): texts within k slips of one another differ in 2k bits
   * at most
   */
  letterSet = 0;
  /** the text holds characters beyond ASCII */
  foreign = false;
  /** it holds nothing but letters and separators */
  simple = false;
  /** it has separators: more than one word */
  spaced = false;
  /** signs stand in it that were read as letters, and may be ornaments or stand between words */
  signs = false;
  /** signs stand in it that may begin an escape: `%40`, `=40`, `&nbsp;` */
  escaped = false;
  /** it holds a pair of letters that `contract` draws together */
  drawable = false;
  /** UTF-16 units of the text that were looked at */
  end = 0;

  /** The letters as a string, for tests and for building the index. */
  text(from = 0, to = this.length): string {
    let text = '';
    for (let index = from; index < to; index++) text += String.fromCharCode(this.codes[index]!);
    return text;
  }
}

export const BASE = 0x01000193;
/** Powers of the hash's base: a letter that goes from before `n` others changes the hash by a multiple of the n-th. */
export const POWERS = new Int32Array(LETTERS + 5);
POWERS[0] = 1;
for (let index = 1; index < POWERS.length; index++) POWERS[index] = Math.imul(POWERS[index - 1] ?? 0, BASE);

/** The hash of letters `from` to `to`, in constant time. */
export function hashOf(folded: Folded, from: number, to: number): number {
  return (folded.hashes[to]! - Math.imul(folded.hashes[from]!, POWERS[to - from]!)) | 0;
}

/** Takes one more letter into a running hash that starts at 0: the same value as `hashOf` gives. */
export function hashNext(hash: number, code: number): number {
  return (Math.imul(hash, BASE) + code) | 0;
}

/** Brings everything that is counted over the letters (`hashes`, `letterSet`, `drawable`) up to date. */
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

/** The letter that two letters side by side look like, or 0: `rn` and `nn` pass for m, `vv` for w, `cl` for d. */
export function drawnTogether(first: number, second: number): number {
  if (second === N) return first === R || first === N ? M : 0;
  if (first === V) return second === V ? W : 0;
  return first === C && second === L ? D : 0;
}
