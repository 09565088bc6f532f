/**
 * Accounts of which nothing repeats: no localpart, no display name, no server comes twice, so that nothing that a
 * program remembers from one line helps it with another. Words are made letter by letter from how often letters follow
 * one another in real names (people's names of npm `humannames`, Russian ones of faker's); a word that stands in such a
 * list itself is not taken, and no list of the detector's is used. Seeded: the same every time.
 */
import { createRequire } from 'node:module';
import { allFakers } from '@faker-js/faker';
import type { Sighting } from '../../src/detection/index.js';
import { randomFrom } from '../policy/sets.js';

const require = createRequire(import.meta.url);
type Random = (below: number) => number;

/** Makes words whose letters follow one another as they do in the words it has seen. */
class Letters {
  readonly #after = new Map<string, string>();
  readonly #seen: ReadonlySet<string>;

  constructor(words: readonly string[]) {
    this.#seen = new Set(words);
    const after = new Map<string, string[]>();
    for (const word of this.#seen) {
      for (let at = 0; at <= word.length; at++) {
        const before = word.slice(Math.max(0, at - 2), at);
        const letters = after.get(before) ?? [];
        letters.push(word[at] ?? '');
        after.set(before, letters);
      }
    }
    // an empty place stands for a word's end
    for (const [before, letters] of after) this.#after.set(before, letters.map((letter) => letter || ' ').join(''));
  }

  word(random: Random, longest: number): string {
    for (;;) {
      let word = '';
      while (word.length < longest) {
        const letters = this.#after.get(word.slice(-2));
        if (letters === undefined) break;
        const letter = letters[random(letters.length)]!;
        if (letter === ' ') break;
        word += letter;
      }
      if (word.length >= 4 && !this.#seen.has(word)) return word;
    }
  }
}

function lettersOf(locale: 'ru', count: number): Letters {
  const faker = allFakers[locale];
  faker.seed(1129);
  return new Letters(Array.from({ length: count }, () => faker.person.lastName().toLowerCase()));
}

const capital = (word: string) => word[0]!.toUpperCase() + word.slice(1);
const ENDINGS = ['org', 'de', 'net', 'com', 'fr', 'io', 'eu', 'chat', 'xyz', 'co.uk', 'im', 'me', 'ru', 'tech'];
const IN_FRONT = ['', '', 'matrix.', 'chat.', 'm.', 'synapse.'];
const BESIDE = ['', '', '', '', '', ' ✨', ' 🦊', ' (he/him)', ' | Berlin', ' [away]'];

/** `count` accounts, none of which has a word in common with another, but for what is beside the names. */
export function freshAccounts(count: number, seed: number): Sighting[] {
  const random = randomFrom(seed);
  const latin = new Letters(
    Object.keys(require('humannames') as Readonly<Record<string, number>>)
      .map((name) => name.toLowerCase())
      .filter((name) => /^[a-z]+$/.test(name)),
  );
  const cyrillic = lettersOf('ru', 4_000);
  const taken = new Set<string>();
  const fresh = (letters: Letters, longest: number): string => {
    for (let tries = 0; ; tries++) {
      // short words run out; from then on they are put together
      const word = letters.word(random, longest) + (tries < 4 ? '' : letters.word(random, 5));
      if (taken.has(word)) continue;
      taken.add(word);
      return word;
    }
  };
  const digits = () => (random(3) === 0 ? String(random(10_000)) : '');
  return Array.from({ length: count }, () => {
    const localpart =
      random(4) === 0 ? `${fresh(latin, 9)}${'._-'[random(3)]}${fresh(latin, 9)}` : fresh(latin, 12) + digits();
    const server = `${IN_FRONT[random(IN_FRONT.length)]}${fresh(latin, 12)}.${ENDINGS[random(ENDINGS.length)]}`;
    const chance = random(20);
    const name = (letters: Letters) => `${capital(fresh(letters, 9))} ${capital(fresh(letters, 11))}`;
    const displayName =
      chance < 2
        ? undefined
        : chance < 7
          ? localpart
          : chance < 10
            ? capital(fresh(latin, 12)) + digits()
            : (chance < 18 ? name(latin) : name(cyrillic)) + BESIDE[random(BESIDE.length)]!;
    return { userId: `@${localpart}:${server}`, displayName };
  });
}
