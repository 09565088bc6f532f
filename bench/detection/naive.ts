import { remove } from 'confusables';
import { levenshteinEditDistance } from 'levenshtein-edit-distance';

/**
 * How a program without a detector would look for impostors: npm `confusables` and `levenshtein-edit-distance` over
 * every protected identity, the localpart against its localpart and the display name against its display name.
 */
export class NaivePair {
  readonly #localparts: string[];
  readonly #displayNames: string[];

  constructor(identities: readonly { userId: string; displayNames: readonly string[] }[]) {
    this.#localparts = identities.map(({ userId }) => folded(localpartOf(userId)));
    this.#displayNames = identities.map(({ displayNames }) => folded(displayNames[0] ?? ''));
  }

  /** Number of the protected identity of which either name is within two edits, or -1. */
  nearest(userId: string, displayName: string | null | undefined): number {
    const localpart = folded(localpartOf(userId));
    const display = displayName == null ? undefined : folded(displayName);
    let best = -1;
    let least = 3;
    for (let index = 0; index < this.#localparts.length; index++) {
      let distance = levenshteinEditDistance(localpart, this.#localparts[index]!);
      if (display !== undefined)
        distance = Math.min(distance, levenshteinEditDistance(display, this.#displayNames[index]!));
      if (distance < least) {
        least = distance;
        best = index;
      }
    }
    return best;
  }
}

function folded(text: string): string {
  return remove(text).toLowerCase();
}

function localpartOf(userId: string): string {
  return userId.slice(1, userId.indexOf(':'));
}
