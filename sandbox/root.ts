import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone's own folder, whether this file runs from sandbox/ (tests) or dist/sandbox/ (built). */
export function cloneRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('sandbox: package.json not found above the program');
    folder = parent;
  }
  return folder;
}
