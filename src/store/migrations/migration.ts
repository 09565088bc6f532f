import type { Kysely } from 'kysely';
import type { DialectSql } from '../dialect.js';
import type { Tables } from '../schema.js';

/** One step of the schema. Forward only; a released step is never edited, a mistake gets a new step. */
export type Migration = (db: Kysely<Tables>, words: DialectSql) => Promise<void>;
