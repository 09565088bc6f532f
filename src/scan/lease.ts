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
/** Nobody holds a lease that was not renewed for so long. */
const STALE_MS = 60_000;

const leaseSchema = z.object({ owner: z.string(), pid: z.number(), host: z.string(), at: z.number() });

/** This process, whatever its number. */
const OWNER = randomUUID();

const keyOf = (name: ScanName): string => `scan:${name}:lease`;

/** Who makes this scan now, in another process; undefined when nobody does. */
function holderOf(text: string, now: number): z.infer<typeof leaseSchema> | undefined {
  if (text === '') return undefined;
  const { data } = leaseSchema.safeParse(JSON.parse(text));
  if (data === undefined || data.owner === OWNER || now - data.at > STALE_MS) return undefined;
  // killed: its lease need not be waited for
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
 * Holds a scan for this process while the work goes on, so that two do not write one position.
 * @throws HeimdallError HEIMDALL_E_SCAN_RUNNING when another process is at it
 */
export async function withLease<T>(ledger: Ledger, name: ScanName, clock: Clock, work: () => Promise<T>): Promise<T> {
  const lease = (): string => JSON.stringify({ owner: OWNER, pid: process.pid, host: os.hostname(), at: clock() });
  await ledger.commit(async (tx) => {
    // read under the lock that the write needs: on PostgreSQL two processes could else both find it free
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
    // not reached, or the ledger is gone: then it goes stale by itself
    await renew(ledger, name, '').catch(() => undefined);
  }
}

/** Writes the lease only while it is ours: somebody who found it stale, because we hung, may hold it by now. */
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
