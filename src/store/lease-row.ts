import { sql, type Kysely } from 'kysely';
import { HeimdallError } from '../util/errors.js';
import type { DialectSql } from './dialect.js';
import type { ProcessIdentity } from './process-identity.js';
import type { Tables } from './schema.js';
import { storeTexts } from './texts.js';

const ONLY_ROW = 1;

/** What the row says of who acts. */
export interface LeaseState {
  fence: number;
  beat: number;
  owner: string;
}

/**
 * Creates its table. This is not a migration: migrating requires the lease, or a newer process that is only standing by
 * would change the tables under the older one that is acting.
 */
export async function prepareLease(db: Kysely<Tables>, words: DialectSql): Promise<void> {
  // It usually exists, and then another process that is migrating must not block us.
  const standing = await db
    .selectFrom('heimdall_lease')
    .select('id')
    .execute()
    .catch(() => []);
  if (standing.length > 0) return;
  await db.transaction().execute(async (tx) => {
    await words.lockSchema(tx);
    await tx.schema
      .createTable('heimdall_lease')
      .ifNotExists()
      .addColumn('id', 'integer', (c) => c.primaryKey().notNull())
      .addColumn('fence', 'bigint', (c) => c.notNull())
      .addColumn('beat', 'bigint', (c) => c.notNull())
      .addColumn('owner', 'text', (c) => c.notNull())
      .execute();
    await tx
      .insertInto('heimdall_lease')
      .values({ id: ONLY_ROW, fence: 0, beat: 0, owner: '' })
      .onConflict((c) => c.column('id').doNothing())
      .execute();
  });
}

/**
 * @throws HeimdallError HEIMDALL_E_STANDBY when another process is acting by now; to be called within the writing
 * transaction
 */
export async function checkFence(tx: Kysely<Tables>, words: DialectSql, fence: number): Promise<void> {
  // The lock permits renewals, and blocks a takeover of the lease until this transaction has ended.
  const { rows } = await sql`
    select 1 from heimdall_lease where id = ${ONLY_ROW} and fence = ${fence} ${words.shareKey}`.execute(tx);
  if (rows.length === 0) throw fencedOff();
}

function fencedOff(): HeimdallError {
  return new HeimdallError('HEIMDALL_E_STANDBY', storeTexts.notWritten, storeTexts.notWrittenRemedy);
}

/** The one row of the lease: read, taken, and renewed, each by what it was found to be. */
export class LeaseRow {
  readonly #db: Kysely<Tables>;
  readonly #words: DialectSql;

  constructor(db: Kysely<Tables>, words: DialectSql) {
    this.#db = db;
    this.#words = words;
  }

  async read(): Promise<LeaseState> {
    const row = await this.#db
      .selectFrom('heimdall_lease')
      .select(['fence', 'beat', 'owner'])
      .where('id', '=', ONLY_ROW)
      .executeTakeFirst();
    // somebody emptied the table: start over
    if (row === undefined) await prepareLease(this.#db, this.#words);
    return row ?? { fence: 0, beat: 0, owner: '' };
  }

  /** By compare-and-set: of several that found it free, one gets it. */
  take(found: LeaseState, fence: number, owner: ProcessIdentity): Promise<boolean> {
    return this.#db.transaction().execute(async (tx) => {
      // waits for writes with the older number; once this is committed they have ended or are refused
      const { rows } = await sql`
        select 1 from heimdall_lease
        where id = ${ONLY_ROW} and fence = ${found.fence} and beat = ${found.beat} ${this.#words.lockRows}`.execute(tx);
      if (rows.length === 0) return false;
      await tx
        .updateTable('heimdall_lease')
        .set({ fence, beat: found.beat + 1, owner: JSON.stringify(owner) })
        .where('id', '=', ONLY_ROW)
        .execute();
      return true;
    });
  }

  /** Updates the row if it still carries this fencing number; false otherwise. */
  async touch(fence: number, change: { owner?: string }): Promise<boolean> {
    const done = await this.#db
      .updateTable('heimdall_lease')
      .set((e) => ({
        beat: e('beat', '+', 1),
        ...(change.owner === undefined ? {} : { owner: change.owner }),
      }))
      .where('id', '=', ONLY_ROW)
      .where('fence', '=', fence)
      .executeTakeFirst();
    return done.numUpdatedRows > 0n;
  }
}
