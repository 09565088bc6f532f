/**
 * Is what stands in a text the word of a list, although its letters were changed? Folding takes letters for one another
 * that look alike (`l`, `I`, `1`, `i`; `5` and `s`); many honest words are the same then. So the disguise must be one
 * that nobody makes by accident. Looked at only where a folded word is the same, so it may take its time.
 */

const LETTER = /\p{L}/u;
/** Scripts whose letters pass for those of others. */
const SCRIPTS = [
  ['Latin', /\p{Script=Latin}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Cherokee', /\p{Script=Cherokee}/u],
  ['Hebrew', /\p{Script=Hebrew}/u],
  ['Arabic', /\p{Script=Arabic}/u],
] as const;

/**
 * @param written the word as it stands in the text, with what stands between its letters
 * @param word the word of the list
 * @param texts the whole message: a word wholly in another script is honest in a text of that script
 */
export function isDisguiseOf(written: string, word: string, texts: readonly string[]): boolean {
  const seen = plain(written);
  const meant = plain(word);
  const [seenLetters, meantLetters] = [bare(seen), bare(meant)];
  // 88 and 1488 are what they are: a price of 14.88 is none of them
  if (!LETTER.test(meantLetters)) return seen.replace(/\s+/g, ' ') === meant.replace(/\s+/g, ' ');
  if (seen === meant || seenLetters === meantLetters) return true;
  // a symbol in a letter's place: ca$ino, FR€€, 🅵🆁🅴🅴
  if (/[$@!|+\p{Sc}\p{So}]/u.test(seen)) return true;
  // 455 is a number, whatever it looks like
  if (!LETTER.test(seenLetters)) return false;
  if (/^[a-z]+$/.test(seenLetters) && scriptsOf(meantLetters).has('Latin'))
    return isCapitalI(bare(written.normalize('NFKC')), meantLetters);
  const scripts = scriptsOf(seenLetters);
  const meantScripts = scriptsOf(meantLetters);
  const foreign = [...scripts].filter((script) => !meantScripts.has(script));
  if (scripts.size !== 1 || foreign.length === 0 || /[^\p{L}\p{M}]/u.test(seenLetters)) return true;
  return !isHonestIn(foreign[0] ?? '', written, texts, [...meantLetters].length);
}

/** As it reads: without compatibility forms (full-width, styled), case, and characters that are not seen. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '');
}

/** Letters and digits alone, without marks. */
function bare(text: string): string {
  return text.normalize('NFD').replace(/[\p{M}\s\p{P}\p{S}]/gu, '');
}

function scriptsOf(text: string): Set<string> {
  const found = new Set<string>();
  for (const letter of text)
    if (LETTER.test(letter)) found.add(SCRIPTS.find(([, script]) => script.test(letter))?.[0] ?? 'other');
  return found;
}

/**
 * A word in plain letters that differs only where a capital I stands for an l. "FAIL" and "In" are honest: in a word of
 * capitals, or a short one, it proves nothing.
 */
function isCapitalI(written: string, word: string): boolean {
  if (written.length !== word.length || written.length < 4 || written === written.toUpperCase()) return false;
  for (let index = 0; index < word.length; index++) {
    if (written[index]!.toLowerCase() === word[index]) continue;
    if (written[index] !== 'I' || word[index] !== 'l') return false;
  }
  return true;
}

/**
 * A word wholly in one other script (Russian "рот" for "pot"): honest where the rest of the message is in that script,
 * and where nothing else is said and the word is short.
 */
function isHonestIn(script: string, written: string, texts: readonly string[], letters: number): boolean {
  const test = SCRIPTS.find(([name]) => name === script)?.[1];
  if (test === undefined) return true;
  let others = false;
  for (const text of texts) {
    for (const [word] of text.slice(0, 4000).matchAll(/[\p{L}\p{M}]+/gu)) {
      if (written.includes(word)) continue;
      if (test.test(word)) return true;
      others = true;
    }
  }
  return !others && letters < 5;
}
