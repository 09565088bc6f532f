import type { Migration } from './migration.js';

/** The moderators' desk: questions, claims, notes. */
export const desk: Migration = async () => {};
