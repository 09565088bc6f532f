import type { Migration } from './migration.js';

/** What protections remember. */
export const protections: Migration = async () => {};
