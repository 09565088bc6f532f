import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';
import { z } from 'zod';

/** The holder of a lease, as stored in the ledger. */
export const processIdentitySchema = z.object({
  /** random, new at each start */
  id: z.string(),
  host: z.string(),
  pid: z.number(),
  /** the running kernel's boot id; empty where unavailable */
  boot: z.string(),
  /** the PID namespace, which differs between containers */
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

/** This process. Each call is a new holder, so that two in one process are distinct. */
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
 * True only when the other process has certainly ended: it ran on this kernel and in this PID namespace, and its
 * process id is free, or ours by now. Host names prove nothing: two machines may share one.
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

/** Whether it is the same kernel, where a free file lock proves that its holder is gone. */
export function isSameKernel(other: ProcessIdentity, own: ProcessIdentity): boolean {
  return other.boot !== '' && other.boot === own.boot;
}
