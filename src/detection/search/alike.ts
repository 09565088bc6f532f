/** The names within a few slips of a folded text. */
import type { Folded } from '../fold/folded.js';
import { LONGEST_NEAR } from '../index/near.js';
import type { NameKind } from '../known.js';
import { hasKind, type Names, type NearNames } from '../names.js';
import { bearable, weighedDistance } from '../score/cost.js';

/** A known text's number and its distance. */
export interface Alike {
  id: number;
  cost: number;
  letters: Uint16Array;
}

/** The cost of a contracted pair plus a slip: two guesses at once. */
const PAIR_AND_SLIP = 0.5;
/** Shorter names tolerate no slips and are only matched exactly. */
const SHORTEST_NEAR = 3;

export class AlikeNames {
  readonly #ids: number[] = [];

  constructor(private readonly names: Names) {}

  /**
   * All of them, nearest first.
   * @param isDrawn look-alike pairs in the text are contracted
   */
  all(folded: Folded, isDrawn: boolean): Alike[] {
    const { texts, near, of } = this.names;
    this.#clear();
    near.find(folded, this.#ids);
    const exact = texts.exact(folded);
    if (exact >= 0 && !this.#ids.includes(exact)) this.#ids.push(exact);
    if (this.#ids.length === 0) return NONE;
    const alike: Alike[] = [];
    for (const id of this.#ids) {
      if (of[id] === undefined) continue;
      const letters = texts.letters(id);
      const cost = id === exact ? 0 : weighedDistance(folded, letters) + (isDrawn ? PAIR_AND_SLIP : 0);
      if (cost <= bearable(letters.length)) alike.push({ id, cost, letters });
    }
    // an order that is independent of the other protected identities
    if (alike.length > 1) alike.sort((a, b) => a.cost - b.cost || compareLetters(a.letters, b.letters));
    return alike;
  }

  /**
   * Whether there is any of these names. "No" is definite; the cost of another script is not considered here.
   * @param among undefined: of any kind
   */
  mayBeAny(folded: Folded, isDrawn: boolean, among: NearNames | undefined): boolean {
    const { texts } = this.names;
    const near = among === undefined ? this.names.near : among.near;
    const kinds = among?.kinds;
    if (folded.length < SHORTEST_NEAR || folded.length > LONGEST_NEAR) {
      const exact = texts.exact(folded);
      if (exact >= 0 && this.#isMeant(exact, kinds)) return true;
    }
    this.#clear();
    near.find(folded, this.#ids);
    for (const id of this.#ids) {
      if (!this.#isMeant(id, kinds)) continue;
      const letters = texts.letters(id);
      const distance = folded.foreign ? 0 : weighedDistance(folded, letters);
      if (distance === 0 || distance + (isDrawn ? PAIR_AND_SLIP : 0) <= bearable(letters.length)) return true;
    }
    return false;
  }

  #isMeant(id: number, kinds: ReadonlySet<NameKind> | undefined): boolean {
    const names = this.names.of[id];
    return names !== undefined && (kinds === undefined || hasKind(names, kinds));
  }

  #clear(): void {
    if (this.#ids.length > 0) this.#ids.length = 0;
  }
}
const NONE: Alike[] = [];

function compareLetters(a: Uint16Array, b: Uint16Array): number {
  if (a.length !== b.length) return b.length - a.length;
  const at = a.findIndex((code, index) => code !== b[index]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}
