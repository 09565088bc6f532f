import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from '@jest/globals';
import { packageRoot } from '../../src/util/package-root.js';
import { describeLedgers } from '../support/ledgers.js';

/** What `heimdall mail list` or `scan` beside a running Heimdall does to the database: opens it, looks, closes it. */
const LOOK = (file: string) => `
  import Database from ${JSON.stringify(pathToFileURL(path.join(packageRoot(), 'node_modules/libsql/index.js')).href)};
  const database = new Database(${JSON.stringify(file)});
  database.exec('pragma busy_timeout = 2000');
  database.prepare('select count(*) from meta').all([]);
  database.close();
`;

describeLedgers('a second process that comes and goes', (open) => {
  // POSIX: closing any handle of a file gives up all locks of the process on it, SQLite's too
  it('takes nothing from the log of the one that runs', async () => {
    const ledger = await open();
    const file = path.join(open.place().dataDir, 'ledger.sqlite');
    // as the lease and the ledger of one process do
    const second = await open.again();
    for (let at = 0; at < 20; at += 1) await second.commit((tx) => tx.setMeta(`key${at}`, 'x'.repeat(5_000)));
    const before = statSync(`${file}-wal`).size;
    expect(before).toBeGreaterThan(50_000);
    execFileSync(process.execPath, ['--input-type=module', '-e', LOOK(file)]);
    expect(statSync(`${file}-wal`).size).toBe(before);
    expect(await ledger.meta('key19')).toHaveLength(5_000);
    await second.commit((tx) => tx.setMeta('key20', 'y'));
    expect(await (await open.again()).meta('key20')).toBe('y');
  });
});
