import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';
import { z } from 'zod';

/** Who holds a lease, as it stands in the ledger. */
export const processIdentitySchema = z.object({
  /** of this start: a new one each time */
  id: z.string(),
  host: z.string(),
  pid: z.number(),
  /** the running kernel: another after each boot; empty where the system does not say */
  boot: z.string(),
  /** where process numbers are counted: another in each container */
  pidSpace: z.string(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** Linux, proc(5) and namespaces(7); elsewhere empty. */
function read(work: () => string): string {
  try {
    return work().trim();
  } catch {
    return '';
  }
}

/** This process. Each call is another holder: two in one process are kept apart. */
export function ownIdentity(): ProcessIdentity {
  return {
    id: randomUUID(),
    host: os.hostname(),
    pid: process.pid,
    boot: read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
    pidSpace: read(() => readlinkSync('/proc/self/ns/pid')),
  };
}

/**
 * True only when the other process certainly has ended: it ran on this very kernel, where process numbers are counted
 * as for us, and its number is free, or ours by now. Host names say nothing: two machines may have the same.
 */
export function isCertainlyDead(other: ProcessIdentity, own: ProcessIdentity, living: ReadonlySet<string>): boolean {
  if (other.boot === '' || other.boot !== own.boot || other.pidSpace === '' || other.pidSpace !== own.pidSpace)
    return false;
  if (other.pid === own.pid) return !living.has(other.id);
  try {
    process.kill(other.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** The same kernel: there a file lock that is free tells that whoever had it is gone. */
export function isSameKernel(other: ProcessIdentity, own: ProcessIdentity): boolean {
  return other.boot !== '' && other.boot === own.boot;
}
