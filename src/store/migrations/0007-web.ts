import type { Migration } from './migration.js';

/** Pages: sessions, receipts, appeals. */
export const web: Migration = async () => {};
