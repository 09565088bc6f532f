import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { stackWriter } from '../../src/util/bundle-stack.js';

test('a stack trace names the source instead of the bundle, and leaves other files alone', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'heimdall-test-'));
  try {
    const bundle = path.join(folder, 'heimdall.cjs');
    const site = (file: string, line: number) => ({
      getFileName: () => file,
      getLineNumber: () => line,
      toString: () => `async fail (${file}:${line}:7)`,
    });
    const error = new TypeError('no');
    const sites = [site(bundle, 2), site('/else/where.js', 2), site(bundle, 99)];
    // without the table everything stays as V8 writes it
    expect(stackWriter(bundle)(error, sites)).toBe(
      `TypeError: no\n    at async fail (${bundle}:2:7)\n    at async fail (/else/where.js:2:7)\n    at async fail (${bundle}:99:7)`,
    );
    // the bundle's first line is of a.ts, the second is the third of b.ts
    writeFileSync(`${bundle}.lines`, JSON.stringify({ sources: ['../src/a.ts', '../src/b.ts'], at: [0, 1, 1, 3] }));
    const source = path.resolve(folder, '..', 'src', 'b.ts');
    expect(stackWriter(bundle)(error, sites)).toBe(
      `TypeError: no\n    at async fail (${source}:3)\n    at async fail (/else/where.js:2:7)\n    at async fail (${bundle}:99:7)`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('whatever is thrown has a stack trace', () => {
  const hostile = {
    toString() {
      throw new Error('no name');
    },
  };
  expect(stackWriter('/heimdall.cjs')(hostile, [])).toBe('<error>');
});
