import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tell } from '../../src/notify/actions.js';
import { ProblemServersOfTheWeek } from '../../src/notify/problem-servers.js';
import { openLedger } from '../../src/store/index.js';
import { silentLogger } from '../../src/util/logger.js';

const HOUR = 3_600_000;
/** A Monday. */
const MONDAY = Date.UTC(2026, 10, 30, 8);

let folder: string;
let ledger: Awaited<ReturnType<typeof openLedger>>;
let now: number;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heimdall-week-'));
  now = MONDAY - 100 * HOUR;
  ledger = await openLedger({ dataDir: folder, clock: () => now });
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true, force: true });
});

const week = () =>
  new ProblemServersOfTheWeek({
    ledger,
    serverName: 'example.org',
    openRegistration: () => new Set(['open.test']),
    lagOf: (server) => (server === 'open.test' ? 240_000 : 1_000),
    clock: () => now,
    logger: silentLogger,
  });

async function openCase(subject: string): Promise<number> {
  const { case: record } = await ledger.commit((tx) =>
    tx.recordFinding({
      subjectKind: subject.startsWith('@') ? 'user' : 'server',
      subject,
      key: `k${subject}`,
      kind: 'verdict',
      seenAt: now,
      data: {},
      verdict: { level: 'likely', score: 5, protected: null },
    } as never),
  );
  return record.id;
}

async function banned(userId: string, roomId: string): Promise<void> {
  const [added] = await ledger.commit((tx) =>
    tx.addActions([{ kind: 'ban', lane: roomId, key: `${roomId}${userId}`, payload: { roomId, userId, reason: '' } }]),
  );
  await ledger.endAction(added!.id, { state: 'done', at: now });
}

/** Carries out what is due; the messages among it, in their order. */
async function bodies(): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const due = await ledger.dueActions(now + HOUR, new Set(), 50);
    if (due.length === 0) return found;
    for (const { id, kind, payload } of due) {
      if (kind === tell.kind) found.push((payload as { content: { body: string } }).content.body);
      await ledger.endAction(id, { state: 'done', at: now });
    }
  }
}

describe('the message of the week', () => {
  it('counts cases and banned accounts by homeserver, the worst first, and is sent once', async () => {
    await week().look();
    await openCase('@a:open.test');
    await openCase('@b:open.test');
    await openCase('@c:small.test');
    await openCase('@own:example.org');
    await banned('@a:open.test', '!one:example.org');
    await banned('@a:open.test', '!two:example.org');
    now = MONDAY - HOUR;
    await week().look();
    expect(await bodies()).toEqual([]);
    now = MONDAY + HOUR;
    await week().look();
    await week().look();
    const [body, ...more] = await bodies();
    expect(more).toEqual([]);
    expect(body).toContain(
      'open.test – 2 cases, 1 account banned, anybody can register there, events come in 4 minutes late',
    );
    expect(body).toContain('small.test – 1 case');
    expect(body!.indexOf('open.test')).toBeLessThan(body!.indexOf('small.test'));
    expect(body).not.toContain('example.org');
  });

  it('leaves out who was only suspected: dismissed cases, and what is older than a week', async () => {
    await week().look();
    await openCase('@old:old.test');
    now = MONDAY + 80 * HOUR;
    await ledger.commit((tx) => tx.setMeta('weekly_servers', String(MONDAY)));
    const id = await openCase('@wrong:wrong.test');
    await ledger.commit((tx) => tx.setCaseState(id, 'dismissed', now));
    now = MONDAY + 169 * HOUR;
    await week().look();
    expect(await bodies()).toEqual([]);
  });

  it('says nothing in the first week of a ledger, however much happened', async () => {
    await openCase('@a:open.test');
    now = MONDAY + HOUR;
    await week().look();
    expect(await bodies()).toEqual([]);
  });
});
