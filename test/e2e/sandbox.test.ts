import { describe, expect, it, jest } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cloneRoot } from '../../sandbox/root.js';
import { sleep, waitFor } from '../../sandbox/wait.js';

jest.setTimeout(120_000);

interface Run {
  child: ChildProcess;
  output: () => string;
  ended: Promise<number | null>;
}

function sandbox(...args: string[]): Run {
  const child = spawn(process.execPath, [path.join(cloneRoot(), 'scripts', 'sandbox.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  return { child, output: () => output, ended: new Promise((resolve) => child.once('close', (code) => resolve(code))) };
}

/**
 * Processes whose command line names the folder of this run: its Synapses and its Heimdall. Linux only; elsewhere none
 * is found.
 */
function left(pid: number | undefined): string[] {
  if (!existsSync('/proc/self/cmdline')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    })
    .filter((command) => command.includes(path.join('.sandbox', `run-${pid}`, path.sep)));
}

describe('npm run sandbox', () => {
  it('catches every impostor, harms nobody else, says so line by line, and leaves nothing behind', async () => {
    const { child, output, ended } = sandbox('--once');
    const code = await ended;

    expect(output()).toContain('nobody else came to harm');
    for (const localpart of [
      '5erver:asgard',
      'maria:jotunheim',
      'server-asgard:jotunheim',
      'karl:asgard',
      'helpdesk:jotunheim',
    ]) {
      expect(output()).toMatch(new RegExp(`caught +@${localpart}\\.test:\\d+ `));
    }
    expect(code).toBe(0);
    expect(left(child.pid)).toEqual([]);
    expect(existsSync(path.join(cloneRoot(), '.sandbox', `run-${child.pid}`))).toBe(false);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends everything on %s, also in the middle of the attack', async (signal) => {
    const { child, output, ended } = sandbox();
    await waitFor(() => output().includes('Heimdall on watch'), { timeoutMs: 90_000, what: 'Heimdall on watch' });
    expect(left(child.pid).length === 3 || process.platform !== 'linux').toBe(true);
    child.kill(signal);

    expect(await ended).toBe(signal === 'SIGINT' ? 130 : 143);
    await sleep(200);
    expect(left(child.pid)).toEqual([]);
  });
});
