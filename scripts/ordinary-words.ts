/**
 * Makes rules/names.txt and rules/ordinary.txt from the word lists of @faker-js/faker (MIT): given names and surnames
 * of all its locales, and the ordinary words of its languages, in Latin letters without marks; and of
 * scripts/english-words.txt: English words that occur in the documentation of seven npm packages or more, those that
 * every reader knows (the lists of dale-chall 2.0.1 and friendly-words 1.3.1, both MIT, but for most names of
 * dinosaurs), and some that were added by hand. A text that is such a word is no slip of a protected name: Hanna is not
 * a misspelled Anna, and silver no misspelled server. Run: node dist/scripts/ordinary-words.js
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { allFakers } from '@faker-js/faker';
import { rulesFolder } from '../src/config/rules.js';
import { packageRoot } from '../src/util/package-root.js';

/** Shorter words are never compared by slips, longer ones are too far from one another. */
const WORD = /^[a-z]{4,13}$/;

/** Calls back for every word in lists of words, however deep. */
function eachWord(value: unknown, found: (word: string) => void): void {
  if (typeof value === 'string')
    for (const word of value
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .split(/[\s'-]+/))
      found(word);
  else if (Array.isArray(value)) for (const each of value) eachWord(each, found);
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) eachWord(each, found);
}

/** The words of both files, sorted. */
export function ordinaryWords(): { names: string[]; ordinary: string[] } {
  const [names, ordinary] = [new Set<string>(), new Set<string>()];
  for (const [
    locale,
    {
      rawDefinitions: { person, word, animal, color, food },
    },
  ] of Object.entries(allFakers)) {
    const name = (each: string) => {
      if (WORD.test(each)) names.add(each);
    };
    eachWord([person?.first_name, person?.last_name, person?.middle_name], name);
    const isEnglish = locale === 'en';
    eachWord([word, ...(isEnglish ? [animal, color, food?.fruit, food?.vegetable, food?.ingredient] : [])], (each) => {
      if (WORD.test(each)) ordinary.add(each);
    });
  }
  eachWord(readFileSync(path.join(packageRoot(), 'scripts/english-words.txt'), 'utf8'), (each) => {
    if (WORD.test(each)) ordinary.add(each);
  });
  return { names: [...names].sort(), ordinary: [...ordinary].filter((each) => !names.has(each)).sort() };
}

/** One line for each first letter, which keeps changes readable. */
export function linesOf(words: readonly string[]): string {
  const lines = new Map<string, string[]>();
  for (const word of words) lines.set(word[0]!, [...(lines.get(word[0]!) ?? []), word]);
  return `${[...lines.values()].map((line) => line.join(' ')).join('\n')}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { names, ordinary } = ordinaryWords();
  writeFileSync(path.join(rulesFolder(), 'names.txt'), linesOf(names));
  writeFileSync(path.join(rulesFolder(), 'ordinary.txt'), linesOf(ordinary));
}
