import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cloneRoot } from '../../../sandbox/root.js';

/** A fresh folder under .tmp/ for one suite's servers; `remove()` when all of them have stopped. */
export function scratchDir(name: string): { dir: string; remove: () => void } {
  const base = path.join(cloneRoot(), '.tmp');
  mkdirSync(base, { recursive: true });
  const dir = mkdtempSync(path.join(base, `${name}-`));
  return {
    dir,
    remove: () => {
      // HEIMDALL_KEEP=1 leaves databases and logs for a look afterwards.
      if (process.env.HEIMDALL_KEEP !== '1') rmSync(dir, { recursive: true, force: true });
    },
  };
}
