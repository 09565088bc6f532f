import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Tables } from './schema.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long each class of records lives (design: the audit lives at most 180 days). */
export const RETENTION_MS = { seenEvents: 30 * DAY_MS, audit: 180 * DAY_MS, offences: 180 * DAY_MS } as const;

/** Small enough that nobody waits noticeably behind one delete. */
const ROWS_A_BATCH = 1000;

/** Removes what is past its time, batch by batch, letting others in between. Returns the number of rows. */
export async function prune(
  ledger: { write: <T>(work: (db: Kysely<Tables>) => Promise<T>) => Promise<T> },
  now: number,
): Promise<number> {
  const events = await inBatches(ledger, async (writer) => {
    const old = writer
      .selectFrom('seen_events')
      .select('event_id')
      .where('seen_at', '<', now - RETENTION_MS.seenEvents)
      .orderBy('seen_at')
      .limit(ROWS_A_BATCH);
    return (await writer.deleteFrom('seen_events').where('event_id', 'in', old).executeTakeFirst()).numDeletedRows;
  });
  const audit = await inBatches(ledger, async (writer) => {
    const old = writer
      .selectFrom('audit')
      .select('id')
      .where('at', '<', now - RETENTION_MS.audit)
      .orderBy('at')
      .limit(ROWS_A_BATCH);
    return (await writer.deleteFrom('audit').where('id', 'in', old).executeTakeFirst()).numDeletedRows;
  });
  const offences = await inBatches(ledger, async (writer) => {
    const old = writer
      .selectFrom('offences')
      .select('id')
      .where('at', '<', now - RETENTION_MS.offences)
      .orderBy('at')
      .limit(ROWS_A_BATCH);
    return (await writer.deleteFrom('offences').where('id', 'in', old).executeTakeFirst()).numDeletedRows;
  });
  const remembered = await ledger.write(
    async (writer) =>
      (await writer.deleteFrom('protection_memory').where('expires_at', '<', now).executeTakeFirst()).numDeletedRows,
  );
  return events + audit + offences + Number(remembered);
}

async function inBatches(
  ledger: Parameters<typeof prune>[0],
  removeBatch: (db: Kysely<Tables>) => Promise<bigint>,
): Promise<number> {
  let removed = 0;
  for (;;) {
    const batch = Number(await ledger.write(removeBatch));
    removed += batch;
    if (batch < ROWS_A_BATCH) return removed;
    await nextTurn();
  }
}
