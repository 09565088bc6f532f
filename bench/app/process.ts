import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeRegistration, type Registration } from '../../src/matrix/registration.js';

const MAIN = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../../bin/heimdall.mjs');

/** Heimdall in a process of its own, as an admin runs it. */
export interface RunningHeimdall {
  url: string;
  registration: Registration;
  child: ChildProcess;
  /** from the start of the process to the first 200 of /readyz */
  seconds: number;
  stop(): Promise<void>;
}

/**
 * Starts it with its files in `folder` and resolves when it is ready. `more` is laid over the configuration; `begun` is
 * called as soon as the process runs, as the homeserver does not wait for it to be ready. One that finds another acting
 * on its ledger is there when it stands by.
 */
export async function startHeimdall(
  folder: string,
  homeserverUrl: string,
  more: Record<string, unknown>,
  begun: (heimdall: Pick<RunningHeimdall, 'url' | 'registration'>) => void = () => undefined,
  until: 'ready' | 'standby' = 'ready',
): Promise<RunningHeimdall> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const file = path.join(folder, 'registration.yaml');
  const registration = await makeRegistration({ url, serverName: 'example.org', botLocalpart: 'heimdall' });
  // JSON is YAML
  await writeFile(file, JSON.stringify(registration));
  const config = {
    homeserver: { url: homeserverUrl, server_name: 'example.org' },
    appservice: { bind: '127.0.0.1', port, url, registration: file },
    management_room: '!management:example.org',
    protected_identities: [
      { user_id: '@server:example.org', display_names: ['Example (Official Account)'], domains: ['example.org'] },
    ],
    storage: { data_dir: path.join(folder, 'data') },
    ...more,
  };
  await writeFile(path.join(folder, 'config.yaml'), JSON.stringify(config));
  const began = performance.now();
  const child = spawn(process.execPath, [MAIN, 'run', '--config', path.join(folder, 'config.yaml')], {
    stdio: 'ignore',
  });
  begun({ url, registration });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  while (!(await isThere(url, until))) {
    if (child.exitCode !== null || performance.now() - began > 60_000) {
      const reasons = await fetch(`${url}/readyz`).then(
        (answer) => answer.text(),
        () => 'no answer',
      );
      await stop();
      throw new Error(`Heimdall did not become ready: ${reasons}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return { url, registration, child, seconds: (performance.now() - began) / 1000, stop };
}

async function isThere(url: string, until: 'ready' | 'standby'): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`);
    return until === 'ready' ? answer.status === 200 : (await answer.text()).includes('standby');
  } catch {
    return false;
  }
}

/** Resident memory in MB, now or (`VmHWM`) the most so far, from /proc; where there is none (macOS), NaN. */
export async function residentMb(child: ChildProcess, what: 'VmRSS' | 'VmHWM' = 'VmRSS'): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
  return Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status)?.[1] ?? NaN) / 1024;
}

/** A loopback port that nobody has at the moment. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Processor time that the process has used, all of its threads, in ms; where there is no /proc (macOS), NaN. */
export async function processorMs({ pid }: ChildProcess): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  if (threads.length === 0) return NaN;
  const used = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0')),
  );
  return used.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0) / 1e6;
}
