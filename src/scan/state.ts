import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { DetectionRules } from '../detection/rules.js';
import type { ProtectedIdentity } from '../detection/types.js';
import type { Ledger } from '../store/types.js';

/**
 * Who has a scan made: an admin in the shell, a moderator in the management room, or Heimdall itself. Each has one at a
 * time.
 */
export type ScanName = 'cli' | 'room' | 'auto';

/** What is looked at: all accounts of the homeserver, or the members of all rooms that it is in. In this order. */
export type ScanPart = 'users' | 'rooms';

/**
 * `no`: only cases are opened; `all`: what `responses` says, for all that was found; `new`: the same, for what the scan
 * found first, within limits.
 */
export type ScanAct = 'no' | 'all' | 'new';

const partSchema = z.enum(['users', 'rooms']);

const stateSchema = z.object({
  /** another one for each scan */
  id: z.string(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  /** what it looks for, see `printOf` */
  print: z.string(),
  parts: z.array(partSchema),
  act: z.enum(['no', 'all', 'new']),
  /** the command that asked for it */
  askedBy: z.string().nullable(),
  /** index of the part it is at; as many as there are parts when all were gone through */
  part: z.number(),
  /** entries of the homeserver's list of this part that were looked at */
  from: z.number(),
  /** length of that list, as the homeserver said last; 0 while unknown */
  total: z.number(),
  accounts: z.number(),
  rooms: z.number(),
  members: z.number(),
  /** rooms that could not be read */
  unread: z.number(),
  /** parts that lacked admin rights: no accounts then, and of the rooms only those that the bot is in */
  withoutRights: z.array(partSchema),
});

/**
 * How far a scan has come: all that is kept of it, beside its hits. Lies in the ledger, written with what was found.
 */
export type ScanState = z.infer<typeof stateSchema>;

/** The name under which the ledger keeps the hits of this very scan. */
export function hitsOf(name: ScanName, { id }: Pick<ScanState, 'id'>): string {
  return `${name}:${id}`;
}

export function stateKey(name: ScanName): string {
  return `scan:${name}`;
}

/** The last or running scan of this name; undefined when there was none that this version understands. */
export async function readState(ledger: Pick<Ledger, 'meta'>, name: ScanName): Promise<ScanState | undefined> {
  const text = await ledger.meta(stateKey(name));
  if (text === undefined) return undefined;
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * A fingerprint of what decides verdicts: whom we protect, by which rules, in which version. Another print: what was
 * looked at is to be looked at again.
 */
export function fingerprint(by: {
  identities: readonly ProtectedIdentity[];
  rules: DetectionRules;
  version: string;
}): string {
  return createHash('sha256')
    .update(JSON.stringify([by.version, by.identities, by.rules]))
    .digest('hex')
    .slice(0, 16);
}
