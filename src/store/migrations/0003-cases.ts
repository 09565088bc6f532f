import type { Migration } from './migration.js';

/** Cases that reopen: attempts, levels, budgets. */
export const cases: Migration = async () => {};
