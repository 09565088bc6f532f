import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from '@jest/globals';
import { packageRoot } from '../src/util/package-root.js';

interface Named {
  mutants: { view: string; file: string; apply(source: string): string }[];
  stale: string[];
}

it('every rule of the detector that `npm run mutate` breaks by name is found, and really changed', async () => {
  const folder = path.join(packageRoot(), 'src/detection');
  const sources = new Map(
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.generated.ts'))
      .map((file) => [`src/detection/${file}`, readFileSync(path.join(folder, file), 'utf8')]),
  );
  const maker = (await import(pathToFileURL(path.join(packageRoot(), 'scripts/mutants-make.mjs')).href)) as {
    namedMutants(sources: ReadonlyMap<string, string>): Named;
  };
  const { mutants, stale } = maker.namedMutants(sources);
  expect(stale).toEqual([]);
  expect(mutants.length).toBeGreaterThan(150);
  const same = mutants.filter(({ file, apply }) => apply(sources.get(file) ?? '') === sources.get(file));
  expect(same.map(({ view }) => view)).toEqual([]);
});
