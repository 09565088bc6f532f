import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { transform } from '@swc/core';
import { packageRoot } from '../../src/util/package-root.js';

/** Source files as plain JavaScript, for tests that need them in another process than jest's. */
export interface CompiledSources {
  /** the folder in which `src/…` lies */
  readonly folder: string;
  remove(): Promise<void>;
}

/** Compiles the given files and folders (relative to the package, e.g. `src/store`) into a temporary package. */
export async function compileSources(...parts: readonly string[]): Promise<CompiledSources> {
  const root = packageRoot();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-compiled-'));
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  await writeFile(path.join(folder, 'package.json'), '{"type": "module", "version": "0.0.0"}');
  for (const part of parts) {
    const files = part.endsWith('.ts')
      ? [part]
      : (await readdir(path.join(root, part), { recursive: true })).map((name) => path.join(part, name));
    for (const file of files) if (/\.tsx?$/.test(file)) await compile(root, folder, file);
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

async function compile(root: string, folder: string, file: string): Promise<void> {
  const output = path.join(folder, file.replace(/\.tsx?$/, '.js'));
  const { code } = await transform(await readFile(path.join(root, file), 'utf8'), {
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', tsx: file.endsWith('.tsx') },
      transform: { react: { runtime: 'automatic', importSource: 'preact' } },
    },
    module: { type: 'es6' },
  });
  await mkdir(path.dirname(output), { recursive: true });
  await writeFile(output, code);
}
