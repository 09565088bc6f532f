import type { Config } from '../../src/config/types.js';
import { loadMailWords } from '../../src/mail/words.js';
import type { AbuseMail, MailIdentity } from '../../src/mail/types.js';
import type { MailHandlerDeps } from '../../src/mail/outbox.js';
import type { ActionRecord } from '../../src/store/records/actions.js';
import type { CaseRecord } from '../../src/store/records/cases.js';
import type { FindingRecord } from '../../src/store/records/findings.js';
import type { OutboxRecord } from '../../src/store/records/mails.js';
import type { Ledger } from '../../src/store/types.js';

/** Monday, 23 November 2026, 09:27:01.500 UTC */
export const AT = Date.UTC(2026, 10, 23, 9, 27, 1, 500);

export const identity: MailIdentity = {
  serverName: 'example.org',
  from: { name: 'Heimdall', address: 'heimdall@example.org' },
  recipient: 'abuse@evil.test',
  replyTo: 'heimdall+case-12-0123456789abcdef0123@example.org',
  appealTo: 'heimdall+appeal-12-0123456789abcdef0123@example.org',
  envelopeFrom: 'heimdall+bounce-12-0123456789abcdef0123@example.org',
  userAgent: 'Heimdall/0.1.0',
  words: loadMailWords(),
};

export function impersonation(overrides: Partial<AbuseMail> = {}): AbuseMail {
  return {
    caseId: 12,
    subjectKind: 'user',
    subject: '@sеrver:evil.test:8448',
    offender: '@sеrver:evil.test:8448',
    about: {
      kind: 'impersonation',
      verdict: {
        verdict: 'certain',
        score: 4,
        protected: '@server:example.org',
        evidence: [
          {
            field: 'localpart',
            protected: '@server:example.org',
            disguise: 'homoglyph',
            view: 'skeleton',
            weight: 4,
            sentence: 'The "е" in "sеrver" is Cyrillic.',
          },
        ],
      },
    },
    captured: { displayName: 'Example (Official Account)', avatarUrl: 'mxc://evil.test/abc' },
    official: { userId: '@server:example.org', displayNames: ['Example (Official Account)'], domains: ['example.org'] },
    seen: {
      source: 'member',
      roomId: '!room:example.org',
      roomAlias: '#lobby:example.org',
      roomName: 'Lobby',
      eventId: '$join',
      at: AT,
    },
    event: {
      type: 'm.room.member',
      event_id: '$join',
      sender: '@sеrver:evil.test:8448',
      state_key: '@sеrver:evil.test:8448',
      content: { membership: 'join', displayname: 'Example (Official Account)' },
    },
    counts: { sightings: 2, reports: 1, rooms: 2, firstSeenAt: AT - 60_000, lastSeenAt: AT },
    withheld: [],
    messageId: '<heimdall.12.00112233445566778899aabbccddeeff@example.org>',
    reportId: '00112233-4455-4677-a899-aabbccddeeff',
    date: AT + 1000,
    thread: [],
    ...overrides,
  };
}

export function report(overrides: Partial<AbuseMail> = {}): AbuseMail {
  return impersonation({
    subject: '@spammer:evil.test',
    offender: '@spammer:evil.test',
    about: { kind: 'report', reason: 'Sends ads to everybody, I am @alice:example.org' },
    captured: {},
    official: undefined,
    seen: { source: 'report', roomId: '!room:example.org', eventId: '$spam', at: AT },
    event: {
      type: 'm.room.message',
      event_id: '$spam',
      sender: '@spammer:evil.test',
      content: { body: 'Buy now, @alice:example.org!' },
    },
    withheld: ['@alice:example.org'],
    ...overrides,
  });
}

/** What mail needs of a ledger, in memory. The store's own tests cover the real ones. */
export function memoryLedger(content: {
  cases?: CaseRecord[];
  findings?: FindingRecord[];
}): Ledger & { rows: OutboxRecord[] } {
  const rows: OutboxRecord[] = [];
  const ledger: Partial<Ledger> & { rows: OutboxRecord[] } = {
    rows,
    caseById: (id) => Promise.resolve(content.cases?.find((record) => record.id === id)),
    findingsOf: (id) => Promise.resolve((content.findings ?? []).filter(({ caseId }) => caseId === id)),
    mailsOf: (id) => Promise.resolve(rows.filter(({ caseId }) => caseId === id)),
    secret: () => Promise.resolve('00'.repeat(32)),
    outboxOf: async (actionId, compose) => {
      const there = rows.find((row) => row.actionId === actionId);
      if (there) return { ...there };
      const row = { ...(await compose()), id: rows.length + 1, actionId, sentAt: null, response: null };
      rows.push(row);
      return { ...row };
    },
    noteMail: (id, note) => {
      const row = rows.find((candidate) => candidate.id === id);
      if (row) Object.assign(row, note);
      return Promise.resolve();
    },
  };
  return ledger as Ledger & { rows: OutboxRecord[] };
}

export const caseRecord = (overrides: Partial<CaseRecord> = {}): CaseRecord => ({
  id: 7,
  subjectKind: 'user',
  subject: '@impostor:evil.test',
  state: 'open',
  verdict: null,
  score: 0,
  protected: null,
  openedAt: AT,
  updatedAt: AT,
  closedAt: null,
  noticeEventId: null,
  sightings: 0,
  reports: 0,
  round: 1,
  dismissedVerdict: null,
  announcedAt: null,
  raidId: null,
  againEventId: null,
  ...overrides,
});

export const findingRecord = (overrides: Partial<FindingRecord>): FindingRecord => ({
  id: 1,
  caseId: 7,
  key: 'k',
  kind: 'report',
  roomId: null,
  eventId: null,
  seenAt: AT,
  data: {},
  ...overrides,
});

export const mailAction = (overrides: Partial<ActionRecord> = {}): ActionRecord => ({
  id: 70,
  caseId: 7,
  kind: 'mail',
  lane: 'mail:7',
  key: 'mail:7',
  payload: { about: 'report', findingKey: 'r' },
  state: 'due',
  attempts: 0,
  nextTryAt: AT,
  createdAt: AT,
  endedAt: null,
  result: null,
  lastError: null,
  ...overrides,
});

export const reportOfCase7 = findingRecord({
  key: 'r',
  data: { reporter: '@alice:example.org', reason: 'scam', source: 'client' },
});

export const mailConfig = (smtpUrl: string | null): MailHandlerDeps['config'] => ({
  homeserver: { url: 'http://127.0.0.1:8008', server_name: 'example.org', admin_token: null },
  mail: {
    ...NO_MAIL,
    smtp_url: smtpUrl,
    from: 'Heimdall <heimdall@example.org>',
    abuse_contact: 'abuse@evil.test',
  },
  protected_identities: [],
  rules_dir: null,
});

/** Everything as it is when nothing is written. */
export const NO_MAIL: Config['mail'] = {
  smtp_url: null,
  tls: 'required',
  from: null,
  abuse_contact: null,
  language: 'en',
  pictures: true,
  dkim: null,
  contacts: {},
  discovery: { enabled: false, overrides: {}, abuse_mailbox: false },
  forward: 'ask',
  inbound: null,
  imap_url: null,
};
