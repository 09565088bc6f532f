/**
 * A sketch of a text: each of its trigrams falls into one of sixteen bins, whose smallest hash represents it (Li, Owen
 * and Zhang, "One Permutation Hashing", 2012): one hash per trigram, where sixteen functions would need sixteen.
 */

const SLOTS = 16;
const EMPTY = 0xffffffff;
const minima = new Uint32Array(SLOTS);

/** Begins a new sketch. */
export function beginSketch(): void {
  for (let slot = 0; slot < SLOTS; slot++) minima[slot] = EMPTY;
}

/** Adds the trigram of three letters. */
export function sketchIn(first: number, second: number, third: number): void {
  const gram = Math.imul(Math.imul(first, 31) + second, 31) + third;
  let mixed = Math.imul(gram ^ (gram >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  mixed = (mixed ^ (mixed >>> 15)) >>> 0;
  const bin = mixed >>> 28;
  if (mixed < minima[bin]!) minima[bin] = mixed;
}

/** The sketch as two halves, four bits for each bin. */
export function sketched(): readonly [number, number] {
  return [packed(0), packed(SLOTS / 2)];
}

/**
 * An empty bin gets the value of the next non-empty one, combined with the distance, which is similar in similar texts.
 */
function packed(from: number): number {
  let bits = 0;
  for (let slot = 0; slot < SLOTS / 2; slot++) {
    let steps = 0;
    while (steps < SLOTS && minima[(from + slot + steps) & (SLOTS - 1)] === EMPTY) steps++;
    const value = Math.imul(minima[(from + slot + steps) & (SLOTS - 1)]! + steps, 0x9e3779b1) >>> 28;
    bits |= value << (4 * slot);
  }
  return bits;
}
