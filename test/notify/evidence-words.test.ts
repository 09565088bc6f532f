import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { characterWords, evidenceDe, evidenceWords } from '../../src/notify/evidence-words.js';
import { inLanguage } from '../../src/util/language.js';
import { packageRoot } from '../../src/util/package-root.js';

const golden = readFileSync(path.join(packageRoot(), 'test/detection/evidence.golden.txt'), 'utf8')
  .split('\n')
  .filter((line) => line.includes(': '))
  .map((line) => line.slice(line.indexOf(': ') + 2));

/** What a sentence says without the names in it. */
const withoutNames = (sentence: string): string => sentence.replace(/[„"].*?[“"]|\S*[@:.]\S+/gsu, '…');

it('every kind of evidence is said in German, with all its names', () => {
  const left = golden.filter((sentence) =>
    /\b(?:the|is|of|has|official|for|holds)\b/.test(withoutNames(evidenceDe(sentence))),
  );
  expect(golden.length).toBeGreaterThan(40);
  expect(left).toEqual([]);
  const lost = golden.filter((sentence) =>
    [...sentence.matchAll(/"(.*?)"/gsu)].some(([, name]) => !evidenceDe(sentence).includes(name!)),
  );
  expect(lost).toEqual([]);
});

it('a name that is itself such a sentence stays within its quotes', () => {
  const name = 'x" is exactly the official one. The display name "y';
  const german = evidenceDe(`The display name "${name}" holds the official domain "a.org".`);
  expect(german).toContain('a.org');
  expect(evidenceDe('Something new that nobody translated.')).toBe('Something new that nobody translated.');
});

it('explanations and characters are said in German too', () => {
  expect(
    evidenceDe(
      'The localpart "ѕerver" has 1 look-alike character and 2 invisible characters; the closest official name is ' +
        '"server" (3 edits away).',
    ),
  ).toBe(
    'Der vordere Teil der Kennung, „ѕerver“, enthält 1 ähnliches Zeichen und 2 unsichtbare Zeichen; am nächsten ' +
      'liegt der offizielle Name „server“ (3 Änderungen entfernt).',
  );
  expect(inLanguage('de', () => characterWords('"ѕ" U+0455, looks like "s", 2 times'))).toBe(
    '„ѕ“ U+0455, sieht aus wie „s“, 2 Mal',
  );
});

it('English stays as the detector says it', () => {
  expect(golden.map(evidenceWords)).toEqual(golden);
});

it('the longest names cost no more than a look', () => {
  const name = '" is nearly "'.repeat(140);
  expect(evidenceDe(`The display name "${name}" is what nobody expected.`)).toContain('nobody expected');
});
