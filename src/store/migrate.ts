import type { Kysely } from 'kysely';
import { HeimdallError } from '../util/errors.js';
import { codeOf } from './guard.js';
import type { DialectSql } from './dialect.js';
import { MIGRATIONS } from './migrations/index.js';
import type { Migration } from './migrations/migration.js';
import type { Tables } from './schema.js';

/**
 * Brings the schema up to date: all missing steps in one transaction, so that a crash leaves the old schema or the new.
 * Several processes may start at once on PostgreSQL: a lock lets one through after the other.
 * Rejects with `HEIMDALL_E_SCHEMA_NEWER`, and touches nothing, when the database was used by a newer Heimdall.
 */
export async function migrate(
  db: Kysely<Tables>,
  words: DialectSql,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await words.withoutTimeLimit(tx);
    await words.lockSchema(tx);
    await tx.schema
      .createTable('heimdall_schema')
      .ifNotExists()
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    const row = await tx.selectFrom('heimdall_schema').select('version').executeTakeFirst();
    const version = row?.version ?? 0;
    if (version > migrations.length) throw newerSchema(version, migrations.length);
    if (version === migrations.length) return;

    try {
      for (const step of migrations.slice(version)) await step(tx, words);
    } catch (error) {
      throw version === 0 && codeOf(error) === DUPLICATE_TABLE ? foreignDatabase() : error;
    }
    if (row) await tx.updateTable('heimdall_schema').set({ version: migrations.length }).execute();
    else await tx.insertInto('heimdall_schema').values({ version: migrations.length }).execute();
  });
}

/** SQLSTATE `duplicate_table`. */
const DUPLICATE_TABLE = '42P07';

function foreignDatabase(): HeimdallError {
  return new HeimdallError(
    'HEIMDALL_E_DATABASE',
    'The PostgreSQL database is used by another program: it holds tables with the names that Heimdall needs.',
    'Give Heimdall a database of its own (createdb heimdall) and name it in storage.database_url. Nothing was changed.',
  );
}

function newerSchema(found: number, known: number): HeimdallError {
  return new HeimdallError(
    'HEIMDALL_E_SCHEMA_NEWER',
    `The ledger was written by a newer Heimdall: its schema has version ${found}, this program knows versions up to ${known}.`,
    'Start the newer Heimdall again, or restore the backup that was made before the update. Nothing was changed.',
  );
}
