import { readFile } from 'node:fs/promises';
import { codeOf } from '../guard.js';
import type { Settings } from './types.js';
import { parseSettings } from './document.js';
import { SettingsFile } from './file.js';

/**
 * The current settings, for tools next to a running Heimdall: nothing is written, locked or migrated.
 *
 * @returns undefined if nothing has been written yet
 * @throws HeimdallError `HEIMDALL_E_SETTINGS` when the document is not in order, `HEIMDALL_E_DATABASE`
 */
export async function peekSettings(place: {
  dataDir: string;
  databaseUrl: string | null;
}): Promise<Settings | undefined> {
  return place.databaseUrl === null ? peekFile(new SettingsFile(place.dataDir)) : peekRow(place);
}

async function peekFile({ place }: SettingsFile): Promise<Settings | undefined> {
  try {
    return parseSettings(await readFile(place.name, 'utf8'), place);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function peekRow(place: { dataDir: string; databaseUrl: string | null }): Promise<Settings | undefined> {
  const [{ connectLedger }, { SqlLedger }, { SettingsRow }, { systemClock }] = await Promise.all([
    import('../connect.js'),
    import('../ledger.js'),
    import('./row.js'),
    import('../../util/clock.js'),
  ]);
  const ledger = new SqlLedger(connectLedger(place), systemClock);
  try {
    return (await new SettingsRow(ledger).read()) ?? undefined;
  } finally {
    await ledger.close();
  }
}
