import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { collectTexts, TEXTS_FILE } from '../scripts/texts.js';
import { looseSentences } from './support/loose-sentences.js';
import { packageRoot } from '../src/util/package-root.js';

it('every sentence of the code stands in the file that a review reads (npm run generate writes it)', () => {
  const written = readFileSync(path.join(packageRoot(), TEXTS_FILE), 'utf8');
  const now = collectTexts();
  const before = new Set(written.split('\n'));
  expect(now.split('\n').filter((line) => !before.has(line))).toEqual([]);
  expect(now).toBe(written);
});

const modules = readdirSync(path.join(packageRoot(), 'src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

it.each(modules)('%s: sentences for people stand in the catalogue, not in the middle of the code', (module) => {
  expect(looseSentences(module)).toEqual([]);
});
