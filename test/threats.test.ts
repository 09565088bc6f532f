import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');

interface Row {
  page: string;
  tries: string;
  shownBy: string;
}

/** The rows of all tables of a page: what somebody tries, and what shows that it is stopped. */
function rowsOf(page: string): Row[] {
  return readFileSync(path.join(ROOT, 'docs/understand', page), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, tries, , test]) => tries !== undefined && !['tries', 'happens'].includes(tries) && test !== undefined)
    .map(([, tries, , test]) => ({ page, tries: tries ?? '', shownBy: test ?? '' }));
}

interface Named {
  file: string;
  /** the words in quotes after the file, as they begin a test's name */
  names: string[];
}

/** The test files that a row names, each with the names of tests that follow it. */
function testsIn({ page, shownBy }: Row): Named[] {
  const found: Named[] = [];
  for (const [, file, name] of shownBy.matchAll(/`([^`\s]+\.test\.ts)`|"([^"]+)"/g)) {
    if (file !== undefined) {
      const inFolder = file.startsWith('test/') || page !== 'threats-web.md' ? file : `test/web/${file}`;
      found.push({ file: inFolder, names: [] });
    } else if (name !== undefined) found.at(-1)?.names.push(name.replace(/\s*…$/, ''));
  }
  return found;
}

const ROWS = ['threats.md', 'threats-web.md'].flatMap(rowsOf);

describe('the pages of threats', () => {
  it('are found', () => {
    expect(ROWS.length).toBeGreaterThan(50);
  });

  it.each(ROWS)('name a test for: $tries', (row) => {
    const tests = testsIn(row);
    expect(tests).not.toEqual([]);
    for (const { file, names } of tests) {
      expect([file, existsSync(path.join(ROOT, file))]).toEqual([file, true]);
      const source = readFileSync(path.join(ROOT, file), 'utf8');
      const missing = names.filter(
        (name) =>
          !["'", '"', '`'].some(
            (quote) => source.includes(`(${quote}${name}`) || source.includes(`\n    ${quote}${name}`),
          ),
      );
      expect([file, missing]).toEqual([file, []]);
    }
  });
});
