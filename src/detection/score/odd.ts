/** Words that only look like others: letters of no alphabet, and letters that are drawn nearly alike. */

/** Letters that living Latin alphabets have besides accents. */
const OF_ALPHABETS = /[øđłæœßþðıəŋħ]/i;
/**
 * Small Latin letters that sit upon others, and characters that no Unicode version has yet: fonts may draw any of them.
 */
const NO_LETTER = /[\u0363-\u036f\u1abf\u1ac0\u1acc-\u1ace\u1dd3-\u1df4\p{Cn}\p{Co}]/gu;

/** Letters that are no plain ones amid plain ones, accents aside: Foxƒire, and not Föxfire. */
export function isOddlyWritten(word: string): boolean {
  const letters = word.normalize('NFD').match(/\p{L}/gu) ?? [];
  const plain = letters.filter((letter) => letter <= '~' || OF_ALPHABETS.test(letter)).length;
  const odd = letters.length - plain + (word.match(NO_LETTER)?.length ?? 0);
  return plain > 0 && odd > 0;
}

/** Letters of phonetic alphabets, which no language is written in: ᴫ for л, ᴨ for π. */
const PHONETIC = /[\u1d00-\u1dbf]/u;

/** Does a word in any script hold a letter that no language is written in? */
export function isPhonetic(word: string): boolean {
  return PHONETIC.test(word) && /[^\P{L}\u1d00-\u1dbf]/u.test(word);
}

/** Plain letters that a hasty reader takes for one another; vowels make other names (Corvenna, Corvenno). */
const DRAWN_ALIKE: readonly (readonly [string, string])[] = [
  ['g', 'q'],
  ['u', 'v'],
  ['n', 'r'],
  ['c', 'e'],
  ['n', 'h'],
  ['h', 'b'],
  ['m', 'n'],
  ['b', 'lb'],
  ['k', 'lc'],
  ['h', 'lh'],
  ['d', 'cl'],
];
const PAIRS = DRAWN_ALIKE.flatMap(([one, other]): [string, string][] => [
  [one, other],
  [other, one],
]);

/** Is a word another with one letter drawn nearly alike in its place (Threadlire, Coinforqe)? */
export function isDrawnAlike(word: string, name: string): boolean {
  const [seen, meant] = [word.toLowerCase(), name.toLowerCase()];
  return PAIRS.some(([letter, like]) => {
    for (let at = meant.indexOf(letter); at >= 0; at = meant.indexOf(letter, at + 1))
      if (meant.slice(0, at) + like + meant.slice(at + letter.length) === seen) return true;
    return false;
  });
}
