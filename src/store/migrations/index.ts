import type { Kysely } from 'kysely';
import type { DialectWords } from '../dialect.js';
import type { Tables } from '../schema.js';
import { first } from './0001-first.js';
import { scans } from './0002-scans.js';

/** One step of the schema. Forward only; a released step is never edited, a mistake gets a new step. */
export type Migration = (db: Kysely<Tables>, words: DialectWords) => Promise<void>;

/** In order; the schema's version is how many of them have run. */
export const MIGRATIONS: readonly Migration[] = [first, scans];
