/**
 * Which letter of a name each letter of a text stands for. Used for explanations, not for verdicts: runs on one text
 * and one name, both truncated to 128 letters.
 */
import { drawnTogether, type Folded } from './fold/folded.js';

const LETTERS_ALIGNED = 128;
const LEFT_OUT = 1;
const PUT_IN = 0.9;
const OTHER = 1.2;
/** a letter of another script matches whatever is expected there */
const FOREIGN = 0.6;
const DRAWN = 0.2;
/** beyond this share of the name's letters the two are unrelated */
const UNRELATED = 0.5;

export interface Alignment {
  /** for each letter of the text the index of the corresponding letter in the name, or -1; all -1 when unrelated */
  standsFor: Int16Array;
  /**
   * how much of the name occurs in the text, in letters: its length minus twice the wrong or missing ones; may be
   * negative
   */
  found: number;
}

/**
 * One step of the cheapest alignment: how many letters of the text and of the name it consumes, and whether they
 * correspond.
 */
type Step = readonly [ofText: number, ofName: number, standsFor: boolean];
const SAME: Step = [1, 1, true];
const SLIP: Step = [1, 1, false];
const MORE: Step = [1, 0, false];
const LESS: Step = [0, 1, false];
const PAIR_FOR_LETTER: Step = [2, 1, true];
const LETTER_FOR_PAIR: Step = [1, 2, true];

/** Aligns a folded text with a folded name; text before and after the name costs nothing. */
export function align(text: Folded, name: Folded): Alignment {
  const [rows, columns] = [Math.min(text.length, LETTERS_ALIGNED), Math.min(name.length, LETTERS_ALIGNED)];
  const width = columns + 1;
  const cost = new Float64Array((rows + 1) * width).fill(Infinity);
  const steps: (Step | undefined)[] = new Array<Step | undefined>((rows + 1) * width);
  for (let row = 0; row <= rows; row++) {
    for (let column = 0; column <= columns; column++) {
      const here = row * width + column;
      const take = (step: Step, price: number): void => {
        const [before, above] = [row - step[0], column - step[1]];
        if (before < 0 || above < 0) return;
        const sum = cost[before * width + above]! + price;
        if (sum >= cost[here]!) return;
        cost[here] = sum;
        steps[here] = step;
      };
      if (column === 0) {
        cost[here] = 0;
        continue;
      }
      const [seen, meant] = [text.codes[row - 1]!, name.codes[column - 1]!];
      if (row > 0 && seen === meant) take(SAME, 0);
      else if (row > 0) take(isForeign(seen) ? SAME : SLIP, isForeign(seen) ? FOREIGN : OTHER);
      take(MORE, PUT_IN);
      take(LESS, LEFT_OUT);
      if (row > 1 && drawnTogether(text.codes[row - 2]!, seen) === meant) take(PAIR_FOR_LETTER, DRAWN);
      if (row > 0 && column > 1 && drawnTogether(name.codes[column - 2]!, meant) === seen) take(LETTER_FOR_PAIR, DRAWN);
    }
  }
  let end = 0;
  for (let row = 1; row <= rows; row++) if (cost[row * width + columns]! < cost[end * width + columns]!) end = row;
  const standsFor = new Int16Array(text.length).fill(-1);
  const least = cost[end * width + columns]!;
  const alignment: Alignment = { standsFor, found: columns - 2 * least };
  if (least > UNRELATED * columns) return alignment;
  for (let row = end, column = columns; column > 0;) {
    const [ofText, ofName, isTold] = steps[row * width + column]!;
    if (isTold) for (let at = row - ofText; at < row; at++) standsFor[at] = column - ofName;
    row -= ofText;
    column -= ofName;
  }
  return alignment;
}

function isForeign(code: number): boolean {
  return code > 0x7f;
}
