import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { sql } from 'kysely';
import Database from 'libsql';
import { openLedger } from '../../src/store/index.js';
import { GuardedDriver } from '../../src/store/guard.js';

describe('a ledger that cannot be opened', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-trouble-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('says that its file is not a database, and leaves the file alone', async () => {
    const file = path.join(folder, 'ledger.sqlite');
    await writeFile(file, 'this is a letter to my grandmother, and not a database at all. '.repeat(100));
    await expect(openLedger({ dataDir: folder })).rejects.toMatchObject({
      code: 'HEIMDALL_E_DATABASE',
      message: expect.stringContaining(file),
      remedy: expect.stringContaining('storage.data_dir'),
    });
    expect(statSync(file).size).toBe(6_300);
  });

  it('says that its folder cannot be made', async () => {
    const file = path.join(folder, 'a file');
    await writeFile(file, '');
    await expect(openLedger({ dataDir: path.join(file, 'data') })).rejects.toMatchObject({
      code: 'HEIMDALL_E_DATABASE',
    });
  });

  it('is private: nobody else on the machine can read it', async () => {
    const dataDir = path.join(folder, 'new', 'data');
    const ledger = await openLedger({ dataDir });
    await ledger.ping();
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    for (const name of ['ledger.sqlite', 'ledger.sqlite-wal'])
      expect(statSync(path.join(dataDir, name)).mode & 0o077).toBe(0);
    await ledger.close();
  });

  it('keeps its promises of the configuration: WAL, and FULL synchronisation when asked for', async () => {
    for (const [synchronous, level] of [
      [undefined, 1],
      ['NORMAL', 1],
      ['FULL', 2],
    ] as const) {
      const dataDir = path.join(folder, String(synchronous));
      const ledger = await openLedger({ dataDir, synchronous });
      const pragma = async (name: string) => (await sql`pragma ${sql.raw(name)}`.execute(ledger.writer)).rows[0];
      expect(await pragma('journal_mode')).toEqual({ journal_mode: 'wal' });
      expect(await pragma('synchronous')).toEqual({ synchronous: level });
      expect(await pragma('foreign_keys')).toEqual({ foreign_keys: 1 });
      await ledger.close();
    }
  });

  it('waits for another writer without holding up the program', async () => {
    const ledger = await openLedger({ dataDir: folder });
    const other = new Database(path.join(folder, 'ledger.sqlite'));
    other.exec('begin immediate');
    let turns = 0;
    const timer = setInterval(() => (turns += 1) === 20 && other.exec('commit'), 5);
    expect(await ledger.commit((tx) => tx.markEventSeen('$1', 1))).toBe(true);
    await ledger.ping();
    expect(turns).toBeGreaterThanOrEqual(20);
    clearInterval(timer);
    other.close();
    await ledger.close();
  });

  it('stores what comes later when a single write has given up waiting for another writer', async () => {
    const ledger = await openLedger({ dataDir: folder });
    const other = new Database(path.join(folder, 'ledger.sqlite'));
    other.exec('begin immediate');
    let now = 0;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => (now += 3_000));
    await expect(ledger.noteMail(1, { sentAt: 1, response: '250' })).rejects.toThrow('locked');
    clock.mockRestore();
    other.exec('commit');
    expect(ledger.commitAtOnce([{ eventId: '$1', actions: [] }], [])).toBe(true);
    await ledger.commit((tx) => tx.markEventSeen('$2', 1));
    expect(other.prepare('select event_id from seen_events').all([])).toHaveLength(2);
    other.close();
    await ledger.close();
  });

  it.each([
    ['something that is not a URL', 'not a url, password hunter2'],
    ['the URL of another database', 'mysql://heimdall:hunter2@127.0.0.1/heimdall'],
    ['a PostgreSQL that is not there', 'postgres://heimdall:hunter2@127.0.0.1:1/heimdall'],
    ['a password with special characters', 'postgres://heimdall:hunter2%2F%25@127.0.0.1:1/heimdall'],
    ['a host that is not there', 'postgres://heimdall:hunter2@does-not-exist.invalid/heimdall'],
  ])('says what to do, without the password, when the URL is %s', async (_what, databaseUrl) => {
    const error = await openLedger({ dataDir: folder, databaseUrl }).then(
      () => undefined,
      (reason: unknown) => reason as Error & { code: string; remedy: string },
    );
    expect(error).toMatchObject({
      code: 'HEIMDALL_E_DATABASE',
      remedy: expect.stringContaining('storage.database_url'),
    });
    expect(JSON.stringify([error?.message, error?.remedy, error?.stack, error?.cause])).not.toContain('hunter2');
    expect(existsSync(path.join(folder, 'ledger.sqlite'))).toBe(false);
  });
});

describe('the guard before the database', () => {
  it('hands on mistakes of ours as they are', async () => {
    const mistake = Object.assign(new Error('syntax error'), { code: '42601' });
    const failing = { init: () => Promise.reject(mistake) } as unknown as ConstructorParameters<
      typeof GuardedDriver
    >[0];
    await expect(new GuardedDriver(failing, { name: 'x', remedy: 'y', secrets: [] }).init()).rejects.toBe(mistake);
  });

  it.each([
    ['57P01', 'terminating connection due to administrator command'],
    ['53100', 'could not extend file: No space left on device'],
    ['28P01', 'password authentication failed for user "heimdall"'],
    ['SQLITE_FULL', 'database or disk is full'],
    ['SQLITE_IOERR_FSYNC', 'disk I/O error'],
    ['ECONNRESET', 'read ECONNRESET'],
    [undefined, 'Connection terminated unexpectedly'],
  ])('turns %s into an error that a person can act on, and hides secrets', async (code, words) => {
    const failing = {
      init: () => Promise.reject(Object.assign(new Error(`${words} (s3cret)`), { code })),
    } as unknown as ConstructorParameters<typeof GuardedDriver>[0];
    const guard = new GuardedDriver(failing, { name: 'the ledger', remedy: 'do this', secrets: ['s3cret'] });
    await expect(guard.init()).rejects.toMatchObject({
      code: 'HEIMDALL_E_DATABASE',
      message: `Cannot use the ledger: ${words} ([redacted]).`,
      remedy: 'do this',
    });
  });
});
