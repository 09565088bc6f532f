/** Words that merely look like others: letters of no alphabet, and letters that look nearly alike. */

/** Letters of living Latin alphabets besides accented ones. */
const OF_ALPHABETS = /[øđłæœßþðıəŋħ]/i;
/**
 * Small Latin letters that sit upon others, and characters that no Unicode version has yet: fonts may draw any of them.
 */
const NO_LETTER = /[\u0363-\u036f\u1abf\u1ac0\u1acc-\u1ace\u1dd3-\u1df4\p{Cn}\p{Co}]/gu;

/** Non-plain letters among plain ones, except accents: Foxƒire, but not Föxfire. */
export function isOddlyWritten(word: string): boolean {
  const letters = word.normalize('NFD').match(/\p{L}/gu) ?? [];
  const plain = letters.filter((letter) => letter <= '~' || OF_ALPHABETS.test(letter)).length;
  const odd = letters.length - plain + (word.match(NO_LETTER)?.length ?? 0);
  return plain > 0 && odd > 0;
}

/** Letters of phonetic alphabets, which no language uses: ᴫ for л, ᴨ for π. */
const PHONETIC = /[\u1d00-\u1dbf]/u;

/** Whether a word in any script contains a letter that no language uses. */
export function isPhonetic(word: string): boolean {
  return PHONETIC.test(word) && /[^\P{L}\u1d00-\u1dbf]/u.test(word);
}

/**
 * Latin letters that stand in no alphabet: turned, insular, of phonetics and of old print. Not the letters of African
 * languages among them (ɔ ɛ ə ŋ ɓ ɗ).
 */
const OF_NO_ALPHABET =
  /[\u0252\u0255\u0258\u025a\u025c-\u0262\u0264-\u0267\u026a-\u026d\u026f-\u0271\u0273-\u0282\u0284-\u0288\u028c-\u0291\u0293-\u02af\u1d00-\u1dbf\u2c60-\u2c7f\ua730-\ua787\ua7a0-\ua7ff\uab30-\uab6f\u{1df00}-\u{1dfff}]/u;

/** Does a Latin text hold a letter, or a letter upon a letter, that no language is written with? */
export function holdsStrangeLetter(text: string): boolean {
  return /[a-z]/i.test(text) && (OF_NO_ALPHABET.test(text) || text.search(NO_LETTER) >= 0);
}

/** Plain letters that a hasty reader confuses; vowels make other names (Corvenna, Corvenno). */
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

/** Whether a word is another one with one letter replaced by a similar one (Threadlire, Coinforqe)? */
export function isDrawnAlike(word: string, name: string): boolean {
  return isDrawnWith(PAIRS, word, name);
}

/** The same by two letters for one, which makes no word that anybody could say (Clulb, Banlc). */
export function isDrawnOfTwo(word: string, name: string): boolean {
  return isDrawnWith(OF_TWO, word, name);
}
const OF_TWO = DRAWN_ALIKE.filter(([, like]) => like.length > 1);

function isDrawnWith(pairs: readonly (readonly [string, string])[], word: string, name: string): boolean {
  const [seen, meant] = [word.toLowerCase(), name.toLowerCase()];
  return pairs.some(([letter, like]) => {
    for (let at = meant.indexOf(letter); at >= 0; at = meant.indexOf(letter, at + 1))
      if (meant.slice(0, at) + like + meant.slice(at + letter.length) === seen) return true;
    return false;
  });
}
