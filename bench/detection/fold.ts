/**
 * Folding one name of 13 characters, three quarters of them plain and a quarter disguised with Cyrillic, full-width or
 * accented letters, as the whole stream of names is folded before anything else.
 *
 * Rivals: what one writes first (NFD, marks off, small letters, a Map of look-alikes), npm `unicode-confusables`, and
 * the skeleton of UTS 39 as ICU computes it (NFD, each code point's prototype, NFD), written here with a table in an
 * array, as a JavaScript program would. All three fold less than we do: no separators, no symbols for letters, no
 * invisible characters, no hashes.
 */
import { createRequire } from 'node:module';
import { confusablesMap } from 'confusables';
import { fold } from '../../src/detection/fold/fold.js';
import { Folded } from '../../src/detection/fold/folded.js';
import { best, randomFrom } from '../policy/sets.js';
import type { Row } from '../row.js';

const require = createRequire(import.meta.url);
const { rectifyConfusion } = require('unicode-confusables') as { rectifyConfusion(text: string): string };
const PROTOTYPES = require('unicode-confusables/data/confusables.json') as Readonly<Record<string, string>>;
const NAMES = 20_000;
const ROUNDS = 15;

export async function run(): Promise<Row[]> {
  const names = thirteen();
  const into = new Folded();
  const time = (fn: (name: string) => unknown) => {
    for (const name of names) fn(name);
    return (
      (1e6 *
        best(ROUNDS, () => {
          for (const name of names) fn(name);
        })) /
      names.length
    );
  };
  const rivals: [string, (name: string) => unknown][] = [
    ['JS: NFD and a Map', nfdAndMap],
    ['unicode-confusables', rectifyConfusion],
    ['skeleton as ICU has it', skeleton],
  ];
  const ours = time((name) => fold(name, into).length);
  return Promise.resolve(
    rivals.map(([rival, fn]) => {
      const theirs = time(fn);
      return { work: 'fold a name of 13 characters, ns', rival, ours, theirs, ratio: theirs / ours, target: '> 1 x' };
    }),
  );
}

function thirteen(): string[] {
  const random = randomFrom(13);
  const letter = (letters: string) => [...letters][random([...letters].length)]!;
  return Array.from({ length: NAMES }, (_, index) => {
    const plain = Array.from({ length: 13 }, (__, at) =>
      at === 6 && index % 3 === 0 ? '_' : letter('abcdefghijklmnopqrstuvwxyz0123456789'),
    );
    if (index % 4 !== 0) return plain.join('');
    plain[random(13)] = letter(['аеорсухі', 'ａｂｃｄｅｘ', 'áéíóúñçü'][index % 3]!);
    return plain.join('');
  });
}

function nfdAndMap(name: string): string {
  let text = '';
  for (const character of name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase())
    text += confusablesMap.get(character) ?? character;
  return text;
}

const prototypes: string[] = [];
for (const [character, prototype] of Object.entries(PROTOTYPES)) prototypes[character.codePointAt(0)!] = prototype;

function skeleton(name: string): string {
  let text = '';
  for (const character of name.normalize('NFD')) text += prototypes[character.codePointAt(0)!] ?? character;
  return text.normalize('NFD');
}
