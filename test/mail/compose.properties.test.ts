import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { simpleParser } from 'mailparser';
import { composeAbuseMail } from '../../src/mail/compose.js';
import type { AbuseMail } from '../../src/mail/types.js';
import { identity, impersonation, report } from './fixtures.js';

/**
 * Strings of the kind that break mails: line ends, headers, boundaries, encoded words, bidi, NUL, lone surrogates,
 * marks.
 */
const hostile = fc
  .array(
    fc.oneof(
      {
        arbitrary: fc.constantFrom(
          '\r\n',
          '\n',
          '\r',
          '\0',
          '\u2028',
          '\u0085',
          '\r\nBcc: x@y.z',
          '\n\n',
          '--',
          '----_NmP-',
          '=?UTF-8?B?Zm9v?=',
          '=?utf-8?q?=0D=0ABcc:_x@y?=',
          '\u202E',
          '\u2066',
          '\uD800',
          '\uDC00',
          '"',
          '<',
          '>',
          ';',
          ', a@b.c',
          '=0D=0A',
          '.\r\n',
          'а',
          '👩‍👩‍👧',
          'e\u0301\u0301\u0301',
          ' ',
        ),
        weight: 3,
      },
      { arbitrary: fc.string({ unit: 'binary', maxLength: 20 }), weight: 1 },
      { arbitrary: fc.string({ maxLength: 80 }), weight: 1 },
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

const HEADERS = [
  'from',
  'to',
  'reply-to',
  'subject',
  'date',
  'message-id',
  'auto-submitted',
  'x-auto-response-suppress',
  'mime-version',
  'content-type',
];

async function check(mail: AbuseMail): Promise<void> {
  const { raw } = await composeAbuseMail(mail, identity);
  // ASCII, CRLF only, lines of at most 998
  expect(raw).toMatch(/^[\t\r\n\x20-\x7e]*$/);
  expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]/g, ' ');
  expect(head.split('\r\n').map((line) => line.slice(0, line.indexOf(':')).toLowerCase())).toEqual(HEADERS);
  const parsed = await simpleParser(Buffer.from(raw, 'latin1'));
  expect([parsed.to].flat().flatMap((to) => to?.value.map(({ address }) => address))).toEqual([identity.recipient]);
  expect(parsed.from?.value.map(({ address }) => address)).toEqual([identity.from.address]);
  expect(parsed.attachments.filter(({ filename }) => filename === 'xarf.json')).toHaveLength(1);
  const boundary = /boundary="([^"]+)"/.exec(head)?.[1] ?? '';
  expect(raw.split('\r\n').filter((line) => line.startsWith(`--${boundary}`))).toHaveLength(4);
  const xarf = JSON.parse(
    parsed.attachments.find(({ filename }) => filename === 'xarf.json')?.content.toString() ?? '',
  ) as { source_identifier: string };
  expect(xarf.source_identifier).toBe(mail.offender);
  expect(parsed.text ?? '').not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066\u2067]/);
  // isolates stand only in pairs, around a name that is written from right to left (detection/visible.ts)
  expect((parsed.text ?? '').replace(/\u2068[^\u2068\u2069\n]*\u2069/g, '')).not.toMatch(/[\u2068\u2069]/);
}

describe('whatever strangers write', () => {
  it('never adds a header, a recipient, a part or a control character, and XARF keeps the exact id', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, hostile, hostile, async (localpart, name, room, event, sentence) => {
        const id = `@${localpart}:evil.test`;
        await check(
          impersonation({
            subject: id,
            offender: id,
            captured: { displayName: name, avatarUrl: room },
            seen: {
              source: 'rename',
              roomId: `!${room}`,
              roomAlias: `#${name}`,
              roomName: name,
              eventId: `$${event}`,
              at: 1,
            },
            event: { sender: id, [name]: event, content: { displayname: name } },
            about: {
              kind: 'impersonation',
              verdict: {
                verdict: 'likely',
                score: 2,
                protected: '@server:example.org',
                evidence: [
                  {
                    field: 'display_name',
                    protected: '@server:example.org',
                    disguise: 'homoglyph',
                    view: 'fold',
                    weight: 1,
                    sentence,
                  },
                ],
              },
            },
          }),
        );
      }),
      { numRuns: 80 },
    );
  });

  it('does no harm in a report’s reason either', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (reason, reporter) =>
        check(report({ about: { kind: 'report', reason }, withheld: [`@${reporter}:example.org`] })),
      ),
      { numRuns: 80 },
    );
  });

  it('shows a printable id in the subject line as it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom(...'abcdeжя日本.-_=/?"<>'), minLength: 1, maxLength: 60 }),
        async (localpart) => {
          const offender = `@${localpart}:evil.test`;
          const parsed = await simpleParser((await composeAbuseMail(report({ offender }), identity)).raw);
          expect(parsed.subject).toBe(`Abuse report: ${offender} [example.org case 12]`);
          expect(parsed.text).toContain(`Account: ${offender}\n`);
        },
      ),
      { numRuns: 80 },
    );
  });
});
