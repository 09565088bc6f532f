import { first } from './0001-first.js';
import { scans } from './0002-scans.js';
import type { Migration } from './migration.js';

/** In order; the schema's version is how many of them have run. */
export const MIGRATIONS: readonly Migration[] = [first, scans];
