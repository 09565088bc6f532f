/** Contracts letter pairs that look like another letter (`rn` like m). */
import { drawnTogether, hashNext, recount, type Folded } from './folded.js';

/** Whether there is anything to contract. Most texts have nothing, and need only one lookup. */
export function canContract({ drawable }: Folded): boolean {
  return drawable;
}

/**
 * The text with look-alike pairs contracted, in addition to the plain form. Both sides of a comparison are contracted,
 * so an honest `rn` costs nothing.
 */
export function contract(folded: Folded, into: Folded): Folded {
  const { codes, source, gaps } = folded;
  let length = 0;
  for (let index = 0; index < folded.length; index++) {
    const pair = index + 1 < folded.length ? drawnTogether(codes[index]!, codes[index + 1]!) : 0;
    into.codes[length] = pair === 0 ? codes[index]! : pair;
    into.source[length] = source[index]!;
    into.gaps[length++] = gaps[index]!;
    if (pair !== 0) index++;
  }
  into.length = length;
  into.origin = folded.origin;
  into.foreign = folded.foreign;
  into.spaced = folded.spaced;
  into.end = folded.end;
  recount(into);
  return into;
}

/** The letters `from` to `to` contracted, for questions about letters alone: without gaps, sources and letter set. */
export function contractPart({ codes }: Folded, from: number, to: number, into: Folded): Folded {
  let length = 0;
  let hash = 0;
  for (let index = from; index < to; index++) {
    const pair = index + 1 < to ? drawnTogether(codes[index]!, codes[index + 1]!) : 0;
    const code = pair === 0 ? codes[index]! : pair;
    if (pair !== 0) index++;
    hash = hashNext(hash, code);
    into.codes[length++] = code;
    into.hashes[length] = hash;
  }
  into.length = length;
  return into;
}
