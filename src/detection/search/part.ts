/** A part of a folded text as a folded text of its own. */
import { recount, type Folded } from '../fold/folded.js';

/** What is left of a text without words for roles is a name from so many letters on. */
export const SHORTEST_REST = 3;

/** Makes `into` the letters `start` to `end`. */
export function partOf(folded: Folded, start: number, end: number, into: Folded): Folded {
  into.length = 0;
  appendPart(folded, start, end, into);
  recount(into);
  return into;
}

/** Adds letters behind those that `into` has; whoever is done calls `recount`. */
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

/** Makes `into` what is left without these parts, which come in their order. */
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
