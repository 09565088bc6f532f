import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHomeserver } from '../../src/matrix/client.js';
import { silentLogger } from '../../src/util/logger.js';
import { NewAccountMonitor } from '../../src/impersonation/new-accounts.js';
import { startStubHomeserver, type StubHomeserver } from '../support/stub-homeserver.js';
import { pipelineFor } from '../intake/pipelines.js';

const NOW = 10_000_000;
const MINUTE = 60_000;

describe('the look at new accounts', () => {
  let live: Awaited<ReturnType<typeof pipelineFor>>;
  let stub: StubHomeserver;
  let homeserver: ReturnType<typeof createHomeserver>;
  beforeEach(async () => {
    live = await pipelineFor();
    stub = await startStubHomeserver();
    stub.admin.allowed = true;
    homeserver = createHomeserver({
      url: stub.url,
      serverName: 'a.test',
      botLocalpart: 'heimdall',
      asToken: 'token',
      adminToken: null,
    });
  });
  afterEach(async () => {
    await homeserver.close();
    await stub.close();
    await live.close();
  });

  const watchAt = (now: number, scannedAt?: number) =>
    new NewAccountMonitor({
      homeserver,
      pipeline: live.pipeline,
      scannedAt: () => Promise.resolve(scannedAt),
      ledger: live.ledger,
      clock: () => now,
      logger: silentLogger,
    });
  const impostor = (name: string, at: number) => ({
    name: `@${name}:a.test`,
    displayname: 'Asgard (Official Account)',
    creation_ts: at,
  });
  const subjects = async () => (await live.ledger.cases({})).map(({ subject }) => subject);

  it('leaves those who were there before the first start to the scan, which has limits', async () => {
    stub.admin.accounts = Array.from({ length: 250 }, (_, index) => impostor(`old${index}`, NOW - 10 * MINUTE));
    expect(await watchAt(NOW).look()).toBe(0);
    expect(await subjects()).toEqual([]);
    expect(stub.requests.filter(({ path }) => path.endsWith('/users'))).toHaveLength(1);
  });

  it('sees who is made from then on, also while nobody watched', async () => {
    await watchAt(NOW).look();
    stub.admin.accounts = [
      impostor('old', NOW - 10 * MINUTE),
      impostor('late', NOW + MINUTE),
      impostor('later', NOW + 5 * MINUTE),
    ];
    await watchAt(NOW + 90 * MINUTE).look();
    expect((await subjects()).sort()).toEqual(['@late:a.test', '@later:a.test']);
  });

  it('sees who renames themselves outside of every room, and nobody who was called so before', async () => {
    stub.admin.accounts = [impostor('always', NOW - 90 * MINUTE), { name: '@quiet:a.test', displayname: 'Quiet' }];
    const monitor = watchAt(NOW);
    await monitor.lookForRenames();
    stub.admin.accounts = [
      impostor('always', NOW - 90 * MINUTE),
      { name: '@quiet:a.test', displayname: 'Asgard (Official Account)' },
    ];
    await monitor.lookForRenames();
    expect(await subjects()).toEqual(['@quiet:a.test']);
  });

  it('looks through no more accounts than it can in a minute', async () => {
    stub.admin.accounts = { length: 20_001, at: (index) => impostor(`a${index}`, 1) };
    await watchAt(NOW).lookForRenames();
    expect(stub.requests.filter(({ path }) => path.endsWith('/users'))).toHaveLength(1);
  });

  it('sees an account made just after a scan began, which the homeserver dates by the whole second', async () => {
    const scannedAt = NOW - 60 * MINUTE + 652;
    stub.admin.accounts = [impostor('same-second', NOW - 60 * MINUTE)];
    await watchAt(NOW, scannedAt).look();
    expect(await subjects()).toEqual(['@same-second:a.test']);
  });

  it('begins where a scan began that was made before the first look', async () => {
    stub.admin.accounts = [impostor('scanned', NOW - 90 * MINUTE), impostor('meanwhile', NOW - 10 * MINUTE)];
    await watchAt(NOW, NOW - 60 * MINUTE).look();
    expect(await subjects()).toEqual(['@meanwhile:a.test']);
  });
});
