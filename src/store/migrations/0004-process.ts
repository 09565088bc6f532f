import type { Migration } from './migration.js';

/** Lease of the acting process; retention and erasure. */
export const process: Migration = async () => {};
