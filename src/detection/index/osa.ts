/**
 * Optimal string alignment distance (insert, delete, replace, swap of neighbours) with a bound, many candidates against
 * one query. Bit-parallel after Hyyrö (2003) for queries of up to 32 letters, a banded table beyond.
 */

const MAX_BITS = 32;
const SMALL = 128;

/** A prepared query; `distance` then costs a few operations per letter of the candidate. */
export class OsaQuery {
  readonly #small = new Uint32Array(SMALL);
  readonly #others = new Map<number, number>();
  #codes: Uint16Array = new Uint16Array(0);
  #length = 0;

  /** Prepares the first `length` letters of `codes`, which must stay as they are until the next call. */
  prepare(codes: Uint16Array, length: number): void {
    this.#small.fill(0);
    if (this.#others.size > 0) this.#others.clear();
    this.#codes = codes;
    this.#length = length;
    if (length > MAX_BITS) return;
    for (let index = 0; index < length; index++) {
      const code = codes[index]!;
      if (code < SMALL) this.#small[code] = this.#small[code]! | (1 << index);
      else this.#others.set(code, (this.#others.get(code) ?? 0) | (1 << index));
    }
  }

  /** The distance to a candidate, or `bound + 1` when it is more than `bound`. */
  distance(candidate: Uint16Array, bound: number): number {
    const difference = candidate.length - this.#length;
    if (difference > bound || -difference > bound) return bound + 1;
    if (this.#length === 0) return candidate.length;
    return this.#length <= MAX_BITS
      ? this.#bitParallel(candidate, bound)
      : osaBanded(this.#codes, this.#length, candidate, candidate.length, bound);
  }

  #bitParallel(candidate: Uint16Array, bound: number): number {
    const last = 1 << (this.#length - 1);
    let vertical = -1;
    let negative = 0;
    let diagonal = 0;
    let previousMatch = 0;
    let distance = this.#length;
    for (let index = 0; index < candidate.length; index++) {
      const code = candidate[index]!;
      const match = code < SMALL ? this.#small[code]! : (this.#others.get(code) ?? 0);
      const swap = (((~diagonal & match) << 1) & previousMatch) | 0;
      diagonal = ((((match & vertical) + vertical) | 0) ^ vertical) | match | negative | swap;
      let positiveRow = negative | ~(diagonal | vertical);
      let negativeRow = diagonal & vertical;
      if ((positiveRow & last) !== 0) distance++;
      if ((negativeRow & last) !== 0) distance--;
      // the rest of the candidate can lower the distance by at most one per letter
      if (distance - (candidate.length - 1 - index) > bound) return bound + 1;
      positiveRow = (positiveRow << 1) | 1;
      negativeRow <<= 1;
      vertical = negativeRow | ~(diagonal | positiveRow);
      negative = positiveRow & diagonal;
      previousMatch = match;
    }
    return distance > bound ? bound + 1 : distance;
  }
}

/** The same by the table, within a band of `bound` around the diagonal; for long texts. Linear in their length. */
export function osaBanded(
  a: ArrayLike<number>,
  aLength: number,
  b: ArrayLike<number>,
  bLength: number,
  bound: number,
): number {
  if (Math.abs(aLength - bLength) > bound) return bound + 1;
  const far = bound + 1;
  let before = new Array<number>(bLength + 1).fill(far);
  let previous = Array.from({ length: bLength + 1 }, (_, column) => Math.min(column, far));
  for (let row = 1; row <= aLength; row++) {
    const current = new Array<number>(bLength + 1).fill(far);
    if (row <= bound) current[0] = row;
    let best = current[0]!;
    for (let column = Math.max(1, row - bound); column <= Math.min(bLength, row + bound); column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + (same ? 0 : 1));
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        cost = Math.min(cost, before[column - 2]! + 1);
      current[column] = Math.min(cost, far);
      best = Math.min(best, cost);
    }
    if (best > bound && Math.min(...previous.slice(Math.max(0, row - bound - 1), row + bound + 1)) > bound) return far;
    [before, previous] = [previous, current];
  }
  return Math.min(previous[bLength]!, far);
}
