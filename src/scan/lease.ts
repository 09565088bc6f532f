import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { z } from 'zod';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { HeimdallError } from '../util/errors.js';
import type { ScanName } from './state.js';
import { texts } from './texts.js';
import { Rounds } from '../util/rounds.js';

const RENEW_MS = 15_000;
/** A lease that was not renewed for this long has expired. */
const STALE_MS = 60_000;

const leaseSchema = z.object({ owner: z.string(), pid: z.number(), host: z.string(), at: z.number() });

/** This process, whatever its process id. */
const OWNER = randomUUID();

const keyOf = (name: ScanName): string => `scan:${name}:lease`;

/** The other process that is running this scan; undefined when there is none. */
function holderOf(text: string, now: number): z.infer<typeof leaseSchema> | undefined {
  if (text === '') return undefined;
  const { data } = leaseSchema.safeParse(JSON.parse(text));
  if (data === undefined || data.owner === OWNER || now - data.at > STALE_MS) return undefined;
  // its holder was killed, so there is no need to wait for the lease
  if (data.host === os.hostname() && (data.pid === process.pid || !isAlive(data.pid))) return undefined;
  return data;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Reserves a scan for this process while it runs, so that two do not write the same position.
 * @throws HeimdallError HEIMDALL_E_SCAN_RUNNING when another process is running it
 */
export async function withLease<T>(ledger: Ledger, name: ScanName, clock: Clock, work: () => Promise<T>): Promise<T> {
  const lease = (): string => JSON.stringify({ owner: OWNER, pid: process.pid, host: os.hostname(), at: clock() });
  await ledger.commit(async (tx) => {
    // read under the write lock: otherwise two processes on PostgreSQL could both find it free
    const holder = holderOf(await tx.lockMeta(keyOf(name)), clock());
    if (holder !== undefined) throw running(texts.byProcess(holder.pid, holder.host));
    await tx.setMeta(keyOf(name), lease());
  });
  const renewing = new Rounds({ work: () => renew(ledger, name, lease()), everyMs: RENEW_MS });
  renewing.later(RENEW_MS);
  try {
    return await work();
  } finally {
    await renewing.stop();
    // on failure, or without a ledger, it expires by itself
    await renew(ledger, name, '').catch(() => undefined);
  }
}

/** Writes the lease only while it is ours: if we hung, another process may have found it expired and taken it. */
async function renew(ledger: Ledger, name: ScanName, value: string): Promise<void> {
  await ledger.commit(async (tx) => {
    const { data } = leaseSchema.safeParse(parsed(await tx.lockMeta(keyOf(name))));
    if (data?.owner === OWNER) await tx.setMeta(keyOf(name), value);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function running(how: string): HeimdallError {
  return new HeimdallError('HEIMDALL_E_SCAN_RUNNING', texts.alreadyRunning(how), texts.alreadyRunningRemedy);
}
