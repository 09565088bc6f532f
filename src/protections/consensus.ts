import { hasWords, PART_BITS, PARTS, wordsOf } from './sketch.js';

/**
 * Copies of which each was changed at a place of its own have less in common with one another than with what they were
 * made from. That is not known, but it is what most of them say: here sketches are compared with it.
 */
export type Sketch = readonly [number, number];

/** Fewer common words are a turn of phrase. */
const LEAST_WORDS = 5;
const VALUES = 1 << PART_BITS;
const votes = new Uint8Array(PARTS * VALUES);

/** How many parts of each sketch are those of most. */
export function partsOfMost(sketches: readonly Sketch[]): number[] {
  votes.fill(0);
  for (const sketch of sketches) for (let part = 0; part < PARTS; part++) votes[placeOf(sketch, part)]!++;
  return sketches.map((sketch) => {
    let agreed = 0;
    for (let part = 0; part < PARTS; part++) if (2 * votes[placeOf(sketch, part)]! > sketches.length) agreed++;
    return agreed;
  });
}

/** The place of a part's value among the votes. */
function placeOf([first, second]: Sketch, part: number): number {
  const half = part < PARTS / 2 ? first : second;
  return part * VALUES + ((half >>> (PART_BITS * (part % (PARTS / 2)))) & (VALUES - 1));
}

/** Texts of a few words beside the words that most of them have. */
export interface Worded {
  /** which differ from those in one word at most */
  isNear: boolean[];
  /** how many of those words are missing somewhere: none where texts differ at one place, as answers in a quiz do */
  missing: number;
}

/** Undefined: the texts are longer or shorter, or have too little in common. */
export function wordsOfMost(sketches: readonly Sketch[]): Worded | undefined {
  const texts = sketches.map(([first, second]) => (hasWords(first) ? wordsOf(first, second) : []));
  const most: number[] = [];
  for (const word of new Set(texts.flat())) {
    const counts = texts.map((words) => words.filter((one) => one === word).length);
    // as often as more than half of the texts have it
    for (let times = 1; 2 * counts.filter((count) => count >= times).length > texts.length; times++) most.push(word);
  }
  if (most.length < LEAST_WORDS) return undefined;
  const lost = texts.map((words) => without(most, words));
  const isNear = texts.map((words, text) => lost[text]!.length <= 1 && without(words, most).length <= 1);
  return { isNear, missing: new Set(lost.filter((_, text) => isNear[text]).flat()).size };
}

/** The words that others do not have, or not as often. */
function without(words: readonly number[], others: readonly number[]): number[] {
  const left = [...others];
  return words.filter((word) => {
    const at = left.indexOf(word);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
