import { expect, it } from '@jest/globals';
import { openSettingsInLedger } from '../../../src/store/index.js';
import { peekSettings } from '../../../src/store/settings/peek.js';
import { migrate } from '../../../src/store/migrate.js';
import { MIGRATIONS } from '../../../src/store/migrations/index.js';
import type { Migration } from '../../../src/store/migrations/migration.js';
import type { OpenForTest } from '../../support/ledgers.js';
import { finding } from './cases.js';

export function schemaSuite(open: OpenForTest): void {
  it('is brought up to date by as many processes as start at once', async () => {
    const first = await open();
    const others = await Promise.all([open.again(), open.again(), open.again(), open.again()]);
    await first.ping();
    for (const ledger of others) await ledger.ping();
    expect(await first.reader.selectFrom('heimdall_schema').selectAll().execute()).toEqual([
      { version: MIGRATIONS.length },
    ]);
  });

  it('gains only the steps it lacks, and keeps what stood there', async () => {
    const ledger = await open();
    const { case: opened } = await ledger.commit((tx) => tx.recordFinding(finding()));
    const ran: number[] = [];
    const steps: Migration[] = [
      ...MIGRATIONS,
      async (db) => {
        ran.push(1);
        await db.schema.alterTable('cases').addColumn('colour', 'text').execute();
      },
    ];
    await migrate(ledger.writer, ledger.words, steps);
    await migrate(ledger.writer, ledger.words, steps);
    expect(ran).toEqual([1]);
    expect(await ledger.caseById(opened.id)).toEqual(opened);
  });

  it('stays as it was when a step fails', async () => {
    const ledger = await open();
    const broken: Migration = async (db) => {
      await db.schema.dropTable('findings').execute();
      throw new Error('step failed');
    };
    await expect(migrate(ledger.writer, ledger.words, [...MIGRATIONS, broken])).rejects.toThrow('step failed');
    expect((await ledger.commit((tx) => tx.recordFinding(finding()))).fresh).toBe(true);
    await (await open.again()).ping();
  });

  it('is refused, untouched, when a newer Heimdall wrote it', async () => {
    const ledger = await open();
    const { case: opened } = await ledger.commit((tx) => tx.recordFinding(finding()));
    await ledger.writer.updateTable('heimdall_schema').set({ version: 99 }).execute();
    await expect(open.again()).rejects.toMatchObject({
      code: 'HEIMDALL_E_SCHEMA_NEWER',
      message: expect.stringMatching(/version 99.*up to \d/),
      remedy: expect.stringContaining('newer Heimdall'),
    });
    expect(await ledger.reader.selectFrom('heimdall_schema').selectAll().execute()).toEqual([{ version: 99 }]);
    expect(await ledger.caseById(opened.id)).toEqual(opened);
  });

  it('never gives out the number of a case twice', async () => {
    const ledger = await open();
    const first = await ledger.commit((tx) => tx.recordFinding(finding()));
    await ledger.writer.deleteFrom('cases').execute();
    const second = await ledger.commit((tx) => tx.recordFinding(finding()));
    expect(second.opened).toBe(true);
    expect(second.case.id).toBeGreaterThan(first.case.id);
  });

  it('keeps the settings in one row, where several processes change them without losing a change', async () => {
    const one = await openSettingsInLedger(await open());
    const two = await openSettingsInLedger(await open.again());
    expect(one.get().protected_rooms).toEqual([]);
    await Promise.all([
      one.update((s) => s.protected_rooms.push('!a:x')),
      two.update((s) => s.protected_rooms.push('!b:x')),
      one.update((s) => s.protected_rooms.push('!c:x')),
    ]);
    await two.update((s) => void (s.policy_list_room = '!list:x'));
    const three = await openSettingsInLedger(await open.again());
    expect([...three.get().protected_rooms].sort()).toEqual(['!a:x', '!b:x', '!c:x']);
    expect(three.get().policy_list_room).toBe('!list:x');
    await expect(three.update((s) => s.protected_rooms.push('no room'))).rejects.toMatchObject({
      code: 'HEIMDALL_E_SETTINGS',
    });
    // who only looks, beside the process that runs
    const { dataDir, databaseUrl = null } = open.place();
    const seen = databaseUrl === null ? three.get() : await peekSettings({ dataDir, databaseUrl });
    expect(seen?.policy_list_room).toBe('!list:x');
    await three.close();
  });

  it('stops the start when somebody broke the settings in their row', async () => {
    const ledger = await open();
    await (await openSettingsInLedger(ledger)).update((s) => s.protected_rooms.push('!a:x'));
    await ledger.writer.updateTable('settings').set({ document: '{\n"protected_rooms": [1]}' }).execute();
    await expect(openSettingsInLedger(ledger)).rejects.toMatchObject({
      code: 'HEIMDALL_E_SETTINGS',
      message: expect.stringMatching(/table `settings`.*line 2: protected_rooms.0/),
    });
  });
}
