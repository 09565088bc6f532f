import type { Migration } from './migration.js';

/** Reports in, mail out. */
export const reports: Migration = async () => {};
