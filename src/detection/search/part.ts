/** A part of a folded text as a folded text of its own. */
import { recount, type Folded } from '../fold/folded.js';

/** The minimum length of a text without role words to count as a name. */
export const SHORTEST_REST = 3;

/** Sets `into` to the letters `start` to `end`. */
export function partOf(folded: Folded, start: number, end: number, into: Folded): Folded {
  into.length = 0;
  appendPart(folded, start, end, into);
  recount(into);
  return into;
}

/** Appends letters to `into`; call `recount` when done. */
function appendPart(folded: Folded, start: number, end: number, into: Folded): void {
  for (let index = start; index < end; index++) {
    into.codes[into.length] = folded.codes[index]!;
    into.source[into.length] = folded.source[index]!;
    into.gaps[into.length++] = folded.gaps[index]!;
  }
  into.origin = folded.origin;
  into.foreign = folded.foreign;
  into.end = folded.end;
}

/** Sets `into` to the rest without these parts, which are in order. */
export function withoutSpans(
  folded: Folded,
  spans: readonly { readonly start: number; readonly end: number }[],
  into: Folded,
): void {
  into.length = 0;
  let from = 0;
  for (const { start, end } of spans) {
    appendPart(folded, from, start, into);
    from = end;
  }
  appendPart(folded, from, folded.length, into);
  recount(into);
}
