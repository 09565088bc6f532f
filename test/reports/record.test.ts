import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mailInputOfCase } from '../../src/mail/input.js';
import { caseView } from '../../src/cases/view.js';
import { messageContent } from '../../src/matrix/message.js';
import { caseNotice, reportLine } from '../../src/notify/notice.js';
import { createReportRecorder } from '../../src/reports/record.js';
import { incomingReport, type Report, type OnReport } from '../../src/reports/report.js';
import { openLedger } from '../../src/store/index.js';

const complaint: Report = {
  reporter: '@alice:example.org',
  subjectKind: 'user',
  subject: '@spammer:evil.test',
  roomId: '!room:example.org',
  eventId: '$spam',
  reason: 'spam',
  source: 'client',
  at: 1_800_000_000_000,
  event: {
    type: 'm.room.message',
    event_id: '$spam',
    sender: '@spammer:evil.test',
    content: { body: 'Buy, @alice:example.org!' },
  },
};

let dataDir: string;
let ledger: Awaited<ReturnType<typeof openLedger>>;
let take: OnReport;
let wakes: number;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'heimdall-reports-'));
  ledger = await openLedger({ dataDir });
  wakes = 0;
  ledger.onWork(() => wakes++);
  take = createReportRecorder({
    ledger,
    means: () => ({ mail: true, policyList: '!list:example.org' }),
    casesPerReporter: 20,
    clock: () => 1_800_000_000_000,
  });
});
afterEach(async () => {
  await ledger.close();
  await rm(dataDir, { recursive: true, force: true });
});

const kindsOf = async (caseId: number): Promise<string[]> => (await ledger.actionsOf(caseId)).map(({ kind }) => kind);

describe('a report that was taken', () => {
  it('of a room names it as people know it, to moderators and to the desk', async () => {
    const asked: [string, boolean][] = [];
    take = createReportRecorder({
      ledger,
      means: () => ({ mail: true, policyList: '!list:example.org' }),
      casesPerReporter: 20,
      roomNames: (roomId, isReported) => {
        asked.push([roomId, isReported]);
        return Promise.resolve({ roomName: 'Free coins', roomAlias: '#coins:evil.test' });
      },
      clock: () => 1_800_000_000_000,
    });
    const plain = { ...complaint, event: undefined, eventId: undefined };
    await take(
      incomingReport({ ...plain, subjectKind: 'room', subject: '!coins:evil.test', roomId: '!coins:evil.test' }),
    );
    await take(incomingReport({ ...plain, subjectKind: 'room', subject: '!more:evil.test', roomId: undefined }));
    await take(incomingReport(complaint));
    expect(asked).toEqual([
      ['!coins:evil.test', true],
      ['!more:evil.test', true],
      ['!room:example.org', false],
    ]);
    const record = await ledger.caseOfSubject('room', '!coins:evil.test');
    const mail = (await ledger.actionsOf(record?.id ?? 0)).find(({ kind }) => kind === 'mail');
    const input = await mailInputOfCase(ledger, record?.id ?? 0, mail?.payload, { protected_identities: [] });
    expect(input.seen).toMatchObject({ roomName: 'Free coins', roomAlias: '#coins:evil.test' });
    const view = await caseView(ledger, record?.id ?? 0);
    const said = view === undefined ? '' : messageContent(caseNotice(view, [])).body;
    expect(said).toContain('!coins:evil.test');
    expect(said).toMatch(/Free coins.*#coins:evil\.test/);
  });

  it('opens its subject’s case with a notice and one mail, whose input the ledger can give again', async () => {
    const report = incomingReport(complaint);
    await take(report);
    const record = await ledger.caseOfSubject('user', '@spammer:evil.test');
    expect(await kindsOf(record?.id ?? 0)).toEqual(['notice', 'mail', 'notice_edit']);
    const mail = (await ledger.actionsOf(record?.id ?? 0)).find(({ kind }) => kind === 'mail');
    const input = await mailInputOfCase(ledger, record?.id ?? 0, mail?.payload, { protected_identities: [] });
    expect(input).toMatchObject({
      offender: '@spammer:evil.test',
      about: { kind: 'report', reason: 'spam' },
      seen: { eventId: '$spam' },
      withheld: ['@alice:example.org'],
    });
  });

  it('counts once when it comes by two ways, and joins the case without a second mail when others report too', async () => {
    await take(incomingReport(complaint));
    await take(incomingReport({ ...complaint, source: 'synapse', event: undefined }), {
      key: 'reports.event_reports',
      value: '7',
    });
    await take(incomingReport({ ...complaint, reporter: '@bob:example.org' }));
    const record = await ledger.caseOfSubject('user', '@spammer:evil.test');
    expect((await ledger.findingsOf(record?.id ?? 0)).map(({ kind }) => kind)).toEqual(['report', 'report']);
    expect((await kindsOf(record?.id ?? 0)).filter((kind) => kind === 'mail')).toHaveLength(1);
    expect(await ledger.meta('reports.event_reports')).toBe('7');
    // what brings nothing new wakes nobody
    expect(wakes).toBe(2);
  });

  it('names its reporter nowhere but in the finding', async () => {
    await take(incomingReport(complaint));
    const record = await ledger.caseOfSubject('user', '@spammer:evil.test');
    const elsewhere = JSON.stringify([
      record,
      await ledger.actionsOf(record?.id ?? 0),
      await ledger.auditOf(record?.id ?? 0),
    ]);
    expect(elsewhere).not.toContain('alice');
    expect((await ledger.auditOf(record?.id ?? 0)).map(({ what }) => what)).toEqual(['case.opened']);
  });
});

describe('a reporter whose reports are mostly dismissed', () => {
  const reportOf = (subject: string, reporter = complaint.reporter) =>
    take(incomingReport({ ...complaint, reporter, subject, eventId: undefined, event: undefined }));
  const outcomesIn = async (subject: string) => {
    const record = await ledger.caseOfSubject('user', subject);
    const [finding] = await ledger.newestFindings(record?.id ?? 0, 'report', 1);
    return (finding?.data as { outcomes?: unknown }).outcomes;
  };
  const end = async (subject: string, state: 'actioned' | 'dismissed') => {
    const record = await ledger.caseOfSubject('user', subject);
    await ledger.commit((tx) => tx.setCaseState(record?.id ?? 0, state, 1_800_000_000_000));
  };

  it('is known by it to the moderators, opens fewer cases, and everybody else as many as before', async () => {
    for (let at = 0; at < 5; at++) {
      await reportOf(`@honest${at}:a.test`);
      expect(await outcomesIn(`@honest${at}:a.test`)).toBeUndefined();
      await end(`@honest${at}:a.test`, at === 4 ? 'actioned' : 'dismissed');
    }
    // of 20 cases a day a fifth is left, and five were opened already: the report is kept, and mails nothing
    await reportOf('@sixth:a.test');
    expect(await outcomesIn('@sixth:a.test')).toEqual({ decided: 5, dismissed: 4 });
    const sixth = await ledger.caseOfSubject('user', '@sixth:a.test');
    expect(await kindsOf(sixth?.id ?? 0)).not.toContain('mail');
    await reportOf('@seventh:a.test', '@bob:example.org');
    expect(await outcomesIn('@seventh:a.test')).toBeUndefined();
    const seventh = await ledger.caseOfSubject('user', '@seventh:a.test');
    expect(await kindsOf(seventh?.id ?? 0)).toContain('mail');
    const view = reportLine({
      reporter: '@alice:example.org',
      reason: 'spam',
      source: 'client',
      outcomes: { decided: 5, dismissed: 4 },
    });
    expect(view.join('')).toContain('of 5 earlier cases of this reporter 4 were dismissed');
  });

  it('is not one whose reports were mostly right', async () => {
    for (let at = 0; at < 6; at++) {
      await reportOf(`@bad${at}:a.test`);
      await end(`@bad${at}:a.test`, at < 3 ? 'actioned' : 'dismissed');
    }
    await reportOf('@next:a.test');
    expect(await outcomesIn('@next:a.test')).toBeUndefined();
    const next = await ledger.caseOfSubject('user', '@next:a.test');
    expect(await kindsOf(next?.id ?? 0)).toContain('mail');
  });
});
