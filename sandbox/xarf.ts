import { appendFileSync, existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cloneRoot } from './root.js';
import { findPython, makeVenv, pipInstall } from './synapse/install.js';

/** The XARF specification's own library, on PyPI. */
const XARF = 'xarf==1.0.0';

/**
 * Keeps a XARF report that a test saw, where HEIMDALL_XARF_LOG names a file: `npm test` holds all of them against the
 * specification's own library afterwards.
 */
export function keepXarf(report: unknown): void {
  const file = process.env.HEIMDALL_XARF_LOG;
  if (file !== undefined && file !== '') appendFileSync(file, `${JSON.stringify(report)}\n`);
}

/**
 * Installs that library into `.synapse/xarf` of the clone unless it is there already, and resolves with the interpreter.
 * Rejects with a SynapseInstallError that says whether Python or the package index is missing.
 */
export async function installXarf(say: (line: string) => void, signal?: AbortSignal): Promise<string> {
  const home = path.join(cloneRoot(), '.synapse', 'xarf');
  const python = path.join(home, 'venv', 'bin', 'python');
  const marker = path.join(home, 'installed');
  if (existsSync(python) && (await readFile(marker, 'utf8').catch(() => '')).trim() === XARF) return python;
  await mkdir(home, { recursive: true });
  say(`installing ${XARF} into .synapse/xarf (once)`);
  const task = { say, signal };
  await makeVenv(await findPython(), path.join(home, 'venv'), task);
  await pipInstall(python, XARF, task);
  await writeFile(marker, `${XARF}\n`);
  return python;
}
