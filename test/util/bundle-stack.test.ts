import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { lineTable, stackWriter } from '../../src/util/bundle-stack.js';

test('each line begins where a full reading of the source map says', () => {
  const mappings = 'AAAA,IAAI;gBCwhBjB;ADzhBA,EAAE,KAAK;AAkgCP;AACA';
  const map = new SourceMap({
    version: 3,
    file: 'x',
    sources: ['a', 'b'],
    mappings,
    names: [],
    sourceRoot: '',
    sourcesContent: [],
  });
  const firstColumns = [0, 16, 0, 0, 0];
  const wanted = firstColumns.flatMap((column, line) => {
    const entry = map.findEntry(line, column) as { originalSource: string; originalLine: number };
    return [['a', 'b'].indexOf(entry.originalSource), entry.originalLine];
  });
  expect([...lineTable(mappings)]).toEqual(wanted);
});

test('a line of the bundle that has nothing of its own counts as the one before it', () => {
  expect([...lineTable('AAAA;;AACA')]).toEqual([0, 0, 0, 0, 0, 1]);
});

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
    // without a map everything stays as V8 writes it
    expect(stackWriter(bundle)(error, sites)).toBe(
      `TypeError: no\n    at async fail (${bundle}:2:7)\n    at async fail (/else/where.js:2:7)\n    at async fail (${bundle}:99:7)`,
    );
    // the bundle's first line is of a.ts, the second is the third of b.ts
    const map = { version: 3, sources: ['../src/a.ts', '../src/b.ts'], mappings: 'AAAA;ACEA' };
    writeFileSync(`${bundle}.map`, JSON.stringify(map));
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
