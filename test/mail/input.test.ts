import { describe, expect, it } from '@jest/globals';
import { mailInputOfCase } from '../../src/mail/input.js';
import type { ReportFinding, VerdictFinding } from '../../src/store/findings.js';
import { AT, caseRecord, findingRecord, memoryLedger } from './fixtures.js';

const config = {
  protected_identities: [
    {
      user_id: '@server:example.org',
      display_names: ['Example'],
      avatars: [],
      domains: ['example.org'],
      rooms: [],
      variants: [],
    },
  ],
};
const verdict: VerdictFinding = {
  sighting: {
    userId: '@impostor:evil.test',
    displayName: 'Example',
    avatarUrl: 'mxc://evil.test/a',
    roomName: 'Help desk',
  },
  verdict: {
    verdict: 'certain',
    score: 5,
    protected: '@server:example.org',
    evidence: [
      {
        field: 'display_name',
        protected: '@server:example.org',
        disguise: 'same_name',
        view: 'skeleton',
        weight: 5,
        sentence: 'Same name.',
      },
    ],
  },
  where: { source: 'invite', roomId: '!dm', eventId: '$invite', at: AT },
  event: { type: 'm.room.member', sender: '@impostor:evil.test', state_key: '@victim:example.org' },
};
const complaint: ReportFinding = {
  reporter: '@alice:example.org',
  reason: 'scam',
  roomId: '!dm',
  eventId: '$msg',
  source: 'client',
  event: { type: 'm.room.message', sender: '@impostor:evil.test' },
};

describe('the input of a mail', () => {
  it('tells a verdict with the identity as captured, the official one, and where it was seen', async () => {
    const ledger = memoryLedger({
      cases: [caseRecord()],
      findings: [findingRecord({ key: 'v', kind: 'verdict', roomId: '!dm', data: verdict })],
    });
    const input = await mailInputOfCase(ledger, 7, { about: 'verdict', findingKey: 'v' }, config);
    expect(input).toMatchObject({
      caseId: 7,
      offender: '@impostor:evil.test',
      about: { kind: 'impersonation', verdict: { verdict: 'certain' } },
      captured: { displayName: 'Example', avatarUrl: 'mxc://evil.test/a' },
      official: { userId: '@server:example.org', displayNames: ['Example'], domains: ['example.org'] },
      seen: { source: 'invite', roomId: '!dm', roomName: 'Help desk', eventId: '$invite', at: AT },
      counts: { sightings: 1, reports: 0, rooms: 1 },
      thread: [],
    });
  });

  it('withholds whom the impostor invited and everybody who reported, but never the offender', async () => {
    const findings = [
      findingRecord({ id: 1, key: 'v', kind: 'verdict', data: verdict }),
      findingRecord({ id: 2, key: 'r1', kind: 'report', data: complaint }),
      findingRecord({ id: 3, key: 'r2', kind: 'report', data: { ...complaint, reporter: '@impostor:evil.test' } }),
    ];
    const input = await mailInputOfCase(
      memoryLedger({ cases: [caseRecord()], findings }),
      7,
      { about: 'verdict', findingKey: 'v' },
      config,
    );
    expect([...input.withheld].sort()).toEqual(['@alice:example.org', '@victim:example.org']);
    expect(input.counts).toMatchObject({ sightings: 1, reports: 2 });
  });

  it('tells a report with its reason and its event, and the thread of the case', async () => {
    const ledger = memoryLedger({
      cases: [caseRecord()],
      findings: [findingRecord({ key: 'r', kind: 'report', data: complaint })],
    });
    ledger.rows.push({
      id: 1,
      actionId: 1,
      caseId: 7,
      messageId: '<first@example.org>',
      recipient: '',
      envelopeFrom: '',
      raw: '',
      createdAt: 0,
      sentAt: 1,
      response: null,
    });
    const input = await mailInputOfCase(ledger, 7, { about: 'report', findingKey: 'r' }, config);
    expect(input).toMatchObject({
      offender: '@impostor:evil.test',
      about: { kind: 'report', reason: 'scam' },
      seen: { source: 'report', roomId: '!dm', eventId: '$msg' },
      thread: ['<first@example.org>'],
    });
  });

  it('complains about the sender when the subject is an event', async () => {
    const ledger = memoryLedger({
      cases: [caseRecord({ subjectKind: 'event', subject: '$msg' })],
      findings: [findingRecord({ key: 'r', kind: 'report', data: complaint })],
    });
    expect((await mailInputOfCase(ledger, 7, { about: 'report', findingKey: 'r' }, config)).offender).toBe(
      '@impostor:evil.test',
    );
  });

  it.each([
    ['the case is gone', 8, { about: 'report', findingKey: 'r' }, complaint],
    ['there is no case', null, { about: 'report', findingKey: 'r' }, complaint],
    ['the payload is of another form', 7, { about: 'weather' }, complaint],
    ['the finding is of another form', 7, { about: 'report', findingKey: 'r' }, { reporter: 3 }],
    ['no such finding is there', 7, { about: 'verdict', findingKey: 'v' }, complaint],
  ])('is refused when %s', async (_why, caseId, payload, data) => {
    const ledger = memoryLedger({
      cases: [caseRecord()],
      findings: [findingRecord({ key: 'r', kind: 'report', data })],
    });
    await expect(mailInputOfCase(ledger, caseId, payload, config)).rejects.toMatchObject({
      code: 'HEIMDALL_E_MAIL_INPUT',
    });
  });
});
