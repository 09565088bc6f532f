import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { DetectionRules } from '../detection/rules.js';
import type { ProtectedIdentity } from '../detection/types.js';
import type { Ledger } from '../store/types.js';

/**
 * Who started a scan: an admin in the shell, a moderator in the management room, or Heimdall itself. Each can have one
 * at a time.
 */
export type ScanName = 'cli' | 'room' | 'auto';

/** What is scanned: all accounts of the homeserver, or the members of all rooms that it is in. In this order. */
export type ScanPart = 'users' | 'rooms';

/**
 * `no`: only opens cases; `all`: applies `responses` to all findings; `new`: the same for new findings, within limits.
 */
export type ScanAct = 'no' | 'all' | 'new';

const partSchema = z.enum(['users', 'rooms']);

const stateSchema = z.object({
  /** unique to each scan */
  id: z.string(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  /** what it looks for, see `printOf` */
  print: z.string(),
  parts: z.array(partSchema),
  act: z.enum(['no', 'all', 'new']),
  /** the requesting command */
  askedBy: z.string().nullable(),
  /** index of the current part; the number of parts when all are done */
  part: z.number(),
  /** processed entries of this part's list */
  from: z.number(),
  /** length of that list, as last reported by the homeserver; 0 while unknown */
  total: z.number(),
  accounts: z.number(),
  rooms: z.number(),
  members: z.number(),
  /** rooms that could not be read */
  unread: z.number(),
  /** parts that lacked admin rights: no accounts, and only rooms that the bot is in */
  withoutRights: z.array(partSchema),
});

/**
 * A scan's progress: everything stored about it besides its hits. Kept in the ledger and written together with
 * findings.
 */
export type ScanState = z.infer<typeof stateSchema>;

/** The name under which the ledger stores this scan's hits. */
export function hitsOf(name: ScanName, { id }: Pick<ScanState, 'id'>): string {
  return `${name}:${id}`;
}

export function stateKey(name: ScanName): string {
  return `scan:${name}`;
}

/** The last or running scan of this name; undefined when there is none that this version understands. */
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
 * A fingerprint of everything that determines verdicts: identities, rules, version. When it changes, everything has to
 * be scanned again.
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
