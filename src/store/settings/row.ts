import type { Kysely } from 'kysely';
import type { Tables } from '../schema.js';
import { type DocumentPlace, parseSettings, printSettings } from './document.js';
import { type SettingsAdapter, SettingsConflictError } from './store.js';
import type { Settings } from './types.js';
import { storeTexts } from '../texts.js';

const ONLY_ROW = 1;

/** The part of the ledger that the row needs. */
interface RowLedger {
  readonly writer: Kysely<Tables>;
  write<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
}

/**
 * The same document in one row of the ledger, for several machines. A counter detects when another machine wrote first.
 */
export class SettingsRow implements SettingsAdapter {
  readonly place: DocumentPlace = {
    name: storeTexts.settingsTable,
    remedy: storeTexts.rowRemedy,
  };
  /** counter of the last document read; 0 if there was none */
  #revision = 0;

  constructor(private readonly ledger: RowLedger) {}

  async read(): Promise<Settings | null> {
    const row = await this.ledger.writer
      .selectFrom('settings')
      .select(['revision', 'document'])
      .where('id', '=', ONLY_ROW)
      .executeTakeFirst();
    this.#revision = row?.revision ?? 0;
    return row ? parseSettings(row.document, this.place) : null;
  }

  async write(settings: Settings): Promise<void> {
    const document = printSettings(settings);
    const revision = this.#revision + 1;
    const known = this.#revision;
    const written = await this.ledger.write(async (db) =>
      known === 0
        ? (
            await db
              .insertInto('settings')
              .values({ id: ONLY_ROW, revision, document })
              .onConflict((c) => c.column('id').doNothing())
              .executeTakeFirst()
          ).numInsertedOrUpdatedRows
        : (
            await db
              .updateTable('settings')
              .set({ revision, document })
              .where('id', '=', ONLY_ROW)
              .where('revision', '=', known)
              .executeTakeFirst()
          ).numUpdatedRows,
    );
    if (!written) throw new SettingsConflictError(storeTexts.settingsConflict);
    this.#revision = revision;
  }
}
