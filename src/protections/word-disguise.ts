/**
 * Whether a word in a text is a disguised list word. Folding unifies similar letters (`l`, `I`, `1`, `i`; `5` and `s`),
 * so many honest words have the same fold. The disguise must therefore be one that nobody makes by accident. Only runs
 * when the folds are equal, so speed does not matter.
 */

const LETTER = /\p{L}/u;
/** Scripts with letters that resemble those of others. */
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
 * @param written the word as in the text, including characters between its letters
 * @param word the word of the list
 * @param texts the whole message: a word entirely in another script is honest in a text of that script
 */
export function isDisguiseOf(written: string, word: string, texts: readonly string[]): boolean {
  const seen = plain(written);
  const meant = plain(word);
  const [seenLetters, meantLetters] = [bare(seen), bare(meant)];
  // 88 and 1488 must match exactly: a price of 14.88 does not
  if (!LETTER.test(meantLetters)) return seen.replace(/\s+/g, ' ') === meant.replace(/\s+/g, ' ');
  if (seen === meant || seenLetters === meantLetters) return true;
  // a symbol in place of a letter: ca$ino, FR€€, 🅵🆁🅴🅴
  if (/[$@!|+\p{Sc}\p{So}]/u.test(seen)) return true;
  // 455 is a number, whatever it resembles
  if (!LETTER.test(seenLetters)) return false;
  if (/^[a-z]+$/.test(seenLetters) && scriptsOf(meantLetters).has('Latin'))
    return isCapitalI(bare(written.normalize('NFKC')), meantLetters);
  const scripts = scriptsOf(seenLetters);
  const meantScripts = scriptsOf(meantLetters);
  const foreign = [...scripts].filter((script) => !meantScripts.has(script));
  if (scripts.size !== 1 || foreign.length === 0 || /[^\p{L}\p{M}]/u.test(seenLetters)) return true;
  return !isHonestIn(foreign[0] ?? '', written, texts, [...meantLetters].length);
}

/** The visible form: without compatibility variants (full-width, styled), case, and invisible characters. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '');
}

/** Only letters and digits, without marks. */
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
 * A word in plain letters that differs only by a capital I for an l. "FAIL" and "In" are honest: in a word of capitals,
 * or a short one, it proves nothing.
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
 * A word entirely in one other script (Russian "рот" for "pot"): honest if the rest of the message is in that script,
 * or if there is nothing else and the word is short.
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
