import type { Disguise } from '../../src/detection/types.js';
import { describe, expect, it } from '@jest/globals';
import { simpleParser, type ParsedMail } from 'mailparser';
import { composeAbuseMail } from '../../src/mail/compose.js';
import type { AbuseMail } from '../../src/mail/types.js';
import { identity, impersonation, report } from './fixtures.js';

const parse = async (
  mail: AbuseMail,
): Promise<{ raw: string; parsed: ParsedMail; text: string; xarf: Record<string, unknown> }> => {
  const { raw } = await composeAbuseMail(mail, identity);
  const parsed = await simpleParser(Buffer.from(raw, 'latin1'));
  const attachment = parsed.attachments.find(({ filename }) => filename === 'xarf.json');
  return {
    raw,
    parsed,
    text: parsed.text ?? '',
    xarf: JSON.parse(attachment?.content.toString() ?? 'null') as Record<string, unknown>,
  };
};

describe('the mail about an impostor', () => {
  it('is a multipart/report of type feedback-report with text, feedback report and xarf.json', async () => {
    const { raw } = await parse(impersonation());
    expect(raw).toMatch(/^Content-Type: multipart\/report; report-type=feedback-report;\r\n boundary="/m);
    const types = [...raw.matchAll(/^Content-Type: ([a-z]+\/[a-z-]+)/gm)].map((match) => match[1]);
    expect(types).toEqual(['multipart/report', 'text/plain', 'message/feedback-report', 'application/json']);
    expect(raw).toContain('Feedback-Type: xarf\r\nUser-Agent: Heimdall/0.1.0\r\nVersion: 1\r\n');
  });

  it('says in its text alone who, whom, what is asked, why, where, when, how often and whom to answer', async () => {
    const { text } = await parse(impersonation());
    for (const part of [
      'Account: @sеrver:evil.test:8448\n',
      'Display name: "Example (Official Account)"',
      'Avatar: mxc://evil.test/abc',
      'Imitates: @server:example.org',
      'official domains: example.org',
      'suspend it',
      'verdict: certain (score 4)',
      '- The "е" in "sеrver" is Cyrillic.',
      '2026-11-23 09:27:01 +00:00 (UTC)',
      '!room:example.org',
      '#lobby:example.org',
      'Event: $join',
      'https://matrix.to/#/%40s%D0%B5rver%3Aevil.test%3A8448',
      'https://matrix.to/#/!room%3Aexample.org/%24join?via=example.org',
      '2 sightings by our detector, 1 report by users, in 2 rooms',
      '"membership": "join"',
      'heimdall@example.org',
      'case number is 12',
    ])
      expect(text).toContain(part);
  });

  it('speaks of rooms only where there were some', async () => {
    const mail = impersonation();
    const { text } = await parse({ ...mail, counts: { ...mail.counts, rooms: 0 } });
    expect(text).toContain('So far: 2 sightings by our detector, 1 report by users.');
    expect(text).not.toContain('0 rooms');
  });

  it('carries the headers that keep machines quiet and answers together', async () => {
    const { parsed, raw } = await parse(impersonation());
    expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
    expect(parsed.headers.get('x-auto-response-suppress')).toBe('All');
    expect(parsed.messageId).toBe('<heimdall.12.00112233445566778899aabbccddeeff@example.org>');
    expect(parsed.replyTo?.value[0]?.address).toBe(identity.replyTo);
    expect(parsed.from?.value[0]).toMatchObject({ name: 'Heimdall', address: 'heimdall@example.org' });
    expect(parsed.date?.toISOString()).toBe('2026-11-23T09:27:02.000Z');
    expect(raw).not.toMatch(/^(In-Reply-To|References):/m);
  });

  it('joins the thread of the case under the same subject line', async () => {
    const first = await parse(impersonation());
    const later = await parse(
      impersonation({
        about: { kind: 'report', reason: 'spam' },
        messageId: '<b@example.org>',
        thread: ['<0@example.org>', '<a@example.org>'],
      }),
    );
    expect(later.parsed.subject).toBe(first.parsed.subject);
    expect(later.parsed.inReplyTo).toBe('<a@example.org>');
    expect(later.parsed.references).toEqual(['<0@example.org>', '<a@example.org>']);
  });

  it('tells machines the same in XARF 4.2', async () => {
    const { xarf } = await parse(impersonation());
    expect(xarf).toMatchObject({
      xarf_version: '4.2.0',
      report_id: '00112233-4455-4677-a899-aabbccddeeff',
      timestamp: '2026-11-23T09:27:01.500Z',
      reporter: { org: 'example.org', contact: 'heimdall@example.org', domain: 'example.org' },
      sender: { org: 'example.org', contact: 'heimdall@example.org', domain: 'example.org' },
      source_identifier: '@sеrver:evil.test:8448',
      category: 'content',
      type: 'brand_infringement',
      infringement_type: 'homograph',
      legitimate_site: 'https://example.org/',
      url: 'https://matrix.to/#/%40s%D0%B5rver%3Aevil.test%3A8448',
      domain: 'evil.test',
      similarity_score: 0.98,
    });
    const [event] = xarf.evidence as { payload: string; content_type: string; hash: string }[];
    expect(event?.content_type).toBe('application/json');
    expect(JSON.parse(Buffer.from(event?.payload ?? '', 'base64').toString())).toEqual(impersonation().event);
  });

  it.each<[Disguise, string]>([
    ['edit', 'lookalike'],
    ['typo_domain', 'typosquatting'],
    ['reversed', 'homograph'],
    ['shape', 'homograph'],
    ['tag', 'homograph'],
    ['homograph', 'homograph'],
    ['brand_bait', 'lookalike'],
    ['copied_avatar', 'logo_misuse'],
    ['same_name', 'brand_impersonation'],
    ['embedded_id', 'brand_impersonation'],
    ['invisible', 'homograph'],
    ['homoglyph', 'homograph'],
  ])('calls a disguise by %s a %s', async (disguise, kind) => {
    const mail = impersonation();
    if (mail.about.kind === 'impersonation')
      mail.about.verdict.evidence = [
        { field: 'display_name', protected: '@server:example.org', disguise, view: 'fold', weight: 3, sentence: 'x' },
      ];
    expect((await parse(mail)).xarf.infringement_type).toBe(kind);
  });

  it('names an identity without domains by its permalink, because XARF wants an address', async () => {
    const { xarf } = await parse(
      impersonation({ official: { userId: '@server:example.org', displayNames: [], domains: [] } }),
    );
    expect(xarf.legitimate_site).toBe('https://matrix.to/#/%40server%3Aexample.org');
  });

  it('is made of the same bytes each time it is composed', async () => {
    expect((await parse(impersonation())).raw).toBe((await parse(impersonation())).raw);
  });
});

describe('the mail about a user report', () => {
  it('names offender, event and reason, and never the reporter', async () => {
    const { raw, text, xarf } = await parse(report());
    expect(text).toContain('Account: @spammer:evil.test\n');
    expect(text).toContain('Event: $spam\n');
    expect(text).toContain('Sends ads to everybody, I am [withheld]');
    expect(text).toContain('Buy now, [withheld]!');
    expect(xarf).toMatchObject({
      category: 'messaging',
      type: 'spam',
      protocol: 'chat',
      source_identifier: '@spammer:evil.test',
      message_id: '$spam',
      evidence_source: 'user_complaint',
    });
    const payloads = (xarf.evidence as { payload: string }[]).map(({ payload }) =>
      Buffer.from(payload, 'base64').toString(),
    );
    for (const part of [raw, text, ...payloads]) expect(part).not.toContain('alice');
  });

  it('takes a reporter out of links too, and leaves ids alone that only begin alike', async () => {
    const { text } = await parse(
      report({
        about: {
          kind: 'report',
          reason:
            'see https://matrix.to/#/%40alice%3Aexample.org and https://matrix.to/#/@alice:example.org. But @alice:example.organic did it with @alice:example.org:8448',
        },
      }),
    );
    expect(text).toContain(
      'see https://matrix.to/#/[withheld] and https://matrix.to/#/[withheld]. But @alice:example.organic did it with @alice:example.org:8448',
    );
  });

  it('reports a room by its id', async () => {
    const { text, xarf } = await parse(
      report({
        subjectKind: 'room',
        subject: '!AbCdEf_v12',
        offender: '!AbCdEf_v12',
        seen: { source: 'report', roomId: '!AbCdEf_v12', at: 0 },
        event: undefined,
      }),
    );
    expect(text).toContain('Room: !AbCdEf_v12\n');
    expect(text).toContain('close or block it');
    expect(xarf.source_identifier).toBe('!AbCdEf_v12');
  });
});

describe('a hostile mail', () => {
  it('still goes out when the event is nested too deep to be written', async () => {
    let content: Record<string, unknown> = {};
    for (let depth = 0; depth < 50_000; depth++) content = { x: content };
    const { text, xarf } = await parse(report({ event: { type: 'x', content } }));
    expect(text).toContain('Account: @spammer:evil.test');
    expect(xarf.evidence).toHaveLength(1);
  });

  it('survives times that are no times', async () => {
    for (const at of [Number.NaN, Infinity, -1, 9e18]) {
      const { text, xarf } = await parse(
        report({
          seen: { source: 'report', at },
          counts: { sightings: 0, reports: 1, rooms: 0, firstSeenAt: at, lastSeenAt: at },
        }),
      );
      expect(text).toContain('time unknown: reported by a user');
      expect(xarf.timestamp).toBe('2026-11-23T09:27:02.500Z');
    }
  });

  it('keeps a 64 KiB name short and its line breaks and bidi marks powerless', async () => {
    const { text, parsed } = await parse(
      impersonation({
        captured: { displayName: `x\r\nBcc: victim@example.com\r\n\r\n\u202Egpj.exe\0${'y'.repeat(65_000)}` },
      }),
    );
    expect(text).toContain(
      'Display name: "x⟨U+000D⟩⟨U+000A⟩Bcc: victim@example.com⟨U+000D⟩⟨U+000A⟩⟨U+000D⟩⟨U+000A⟩⟨U+202E⟩gpj.exe⟨U+0000⟩yyy',
    );
    expect(text.length).toBeLessThan(5_000);
    expect(parsed.bcc).toBeUndefined();
  });

  it('cuts a long event in the text and keeps it whole in xarf.json', async () => {
    const event = { type: 'm.room.message', content: { body: 'z'.repeat(60_000) } };
    const { text, xarf } = await parse(report({ event }));
    expect(text.length).toBeLessThan(20_000);
    expect(text).toContain('xarf.json holds all of it');
    const [first] = xarf.evidence as { payload: string }[];
    expect(JSON.parse(Buffer.from(first?.payload ?? '', 'base64').toString())).toEqual(event);
  });
});
