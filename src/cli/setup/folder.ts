/** File handling of `heimdall setup`, before it asks anything and between two runs. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { z } from 'zod';
import type { Config } from '../../config/index.js';
import { holdsTokens, readRegistration } from '../../matrix/registration.js';
import { HeimdallError, messageOf } from '../../util/errors.js';
import { makeFolder } from '../../util/make-folder.js';
import { compareRegistration } from '../doctor/local.js';
import { fitRegistration, register } from '../register.js';
import { setupTexts } from './texts.js';

/** Much more than setup writes. */
const PROBE_BYTES = 256 * 1024;

/** Checks that the configuration can be written, before anything is asked, so that no answer is lost. */
export function assertWritable(file: string): void {
  const probe = `${file}.probe`;
  try {
    makeFolder(path.dirname(file), 0o755);
    try {
      writeFileSync(probe, Buffer.alloc(PROBE_BYTES), { mode: 0o600 });
    } finally {
      rmSync(probe, { force: true });
    }
  } catch (error) {
    throw new HeimdallError(
      'HEIMDALL_E_SETUP',
      setupTexts.cannotWrite(file, messageOf(error)),
      setupTexts.cannotWriteRemedy,
      { cause: error },
    );
  }
}

const MOST_TRIED = 50;

/** The port, or the next free one if another program is listening. */
export async function freePort({ bind, port }: Pick<Config['appservice'], 'bind' | 'port'>): Promise<number> {
  if (await isFree(bind, port)) return port;
  for (let next = port + 1; next <= Math.min(port + MOST_TRIED, 65_535); next += 1)
    if (await isFree(bind, next)) return next;
  return port;
}

function isFree(bind: string, port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, bind, () => server.close(() => resolve(true)));
  });
}

/** Writes the registration, or updates the existing one from the configuration; returns what was done. */
export async function provideRegistration(config: Config): Promise<string> {
  const file = config.appservice.registration;
  if (!holdsTokens(file)) {
    await register(config, file);
    return setupTexts.wroteRegistration(file);
  }
  const differs = compareRegistration(config, readRegistration(file)).filter(({ health }) => health !== 'ok');
  if (differs.length === 0) return setupTexts.registrationExists(file);
  await fitRegistration(config, file);
  return setupTexts.registrationFitted(file, differs.map(({ check }) => check.replace('registration ', '')).join(', '));
}

const leftSchema = z.object({ rooms: z.array(z.string()), asks: z.boolean(), waitSeconds: z.number() });

/** The remaining work of an interrupted setup: answers that are not configuration keys. */
export type LeftToDo = z.output<typeof leftSchema>;

function leftFile({ storage }: Pick<Config, 'storage'>): string {
  return path.join(storage.data_dir, 'setup.json');
}

export function readLeft(config: Pick<Config, 'storage'>): LeftToDo | undefined {
  try {
    return leftSchema.parse(JSON.parse(readFileSync(leftFile(config), 'utf8')));
  } catch {
    return undefined;
  }
}

export function writeLeft(config: Pick<Config, 'storage'>, left: LeftToDo): void {
  makeFolder(config.storage.data_dir);
  writeFileSync(leftFile(config), JSON.stringify(left));
}

export function forgetLeft(config: Pick<Config, 'storage'>): void {
  rmSync(leftFile(config), { force: true });
}
