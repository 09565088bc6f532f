import { hostname } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sightingsOf } from '../../src/impersonation/sightings.js';
import { inspect } from '../../src/impersonation/match.js';
import { recordScanHit } from '../../src/scan/record.js';
import { Scanner } from '../../src/scan/scanner.js';
import { member } from '../support/events.js';
import { pipelineFor } from '../intake/pipelines.js';
import { accountsWith, OFFICIAL_NAME, scanningFor } from './scanning.js';
import { waitFor } from '../../sandbox/wait.js';

type Scanning = Awaited<ReturnType<typeof scanningFor>>;

describe('a scan', () => {
  let s: Scanning;
  beforeEach(async () => {
    s = await scanningFor();
  });
  afterEach(() => s.close());

  const join = (roomId: string, userId: string, displayname: string, membership = 'join', sender = userId) =>
    s.stub.setState(roomId, 'm.room.member', userId, { membership, displayname }, sender);

  it('finds accounts and members, opens cases and asks for nothing', async () => {
    s.stub.admin.accounts = accountsWith(2500, [3, 1700, 2499]);
    join('!a:elsewhere.example', '@server:asgard.test', OFFICIAL_NAME);
    join('!a:elsewhere.example', '@honest:elsewhere.example', 'Honest');
    const { state, found } = await s.run();
    expect(state).toMatchObject({ accounts: 2500, rooms: 1, members: 2, unread: 0, withoutRights: [] });
    expect(found.levels).toEqual({ certain: 4 });
    expect(found.newLevels).toEqual({ certain: 4 });
    const cases = await s.ledger.cases({});
    expect(cases.map(({ subject, verdict }) => [subject, verdict]).sort()).toEqual([
      ['@impostor1700:a.test', 'certain'],
      ['@impostor2499:a.test', 'certain'],
      ['@impostor3:a.test', 'certain'],
      ['@server:asgard.test', 'certain'],
    ]);
    expect(await s.act()).toEqual([]);
    // the one message that sums it up
    expect(await s.kinds()).toEqual(['message']);
    const [message] = await s.due();
    expect(JSON.stringify(message?.payload)).toContain('@impostor1700:a.test');
    expect(JSON.stringify(message?.payload)).toContain('4 certain');
    expect(s.count(/GET .*users/)).toBe(3);
  });

  it('believes only what an account says of itself, and passes over those who are gone or deactivated', async () => {
    s.stub.admin.accounts = [{ name: '@gone:a.test', displayname: OFFICIAL_NAME, deactivated: true }];
    join('!a:elsewhere.example', '@victim:elsewhere.example', OFFICIAL_NAME, 'join', '@framer:elsewhere.example');
    join('!a:elsewhere.example', '@invited:elsewhere.example', OFFICIAL_NAME, 'invite', '@framer:elsewhere.example');
    join('!a:elsewhere.example', '@left:elsewhere.example', OFFICIAL_NAME, 'leave');
    join('!a:elsewhere.example', '@knocks:elsewhere.example', OFFICIAL_NAME, 'knock');
    join('!a:elsewhere.example', '@server:a.test', OFFICIAL_NAME);
    join('!a:elsewhere.example', '@heimdall:a.test', OFFICIAL_NAME);
    await s.run();
    expect((await s.ledger.cases({})).map(({ subject }) => subject)).toEqual(['@knocks:elsewhere.example']);
  });

  it('passes over rooms that none of us is in any more, and counts those that cannot be read', async () => {
    for (const room of ['!a:elsewhere.example', '!b:elsewhere.example', '!c:elsewhere.example'])
      join(room, '@x:elsewhere.example', 'X');
    s.stub.admin.localMembers = (roomId) => (roomId === '!a:elsewhere.example' ? 0 : 2);
    s.stub.fault({ match: /rooms\/!b:elsewhere.example\/state/, status: 500, times: 3 });
    const { state } = await s.run({ parts: ['rooms'] });
    expect(state).toMatchObject({ rooms: 1, members: 1, unread: 1 });
    expect(s.count(/rooms\/!a:elsewhere.example/)).toBe(0);
  });

  it('leaves nothing behind of those who are no hit', async () => {
    s.stub.admin.accounts = accountsWith(1000, [5]);
    await s.run();
    const { writer } = s.ledger as unknown as {
      writer: { selectFrom(table: string): { selectAll(): { execute(): Promise<unknown[]> } } };
    };
    for (const table of ['cases', 'findings', 'meta', 'scan_hits', 'actions', 'audit', 'seen_events'])
      expect(JSON.stringify(await writer.selectFrom(table).selectAll().execute())).not.toContain('@person');
  });

  it('goes on where it was after a kill, without asking again for what it has seen, and finds nobody twice', async () => {
    s.stub.admin.accounts = accountsWith(5000, [10, 2100, 4999]);
    const stop = new AbortController();
    // killed after the third page: what is in memory is gone, the ledger remains
    let pages = 0;
    const killed = new Scanner({
      ...s.scannerOptions,
      count: () => void ((pages += 1) === 3 && stop.abort(new Error('killed'))),
      clock: () => (pages + 1) * 10_000 + Date.now(),
    });
    await expect(
      killed.run({ name: 'cli', parts: ['users'], act: 'no', fresh: false }, { signal: stop.signal }),
    ).rejects.toThrow('killed');
    expect(s.count(/users/)).toBe(3);
    const begun: boolean[] = [];
    const { state, found } = await s.run({ parts: ['users'] }, { onBegin: (_state, resumed) => begun.push(resumed) });
    expect(begun).toEqual([true]);
    expect(s.count(/users/)).toBe(5);
    expect(state.accounts).toBe(5000);
    expect(found.newLevels).toEqual({ certain: 3 });
    expect(await s.ledger.cases({})).toHaveLength(3);
  });

  it('begins anew when it is asked to, when other parts are asked for, and when the rules have changed', async () => {
    s.stub.admin.accounts = accountsWith(3000, [10]);
    const begun: boolean[] = [];
    const interrupted = async (order: Parameters<Scanning['run']>[0]) => {
      const stop = new AbortController();
      const once = new Scanner({ ...s.scannerOptions, count: () => stop.abort(new Error('killed')) });
      await once
        .run(
          { name: 'cli', parts: ['users', 'rooms'], act: 'no', fresh: false, ...order },
          { signal: stop.signal, onBegin: (_state, resumed) => begun.push(resumed) },
        )
        .catch(() => undefined);
    };
    await interrupted({});
    await interrupted({});
    await interrupted({ fresh: true });
    await interrupted({ parts: ['users'] });
    await interrupted({ parts: ['users'] });
    s.detector.change({
      identities: [
        ...s.detector.identities,
        {
          userId: '@odin:a.test',
          displayNames: ['Odin Allfather'],
          avatars: [],
          domains: ['a.test'],
          rooms: [],
          variants: [],
        },
      ],
    });
    await interrupted({ parts: ['users'] });
    expect(begun).toEqual([false, true, false, false, true, false]);
  });

  it('does nothing new the second time', async () => {
    s.stub.admin.accounts = accountsWith(100, [1, 2]);
    await s.run({ act: 'all' });
    await s.act();
    const first = await s.kinds();
    expect(first.filter((kind) => kind === 'write_rule')).toHaveLength(2);
    const { found } = await s.run({ act: 'all' });
    await s.act();
    expect(found.levels).toEqual({ certain: 2 });
    expect(found.newLevels).toEqual({});
    // each scan that was asked for sums up once
    expect((await s.kinds()).filter((kind) => kind !== 'message')).toEqual(first.filter((kind) => kind !== 'message'));
    const [record] = await s.ledger.cases({ subject: '@impostor1:a.test' });
    expect(await s.ledger.findingsOf(record?.id ?? 0)).toHaveLength(1);
  });

  it('with --act does what the responses say, also for those whom a scan before only listed, but not for dismissed ones', async () => {
    s.stub.admin.accounts = accountsWith(100, [1, 2]);
    await s.run();
    const [record] = await s.ledger.cases({ subject: '@impostor2:a.test' });
    await s.ledger.commit((tx) => tx.setCaseState(record?.id ?? 0, 'dismissed', 1));
    await s.run({ act: 'all' });
    await s.act();
    const acted = await s.ledger.actionsOfKind(['write_rule', 'report', 'mail', 'notice'], 'due', {
      afterId: 0,
      limit: 100,
    });
    const [other] = await s.ledger.cases({ subject: '@impostor1:a.test' });
    expect(acted.map(({ kind, caseId }) => [kind, caseId]).sort()).toEqual(
      ['mail', 'notice', 'report', 'write_rule'].map((kind) => [kind, other?.id]),
    );
    expect(acted.find(({ kind }) => kind === 'write_rule')?.payload).toMatchObject({
      entity: '@impostor1:a.test',
      listRoomId: '!list:a.test',
    });
  });

  it('without --act does not keep the live watch from acting on the same sighting later', async () => {
    const live = await pipelineFor();
    try {
      const event = member('@server:asgard.test', 'join', { content: { displayname: OFFICIAL_NAME } });
      const [seen] = sightingsOf(event);
      const hit =
        seen &&
        inspect(seen, { detector: live.detector.get(), botUserId: '@heimdall:a.test', exempt: () => undefined });
      if (hit === undefined) throw new Error('no hit');
      await live.ledger.commit((tx) => recordScanHit(tx, 'cli:1', hit, Date.now));
      expect(await live.asked()).toEqual([]);
      await live.pipeline.handle([event]);
      expect(await live.asked()).toEqual(expect.arrayContaining(['mail', 'notice', 'report', 'write_rule']));
    } finally {
      await live.close();
    }
  });

  it('says nothing of those whom something exempts, also when only the running Heimdall knows', async () => {
    s.stub.admin.accounts = accountsWith(10, [1]);
    const told = await scanningFor({ exempt: (userId) => (userId === '@impostor1:a.test' ? 'staff' : undefined) });
    try {
      told.stub.admin.accounts = accountsWith(10, [1, 2]);
      await told.run();
      expect((await told.ledger.cases({})).map(({ subject }) => subject)).toEqual(['@impostor2:a.test']);
      const unknowing = new Scanner({ ...told.scannerOptions, exempt: () => undefined });
      await unknowing.run(
        { name: 'room', parts: ['users'], act: 'all', fresh: false },
        { signal: new AbortController().signal },
      );
      await told.act();
      const rules = await told.ledger.actionsOfKind(['write_rule'], 'due', { afterId: 0, limit: 10 });
      expect(rules.map(({ payload }) => (payload as { entity: string }).entity)).toEqual(['@impostor2:a.test']);
    } finally {
      await told.close();
    }
  });

  it.each([
    [404, 'M_NOT_FOUND'],
    [404, 'M_UNRECOGNIZED'],
    [401, 'M_UNKNOWN_TOKEN'],
  ])('says the same where the admin API answers %d %s, as on other homeservers', async (status, errcode) => {
    s.stub.fault({ match: /_synapse\/admin/, times: 1_000, status, errcode });
    join('!a:elsewhere.example', '@server:asgard.test', OFFICIAL_NAME);
    const { state, found } = await s.run();
    expect(state).toMatchObject({ withoutRights: ['users', 'rooms'], rooms: 1, members: 1 });
    expect(found.levels).toEqual({ certain: 1 });
  });

  it('without admin rights looks at the members of the rooms that the bot is in, and says so', async () => {
    s.stub.admin.allowed = false;
    join('!a:elsewhere.example', '@server:asgard.test', OFFICIAL_NAME);
    const { state, found } = await s.run();
    expect(state).toMatchObject({ withoutRights: ['users', 'rooms'], rooms: 1, members: 1 });
    expect(found.levels).toEqual({ certain: 1 });
    expect(JSON.stringify((await s.due())[0]?.payload)).toContain('not a server admin');
  });

  it('is made once at a time', async () => {
    s.stub.admin.accounts = accountsWith(3000, []);
    s.stub.setRoundTrip(100);
    const first = s.run();
    await waitFor(async () => (await s.ledger.meta('scan:cli:lease')) !== undefined, { everyMs: 5 });
    const lease = { owner: 'another', pid: process.ppid, host: hostname(), at: Date.now() };
    await s.ledger.commit((tx) => tx.setMeta('scan:room:lease', JSON.stringify(lease)));
    await expect(s.run({ name: 'room' })).rejects.toMatchObject({ code: 'HEIMDALL_E_SCAN_RUNNING' });
    // whoever held it was killed
    await s.ledger.commit((tx) => tx.setMeta('scan:room:lease', JSON.stringify({ ...lease, pid: 2 ** 30 })));
    await s.run({ name: 'room' });
    await first;
  });

  it('goes through 20,000 accounts in 20 requests, in flat memory', async () => {
    const big = await scanningFor({ keepLog: false });
    try {
      setFlagsFromString('--expose-gc');
      const collect = runInNewContext('gc') as () => void;
      const heap = (): number => {
        collect();
        return process.memoryUsage().heapUsed;
      };
      let requests = 0;
      const held: number[] = [];
      big.stub.admin.accounts = accountsWith(20_000, [7, 15_000]);
      // what the detector remembers, in bounded memory, and code that is compiled, belong to no scan
      await big.scanner.run(
        { name: 'cli', parts: ['users'], act: 'no', fresh: true },
        { signal: new AbortController().signal },
      );
      const scanner = new Scanner({
        ...big.scannerOptions,
        count: () => void ((requests += 1) % 5 === 0 && held.push(heap())),
      });
      const { state } = await scanner.run(
        { name: 'cli', parts: ['users'], act: 'no', fresh: true },
        { signal: new AbortController().signal },
      );
      expect([state.accounts, requests]).toEqual([20_000, 20]);
      // 15,000 accounts that are held would be several MB
      expect(Math.max(...held) - Math.min(...held)).toBeLessThan(3e6);
    } finally {
      await big.close();
    }
  });
});
