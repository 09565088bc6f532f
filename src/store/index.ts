export { Correspondence, type DirectChat } from './correspondence.js';
export { isFolderLocked } from './file-lock.js';
export { type LedgerOptions, openLedger, type SqlLedger } from './ledger.js';
export { Lease, LEASE_TIMES, type LeaseTimes } from './lease.js';
export { openSettings, openSettingsInLedger } from './settings/index.js';
export { RETENTION_DAYS, RETENTION_MS } from './retention.js';
export { verdictRank } from './keys.js';
export type * from './types.js';
export { looksOf } from './looks.js';
