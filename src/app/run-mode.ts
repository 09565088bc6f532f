import { z } from 'zod';
import type { Ledger } from '../store/types.js';

/** The dry-run mode chosen by command. It is valid as long as the configuration is unchanged since. */
const saidSchema = z.object({
  dryRun: z.boolean(),
  /** `dry_run` of the configuration at that time */
  configured: z.boolean(),
  by: z.string(),
  at: z.number(),
});
export type Said = z.infer<typeof saidSchema>;

const KEY = 'dry_run:said';

/**
 * Whether this is a dry run: by the configuration, or by a later command (`go live`, `go dry`). Changing `dry_run` in
 * the file afterwards overrides the command for good.
 */
export async function dryRunOf(
  ledger: Pick<Ledger, 'meta' | 'commit'>,
  configured: boolean,
): Promise<{ dryRun: boolean; said?: Said }> {
  const said = await readSaid(ledger);
  if (said === undefined) return { dryRun: configured };
  if (said.configured === configured) return { dryRun: said.dryRun, said };
  await ledger.commit((tx) => tx.setMeta(KEY, ''));
  return { dryRun: configured };
}

/** The same without discarding an outdated choice, for callers that only read. */
export async function lookAtDryRun(ledger: Pick<Ledger, 'meta'>, configured: boolean): Promise<Said | undefined> {
  const said = await readSaid(ledger);
  return said?.configured === configured ? said : undefined;
}

/** Records the choice, with its author in the audit. */
export async function sayDryRun(ledger: Pick<Ledger, 'commit'>, said: Said): Promise<void> {
  await ledger.commit(async (tx) => {
    await tx.setMeta(KEY, JSON.stringify(said));
    await tx.audit({
      at: said.at,
      actor: said.by,
      what: said.dryRun ? 'dry_run.on' : 'dry_run.off',
      caseId: null,
      data: null,
    });
  });
}

async function readSaid(ledger: Pick<Ledger, 'meta'>): Promise<Said | undefined> {
  const text = await ledger.meta(KEY);
  if (text === undefined || text === '') return undefined;
  return saidSchema.safeParse(JSON.parse(text)).data;
}
