import { describe, expect, it } from '@jest/globals';
import { simpleParser } from 'mailparser';
import { readsAsAppeal } from '../../src/mail/appeal.js';
import { complaintIn } from '../../src/mail/complaint.js';
import { composeAbuseMail } from '../../src/mail/compose.js';
import { identity, report } from './fixtures.js';

const BAD = '@spammer:example.org';

const mime = (parts: readonly string[], head = 'Content-Type: multipart/report; report-type=feedback-report') =>
  [
    'From: Desk <desk@other.test>',
    'Subject: abuse',
    `${head}; boundary=b`,
    'MIME-Version: 1.0',
    '',
    ...parts.flatMap((part) => ['--b', part]),
    '--b--',
    '',
  ].join('\r\n');
const text = (words: string) => `Content-Type: text/plain\r\n\r\n${words}`;
const arf = (fields: string) => `Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n${fields}\r\n`;
const json = (content: unknown, name = 'xarf.json') =>
  `Content-Type: application/json; name=${name}\r\nContent-Disposition: attachment; filename=${name}\r\n\r\n${typeof content === 'string' ? content : JSON.stringify(content)}`;
const read = async (raw: string) => complaintIn(await simpleParser(raw), 'example.org');

describe('a complaint by mail', () => {
  it('in ARF names accounts by their links', async () => {
    const raw = mime([
      text('One of yours spams us. The victim was @bob:example.org.'),
      arf(
        'Reported-URI: https://matrix.to/#/%40spammer%3Aexample.org\r\nReported-URI:\r\n  matrix:u/second:example.org',
      ),
    ]);
    expect(await read(raw)).toEqual({
      sender: 'desk@other.test',
      accounts: [BAD, '@second:example.org'],
      reason: 'One of yours spams us. The victim was @bob:example.org.',
    });
  });

  it('in XARF names its source, and says what for', async () => {
    const document = {
      xarf_version: '4.2.0',
      category: 'messaging',
      type: 'spam',
      source_identifier: BAD,
      description: 'sent 300 invites',
    };
    expect(await read(mime([text('see attached, @bob:example.org'), json(document)]))).toMatchObject({
      accounts: [BAD],
      reason: 'sent 300 invites',
    });
    // as a file beside a letter
    expect(
      await read(mime([text('hello'), json(document, 'report.json')], 'Content-Type: multipart/mixed')),
    ).toMatchObject({ accounts: [BAD] });
  });

  it('in XARF 3 names it somewhere in the report', async () => {
    const document = { Version: '3', ReporterInfo: {}, Report: { ReportClass: 'Activity', Source: { Value: BAD } } };
    expect(await read(mime([text('hello'), json(document)]))).toMatchObject({ accounts: [BAD], reason: 'hello' });
  });

  it('of another Heimdall is read too', async () => {
    const { raw } = await composeAbuseMail(
      report({ offender: BAD, subject: BAD, about: { kind: 'report', reason: 'sells rings' } }),
      { ...identity, serverName: 'other.test' },
    );
    expect(await read(raw)).toMatchObject({ accounts: [BAD], reason: 'sells rings' });
  });

  it('whose machines’ part names nobody counts only when its words name one account alone', async () => {
    expect(await read(mime([text(`Please stop ${BAD}, it spams.`), arf('Source-IP: 192.0.2.1')]))).toMatchObject({
      accounts: [BAD],
    });
    expect(await read(mime([text(`${BAD} insults @bob:example.org`), arf('Source-IP: 192.0.2.1')]))).toBeUndefined();
  });

  it.each<[string, string]>([
    ['about somebody elsewhere', mime([text('x'), arf('Reported-URI: https://matrix.to/#/@a:other.test')])],
    ['about a mail address', mime([text('from spammer@example.org'), arf('Original-Mail-From: spammer@example.org')])],
    ['in no form', mime([text(`Please stop ${BAD}.`)], 'Content-Type: multipart/mixed')],
    ['in a JSON of another kind', mime([text(`stop ${BAD}`), json({ user: BAD })], 'Content-Type: multipart/mixed')],
    [
      'in broken JSON',
      mime([text('x'), json('{"xarf_version":"4.2.0","source_identifier":')], 'Content-Type: multipart/mixed'),
    ],
    [
      'with a source that is no account',
      mime([text('x'), json({ xarf_version: '4.2.0', source_identifier: '192.0.2.1' })]),
    ],
    ['nested deep', mime([text('x'), json(`{"xarf_version":"4.2.0","source_identifier":${'['.repeat(50_000)}`)])],
  ])('%s is none', async (_what, raw) => expect(await read(raw)).toBeUndefined());

  it('about many names five', async () => {
    const uris = Array.from({ length: 50 }, (_, at) => `Reported-URI: https://matrix.to/#/@spam${at}:example.org`);
    expect((await read(mime([text('x'), arf(uris.join('\r\n'))])))?.accounts).toHaveLength(5);
  });
});

describe('an answer that objects', () => {
  it.each([
    'I want to appeal this decision.',
    'This is a mistake, I am not an impostor.',
    'Hiermit lege ich Widerspruch ein.',
    'Das Konto wurde zu Unrecht gesperrt.',
    'Je conteste cette décision.',
  ])('%p does', (words) => expect(readsAsAppeal(words)).toBe(true));
  it.each(['We have closed the account.', 'Danke, das Konto ist gelöscht.', 'Thank you, we look into it.', ''])(
    '%p does not',
    (words) => expect(readsAsAppeal(words)).toBe(false),
  );
});
