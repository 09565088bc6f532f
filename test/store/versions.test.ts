import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import Database from 'libsql';
import { pino } from 'pino';
import { createPolicy } from '../../src/policy/index.js';
import { MIGRATIONS } from '../../src/store/migrations/index.js';
import { openLedger } from '../../src/store/index.js';
import { PolicyListSnapshots } from '../../src/tracking/list-snapshots.js';
import { packageRoot } from '../../src/util/package-root.js';

const FIXTURES = path.join(packageRoot(), 'test/store/fixtures');
const AT = Date.UTC(2026, 0, 15, 12);
const fixtures = readdirSync(FIXTURES).sort();

let dataDir: string;
let ledger: Awaited<ReturnType<typeof openLedger>>;
/** A ledger as that version left it (each fixture is what its migration did), opened by today's code. */
async function openAsLeft(fixture: string): Promise<void> {
  dataDir = mkdtempSync(path.join(tmpdir(), 'heimdall-version-'));
  const database = new Database(path.join(dataDir, 'ledger.sqlite'));
  const steps = fixtures.slice(0, fixtures.indexOf(fixture) + 1);
  database.exec(`begin;\n${steps.map((step) => readFileSync(path.join(FIXTURES, step), 'utf8')).join('')}commit;`);
  database.close();
  ledger = await openLedger({ dataDir });
}

it('there is a ledger of each version of the schema (a new one: npm run ledger-fixtures)', () => {
  expect(fixtures).toEqual(MIGRATIONS.map((_, index) => `ledger-${String(index + 1).padStart(2, '0')}.sql`));
});

describe.each(fixtures)('%s, opened by today', (fixture) => {
  beforeAll(() => openAsLeft(fixture));
  afterAll(async () => {
    await ledger.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('has its cases, with what was found and what people said', async () => {
    expect(await ledger.caseOfSubject('user', '@offic1al:evil.example')).toMatchObject({
      id: 1,
      state: 'open',
      verdict: 'likely',
      protected: '@official:example.org',
      noticeEventId: '$notice1',
      openedAt: AT,
      sightings: 1,
      announcedAt: AT,
      round: 1,
    });
    expect(await ledger.caseById(2)).toMatchObject({ state: 'dismissed', reports: 1, dismissedVerdict: 'possible' });
    expect(await ledger.countCases(['actioned'])).toBe(1);
    expect(await ledger.strongestFinding(1)).toMatchObject({ key: 'f1', roomId: '!room:example.org' });
    expect((await ledger.auditOf(2)).map(({ what, actor }) => [what, actor])).toEqual([
      ['case.dismissed', '@mod:example.org'],
    ]);
  });

  it('has its actions, those to do by their present names', async () => {
    expect((await ledger.doneOfKind('ban', '!room:example.org')).map(({ payload }) => payload)).toEqual([
      { roomId: '!room:example.org', userId: '@offic1al:evil.example' },
    ]);
    expect((await ledger.dueActions(AT, new Set(), 10)).map(({ kind, caseId }) => [kind, caseId])).toEqual([
      ['check_avatar', 1],
    ]);
  });

  it('has its mails, its secrets, and the rules that lists had', async () => {
    expect(await ledger.mailsOf(1)).toMatchObject([{ recipient: 'abuse@evil.example', raw: 'Subject: Case 1' }]);
    expect(await ledger.secret('reply')).toBe('c0ffee');
    const snapshots = new PolicyListSnapshots({
      ledger,
      policy: createPolicy(),
      shortcodeOf: () => undefined,
      logger: pino({ level: 'silent' }),
    });
    const list = await snapshots.of('!list:example.org');
    expect(list?.shortcode).toBe('spam');
    expect(list?.events.map(({ content }) => content)).toEqual([
      { entity: '@*:evil.example', recommendation: 'm.ban', reason: 'spam' },
      { entity: 'evil.example', recommendation: 'm.ban' },
    ]);
  });

  it('goes on: what comes joins its case, what was seen is not seen again, numbers are new', async () => {
    const finding = { kind: 'report', seenAt: AT + 9, data: {}, key: 'new' } as const;
    await ledger.commit(async (tx) => {
      expect(await tx.markEventSeen('$seen', AT + 9)).toBe(false);
      const joined = await tx.recordFinding({ ...finding, subjectKind: 'user', subject: '@offic1al:evil.example' });
      expect([joined.opened, joined.case.id]).toEqual([false, 1]);
      const other = await tx.recordFinding({ ...finding, subjectKind: 'user', subject: '@new:evil.example' });
      expect([other.opened, other.case.id]).toEqual([true, 4]);
      expect(await tx.addActions([{ kind: 'ban', lane: '!r:x', key: 'ban:1', payload: {} }])).toEqual([]);
    });
  });
});

it.each([
  ['first', 0],
  ['last', -1],
])('a ledger of the %s version has the tables of one that is new: no released step was edited', async (_which, at) => {
  const tablesOf = async ({ reader }: typeof ledger) =>
    (await sql<{ sql: string }>`select sql from sqlite_master where sql is not null order by name`.execute(reader))
      .rows;
  await openAsLeft(fixtures.at(at) ?? '');
  const fresh = mkdtempSync(path.join(tmpdir(), 'heimdall-version-'));
  const made = await openLedger({ dataDir: fresh });
  expect(await tablesOf(ledger)).toEqual(await tablesOf(made));
  for (const one of [ledger, made]) await one.close();
  for (const folder of [fresh, dataDir]) rmSync(folder, { recursive: true, force: true });
});
