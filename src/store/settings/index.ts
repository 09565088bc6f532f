import { SqlLedger } from '../ledger.js';
import type { Ledger } from '../types.js';
import { SettingsFile } from './file.js';
import { SettingsRow } from './row.js';
import { JsonFileSettings } from './store.js';
import type { SettingsStore } from './types.js';

/**
 * Opens `settings.json` in the folder; a missing file means the defaults, and the first change creates it.
 *
 * @throws HeimdallError `HEIMDALL_E_SETTINGS` that names the file and the lines that are wrong
 */
export function openSettings(options: { dataDir: string }): Promise<SettingsStore> {
  return JsonFileSettings.open(new SettingsFile(options.dataDir));
}

/**
 * Opens settings stored in the ledger itself, for installations on PostgreSQL. `close` leaves the ledger open.
 *
 * @throws HeimdallError `HEIMDALL_E_SETTINGS` when the document is invalid, `HEIMDALL_E_DATABASE`
 */
export async function openSettingsInLedger(ledger: Ledger): Promise<SettingsStore> {
  if (!(ledger instanceof SqlLedger))
    throw new Error('heimdall: settings can only lie in a ledger that openLedger opened');
  return JsonFileSettings.open(new SettingsRow(ledger));
}
