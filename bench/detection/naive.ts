import { remove } from 'confusables';
import { levenshteinEditDistance } from 'levenshtein-edit-distance';

/**
 * How a program without a detector would look for impostors: npm `confusables` and `levenshtein-edit-distance` over every protected
 * identity, in the form that costs it least: one text an account, its localpart, against one name an identity, its localpart.
 */
export class NaivePair {
  readonly #names: string[];

  constructor(userIds: readonly string[]) {
    this.#names = userIds.map((userId) => remove(localpartOf(userId)).toLowerCase());
  }

  /** Number of the protected identity whose localpart is within two edits of this one's, or -1. */
  nearest(userId: string): number {
    const localpart = remove(localpartOf(userId)).toLowerCase();
    let best = -1;
    let least = 3;
    for (let index = 0; index < this.#names.length; index++) {
      const distance = levenshteinEditDistance(localpart, this.#names[index]!);
      if (distance < least) {
        least = distance;
        best = index;
      }
    }
    return best;
  }
}

function localpartOf(userId: string): string {
  return userId.slice(1, userId.indexOf(':'));
}
