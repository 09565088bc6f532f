import { createHash } from 'node:crypto';

/** Spreads work over `count` lanes; the same subject always gets the same lane, so that it stays in order. */
export function lanesBy(name: string, count: number): (subject: string) => string {
  return (subject) => `${name}:${createHash('sha256').update(subject).digest().readUInt32BE(0) % count}`;
}
