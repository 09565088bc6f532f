import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import Database from 'libsql';
import { openLedger, openSettings, RETENTION_MS } from '../../src/store/index.js';
import { packageRoot } from '../../src/util/package-root.js';

const page = () => readFile(path.join(packageRoot(), 'docs/operate/ledger.md'), 'utf8');

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-docs-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The code blocks of a language on the page. */
const blocks = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map((match) => match[1] ?? '');

describe('the page about the ledger', () => {
  it('names every table and how long it is kept', () =>
    withFolder(async (dataDir) => {
      const text = await page();
      const ledger = await openLedger({ dataDir });
      const tables = await sql<{
        name: string;
      }>`select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`.execute(ledger.reader);
      for (const { name } of tables.rows) expect(text).toMatch(new RegExp(`^\\|.*\`${name}\``, 'm'));
      await ledger.close();
      const days = (ms: number) => `${ms / 86_400_000} days`;
      expect(text).toMatch(new RegExp(`\`seen_events\`.*${days(RETENTION_MS.seenEvents)}`));
      expect(text).toMatch(new RegExp(`\`audit\`.*${days(RETENTION_MS.audit)}`));
    }));

  it('shows queries that work, and a backup that can be opened', () =>
    withFolder(async (dataDir) => {
      const text = await page();
      const ledger = await openLedger({ dataDir });
      await ledger.ping();
      const inspector = new Database(path.join(dataDir, 'ledger.sqlite'));
      for (const query of blocks(text, 'sql')
        .join('')
        .split(';')
        .filter((one) => one.trim() !== ''))
        expect(inspector.prepare(query).all([])).toEqual([]);
      const backup = /"(vacuum into 'backup.sqlite')"/.exec(text)?.[1] ?? '';
      inspector.exec(backup.replace('backup.sqlite', path.join(dataDir, 'backup.sqlite')));
      inspector.close();
      await ledger.close();
      const copy = new Database(path.join(dataDir, 'backup.sqlite'));
      expect(copy.prepare('select name from meta').all([])).toEqual([{ name: 'ledger.ping' }]);
      copy.close();
    }));

  it('shows settings that are valid', () =>
    withFolder(async (dataDir) => {
      await writeFile(path.join(dataDir, 'settings.json'), blocks(await page(), 'json')[0] ?? '');
      expect((await openSettings({ dataDir })).get().watched_lists).toHaveLength(1);
    }));
});
