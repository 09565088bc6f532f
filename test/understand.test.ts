/** The pages for those who change the code name what is there: every function of the walks, and the example compiles. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { packageRoot } from '../src/util/package-root.js';

const ROOT = packageRoot();
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const files = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => ({ name, text: read(path.join('src', name)) }));

const declares = (text: string, name: string) =>
  new RegExp(`\\b(?:function|class|interface|type|const) ${name}\\b`).test(text);
const hasMember = (text: string, name: string) => new RegExp(`^  (?:async )?#?${name}[(<]`, 'm').test(text);

/** Which of the files have what a page calls so: `Class.method`, `action.create`, or a plain name. */
function filesWith(called: string): string[] {
  const [owner = '', member] = called.replace(/\(.*\)$/, '').split('.');
  return files
    .filter(({ text }) =>
      member === undefined
        ? declares(text, owner) || hasMember(text, owner)
        : declares(text, owner) && (member === 'create' || hasMember(text, member)),
    )
    .map(({ name }) => name);
}

const page = read('docs/understand/architecture.md');
const walks = page.slice(page.indexOf('### A transaction, by the names'), page.indexOf('**A scan**'));
/** What is in backticks, with the file that follows in parentheses, if one does. */
const named = [...walks.matchAll(/`([^`]+)`(?: \(`([^`]+\.tsx?)`)?/g)]
  .map(([, called = '', file]) => ({ called, file }))
  .filter(({ called }) => !/\.tsx?$/.test(called));
/** States and outcomes, which are no functions. */
const WORDS = new Set(['simulated', 'done', 'failed', 'refused', 'retry']);

describe('the walks through the code', () => {
  it('name a fair number of functions', () => {
    expect(named.length).toBeGreaterThan(30);
  });

  it.each(named.filter(({ called }) => !WORDS.has(called)))('$called is there', ({ called, file }) => {
    const found = filesWith(called);
    expect(found).not.toEqual([]);
    if (file !== undefined) expect(found).toContain(file);
  });

  it('name files that are there', () => {
    const paths = [...page.matchAll(/`([a-z-]+\/[a-z/-]+\.tsx?)`/g)].map(([, file = '']) => file);
    expect(
      paths.filter((file) => !existsSync(path.join(ROOT, 'src', file)) && !existsSync(path.join(ROOT, file))),
    ).toEqual([]);
  });
});

it('the protection of the recipes is one that compiles and is tried (test/protections/alias-change.test.ts)', () => {
  const example = read('test/protections/alias-change.ts').replaceAll('../../src/protections/', '../');
  expect(read('docs/understand/extending.md')).toContain(`\`\`\`ts\n${example}\`\`\``);
});

it('the action of the recipes is one that compiles and is tried (test/actions/lock-room.test.ts)', () => {
  const example = read('test/actions/lock-room.ts').replaceAll('../../src/', '../');
  expect(read('docs/understand/extending.md')).toContain(`\`\`\`ts\n${example}\`\`\``);
});

it('the recipes name files that are there', () => {
  const paths = [...read('docs/understand/extending.md').matchAll(/`((?:src|test|app)\/[a-z/-]+\.tsx?)`/g)].map(
    ([, file = '']) => (file.startsWith('app/') ? `src/${file}` : file),
  );
  expect(paths.length).toBeGreaterThan(8);
  expect(paths.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
});
