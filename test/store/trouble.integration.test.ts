import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { openLedger } from '../../src/store/index.js';
import { freshDatabase, postgresUrl } from '../support/postgres.js';

describe('a PostgreSQL that makes trouble', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(() => database.drop());

  async function asSuperuser(statement: string, parameters: unknown[] = []): Promise<pg.QueryResult> {
    const client = new pg.Client({ connectionString: await postgresUrl() });
    await client.connect();
    try {
      return await client.query(statement, parameters);
    } finally {
      await client.end();
    }
  }

  const cutConnections = () =>
    asSuperuser('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
      new URL(database.url).pathname.slice(1),
    ]);

  it('refuses a wrong password in words that do not repeat it', async () => {
    const url = new URL(database.url);
    url.password = 'hunter2';
    const error = await openLedger({ dataDir: '', databaseUrl: url.href }).catch((reason: Error) => reason);
    expect(error).toMatchObject({
      code: 'HEIMDALL_E_DATABASE',
      message: expect.stringContaining('password authentication failed'),
    });
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });

  it('names a database that does not exist', async () => {
    const url = new URL(database.url);
    url.pathname = '/nowhere';
    await expect(openLedger({ dataDir: '', databaseUrl: url.href })).rejects.toMatchObject({
      code: 'HEIMDALL_E_DATABASE',
      message: expect.stringContaining('nowhere'),
    });
  });

  it('is told to use a database of its own when another program lives in this one', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('create table cases (something text)');
    await client.end();
    await expect(openLedger({ dataDir: '', databaseUrl: database.url })).rejects.toMatchObject({
      code: 'HEIMDALL_E_DATABASE',
      remedy: expect.stringContaining('database of its own'),
    });
  });

  it('is used again by itself after its connections were cut while they rested', async () => {
    const ledger = await openLedger({ dataDir: '', databaseUrl: database.url });
    await ledger.ping();
    await cutConnections();
    // each broken connection may be noticed before or at its first use, and more than one rests
    let used = false;
    for (let tries = 0; tries < 5 && !used; tries++) {
      used = await ledger.ping().then(
        () => true,
        (error: unknown) => {
          expect(error).toMatchObject({ code: 'HEIMDALL_E_DATABASE' });
          return false;
        },
      );
    }
    expect(used).toBe(true);
    expect(await ledger.commit((tx) => tx.markEventSeen('$1', 1))).toBe(true);
    await ledger.close();
  });

  it('leaves nothing of a commit whose connection was cut, and goes on with the next', async () => {
    const ledger = await openLedger({ dataDir: '', databaseUrl: database.url });
    const torn = ledger.commit(async (tx) => {
      await tx.markEventSeen('$1', 1);
      await cutConnections();
      await tx.setMeta('place', 'here');
    });
    await expect(torn).rejects.toMatchObject({ code: 'HEIMDALL_E_DATABASE' });
    expect(await ledger.commit((tx) => tx.markEventSeen('$1', 1))).toBe(true);
    expect(await ledger.meta('place')).toBeUndefined();
    await ledger.close();
  });
});
