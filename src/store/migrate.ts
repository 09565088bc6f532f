import type { Kysely } from 'kysely';
import { HeimdallError } from '../util/errors.js';
import { codeOf } from './guard.js';
import type { DialectSql } from './dialect.js';
import { MIGRATIONS } from './migrations/index.js';
import type { Migration } from './migrations/migration.js';
import type { Tables } from './schema.js';
import { storeTexts } from './texts.js';

/**
 * Migrates the schema: all missing steps in one transaction, so that a crash leaves the old schema or the new. Several
 * processes may start at once on PostgreSQL; a lock admits them one after another. Rejects with
 * `HEIMDALL_E_SCHEMA_NEWER`, and changes nothing, when a newer Heimdall has used the database.
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
  return new HeimdallError('HEIMDALL_E_DATABASE', storeTexts.foreignTables, storeTexts.foreignTablesRemedy);
}

function newerSchema(found: number, known: number): HeimdallError {
  return new HeimdallError(
    'HEIMDALL_E_SCHEMA_NEWER',
    storeTexts.newerLedger(found, known),
    storeTexts.newerLedgerRemedy,
  );
}
