import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import nodemailer from 'nodemailer';
import { caseAddress } from '../../src/mail/addresses.js';
import { createInboundDoor, type InboundDoor } from '../../src/mail/inbound.js';
import { MailboxPoller } from '../../src/mail/imap.js';
import type { Complaint } from '../../src/mail/complaint.js';
import { MailReceiver } from '../../src/mail/receive.js';
import { answerBlocks } from '../../src/reports/mail-answers.js';
import { messageContent } from '../../src/matrix/message.js';
import { Correspondence, openLedger } from '../../src/store/index.js';
import type { MailAnswer } from '../../src/store/records/mails.js';
import { silentLogger } from '../../src/util/logger.js';

const OURS = 'heimdall@example.org';
let dataDir: string;
let ledger: Awaited<ReturnType<typeof openLedger>>;
let correspondence: Correspondence;
let door: InboundDoor;
let receiver: MailReceiver;
let kept: MailAnswer[];
let complaints: Complaint[];
let plus: string;
let bounces: string;

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'heimdall-inbound-'));
  ledger = await openLedger({ dataDir });
  correspondence = new Correspondence(ledger);
  kept = [];
  complaints = [];
  const [action] = await ledger.commit(async (tx) => {
    const { case: record } = await tx.recordFinding({
      subjectKind: 'user',
      subject: '@a:b.c',
      key: 'k',
      kind: 'report',
      seenAt: 1,
      data: {},
    });
    return tx.addActions([{ caseId: record.id, kind: 'mail', lane: 'l', key: 'm', payload: {} }]);
  });
  await ledger.outboxOf(action?.id ?? 0, () =>
    Promise.resolve({
      caseId: 1,
      messageId: '<heimdall.1.aa@example.org>',
      recipient: 'abuse@evil.test',
      envelopeFrom: OURS,
      raw: 'x',
      createdAt: 1,
    }),
  );
  const secret = await ledger.secret('mail');
  plus = caseAddress(OURS, 'case', 1, secret);
  bounces = caseAddress(OURS, 'bounce', 1, secret);
  receiver = new MailReceiver({
    ledger,
    correspondence,
    onKept: (answer) => Promise.resolve(void kept.push(answer)),
    complaints: { serverName: 'example.org', take: (complaint) => Promise.resolve(void complaints.push(complaint)) },
    clock: () => 5_000,
  });
  door = createInboundDoor({ bind: '127.0.0.1', port: 0, receiver, clock: () => 5_000, logger: silentLogger });
  door.start();
  while (door.port() === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
});
afterEach(async () => {
  await door.stop();
  await ledger.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function send(raw: string, envelope: { from?: string; to: string[] }): Promise<string> {
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port: door.port() ?? 0, ignoreTLS: true });
  try {
    return (await transport.sendMail({ envelope: { from: envelope.from ?? 'desk@evil.test', to: envelope.to }, raw }))
      .response;
  } catch (error) {
    return String((error as { response?: string }).response ?? error);
  } finally {
    transport.close();
  }
}
const mail = (headers: Record<string, string>, body = 'We have closed the account.') =>
  [
    ...Object.entries({
      From: 'Desk <desk@evil.test>',
      Subject: 'Re: Abuse report',
      'Message-ID': '<1@evil.test>',
      ...headers,
    }).map(([name, value]) => `${name}: ${value}`),
    '',
    body,
    '',
  ].join('\r\n');

describe('an answer by mail', () => {
  it('is known by the plus-address of its envelope, and kept without what it quotes', async () => {
    const body = 'We have closed the account.\r\n\r\nOn Monday Heimdall wrote:\r\n> Abuse report\r\n> secret';
    expect(await send(mail({ To: 'x@y.test' }, body), { to: [plus] })).toMatch(/^250/);
    expect(kept).toMatchObject([
      { caseId: 1, kind: 'answer', sender: 'desk@evil.test', body: 'We have closed the account.' },
    ]);
    expect(await correspondence.answersOf(1)).toHaveLength(1);
  });

  it('is known by the plus-address in a header, where a server has rewritten the envelope', async () => {
    for (const [index, header] of ['To', 'Cc', 'Delivered-To', 'X-Original-To'].entries())
      expect(
        await send(mail({ [header]: `Heimdall <${plus}>`, 'Message-ID': `<h${index}@evil.test>` }), { to: [OURS] }),
      ).toMatch(/^250/);
    expect(kept).toHaveLength(4);
  });

  it('is known by the plus-address in its Reply-To, which some ticket systems repeat', async () => {
    expect(await send(mail({ 'Reply-To': `Desk <${plus}>` }), { to: [OURS] })).toMatch(/^250/);
    expect(kept.map(({ caseId }) => caseId)).toEqual([1]);
  });

  it('is known by the mail that it answers, where the plus-address is lost', async () => {
    const references = '<other@evil.test> <heimdall.1.aa@example.org>';
    expect(await send(mail({ To: OURS, References: references }), { to: [OURS] })).toMatch(/^250/);
    expect(
      await send(mail({ 'In-Reply-To': '<heimdall.1.aa@example.org>', 'Message-ID': '<2@evil.test>' }), { to: [OURS] }),
    ).toMatch(/^250/);
    expect(kept.map(({ caseId }) => caseId)).toEqual([1, 1]);
  });

  it('that comes twice is the same', async () => {
    await send(mail({}), { to: [plus] });
    await send(mail({}), { to: [plus] });
    expect(new Set(kept.map(({ id }) => id)).size).toBe(1);
    expect(await correspondence.answersOf(1)).toHaveLength(1);
  });

  it.each<[string, Record<string, string>, string | undefined]>([
    ['automatic', { 'Auto-Submitted': 'auto-replied' }, undefined],
    ['automatic', { Precedence: 'bulk' }, undefined],
    ['answer', { 'Auto-Submitted': 'no' }, undefined],
    ['bounce', {}, ''],
  ])('is %s with %p from %p', async (kind, headers, from) => {
    const reception = await receiver.receive({
      raw: Buffer.from(mail(headers)),
      envelopeFrom: from ?? 'desk@evil.test',
      envelopeTo: [plus],
    });
    expect([reception, kept[0]?.kind]).toEqual(['kept', kind]);
  });

  it('may be a delivery report, to our envelope sender or by the mail that it carries', async () => {
    expect(await send(mail({ Subject: 'Undeliverable' }), { to: [bounces] })).toMatch(/^250/);
    const report = [
      'From: MAILER-DAEMON@evil.test',
      'Subject: Undelivered',
      'Message-ID: <dsn@evil.test>',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'No such user.',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Status: 5.1.1',
      '--b',
      'Content-Type: text/rfc822-headers',
      '',
      'Message-ID: <heimdall.1.aa@example.org>',
      '--b--',
      '',
    ].join('\r\n');
    expect(await send(report, { to: [OURS] })).toMatch(/^250/);
    expect(kept.map(({ kind }) => kind)).toEqual(['bounce', 'bounce']);
  });

  it('is text also when it is HTML, and no markup of it reaches the room', async () => {
    await send(mail({ 'Content-Type': 'text/html' }, '<p>Done <b>now</b></p><script>alert(1)</script>'), {
      to: [plus],
    });
    expect(kept[0]?.body).toContain('Done now');
    const content = messageContent(answerBlocks({ ...kept[0]!, body: '<img src=x> \u202e@room', subject: '<b>' }));
    expect(String(content.formatted_body)).not.toMatch(/<img|<b>/);
    expect(String(content.body)).not.toContain('\u202e');
    expect(content['m.mentions']).toEqual({});
  });
});

describe('an appeal', () => {
  const end = (state: 'actioned' | 'dismissed') => ledger.commit((tx) => tx.setCaseState(1, state, 9_000));

  it('is a mail to the address for appeals, whatever its words', async () => {
    const appeals = caseAddress(OURS, 'appeal', 1, await ledger.secret('mail'));
    expect(await send(mail({}, 'Please look again.'), { to: [appeals], from: 'mallory@evil.test' })).toMatch(/^250/);
    expect(kept).toMatchObject([{ caseId: 1, kind: 'appeal', sender: 'desk@evil.test' }]);
  });

  it('is an answer that objects, once the case has ended; a machine’s is none', async () => {
    const objection = 'This is a mistake, we appeal.';
    await send(mail({}, objection), { to: [plus] });
    await end('actioned');
    await send(mail({ 'Message-ID': '<2@evil.test>' }, 'We have closed it, too.'), { to: [plus] });
    await send(mail({ 'Message-ID': '<3@evil.test>' }, objection), { to: [plus] });
    await send(mail({ 'Message-ID': '<4@evil.test>', 'Auto-Submitted': 'auto-replied' }, objection), { to: [plus] });
    expect(kept.map(({ kind }) => kind)).toEqual(['answer', 'answer', 'appeal', 'automatic']);
  });

  it('cannot be forged for another case, nor with another address’s token', async () => {
    const token = /-([0-9a-f]{20})@/.exec(plus)?.[1] ?? '';
    for (const to of [`heimdall+appeal-1-${token}@example.org`, `heimdall+appeal-2-${token}@example.org`])
      expect(await send(mail({}), { to: [to] })).toMatch(/^550/);
    expect(kept).toEqual([]);
  });
});

describe('a complaint about an account of ours', () => {
  const arf = (id: string, uri: string) =>
    [
      'From: abuse@other.test',
      `Message-ID: <${id}>`,
      'Content-Type: multipart/report; report-type=feedback-report; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'It spams.',
      '--b',
      'Content-Type: message/feedback-report',
      '',
      'Feedback-Type: abuse',
      `Reported-URI: ${uri}`,
      '--b--',
      '',
    ].join('\r\n');

  it('is taken, though it fits no case; one about somebody elsewhere is not', async () => {
    expect(await send(arf('c1@x', 'https://matrix.to/#/@spam:example.org'), { from: '', to: [OURS] })).toMatch(/^250/);
    expect(await send(arf('c2@x', 'https://matrix.to/#/@spam:evil.test'), { to: [OURS] })).toMatch(/^550/);
    expect(complaints).toEqual([{ sender: 'abuse@other.test', accounts: ['@spam:example.org'], reason: 'It spams.' }]);
    expect(kept).toEqual([]);
  });

  it('that we wrote ourselves, to a desk that hands its mail on to us, is none', async () => {
    const raw = arf('heimdall.1.aa@example.org', 'https://matrix.to/#/@spam:example.org');
    expect(await send(raw, { to: [OURS] })).toMatch(/^250/);
    expect(complaints).toEqual([]);
  });

  it('in a flood of them waits at the mail server', async () => {
    const answers: string[] = [];
    for (let at = 0; at < 61; at++)
      answers.push(await send(arf(`f${at}@x`, `https://matrix.to/#/@spam${at}:example.org`), { to: [OURS] }));
    expect(answers.filter((answer) => answer.startsWith('250'))).toHaveLength(60);
    expect(answers.at(-1)).toMatch(/^451/);
  });

  it('in answer to a mail of ours stands in its case', async () => {
    await send(arf('c3@x', 'https://matrix.to/#/@spam:example.org'), { to: [plus] });
    expect(kept).toMatchObject([{ caseId: 1, kind: 'complaint' }]);
    expect(complaints).toEqual([]);
  });
});

describe('a mail that is none of ours', () => {
  it.each([
    ['a forged token', () => plus.replace(/[0-9a-f]{20}@/, '00112233445566778899@')],
    ['another case', () => plus.replace('case-1-', 'case-2-')],
    ['no token', () => OURS],
    ['a case that is not there', async () => caseAddress(OURS, 'case', 77, await ledger.secret('mail'))],
  ])('with %s is refused with 550 and leaves nothing', async (_what, to) => {
    expect(await send(mail({ To: 'x@y.test' }), { to: [await to()] })).toMatch(/^550/);
    expect(kept).toEqual([]);
    expect(await correspondence.answersOf(1)).toEqual([]);
  });

  it('is refused when it names Message-IDs that nobody was sent', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => `<${index}@x>`).join('\r\n ');
    expect(await send(mail({ References: many }), { to: [OURS] })).toMatch(/^550/);
  });

  it('nested 500 deep, or with thousands of parts, is refused', async () => {
    let body = 'Content-Type: text/plain\r\n\r\nhello';
    for (let depth = 0; depth < 500; depth++)
      body = `Content-Type: multipart/mixed; boundary=b${depth}\r\n\r\n--b${depth}\r\n${body}\r\n--b${depth}--`;
    expect(await send(`Subject: deep\r\nMIME-Version: 1.0\r\n${body}\r\n`, { to: [plus] })).toMatch(/^550/);
    const parts = '--b\r\nContent-Type: text/plain\r\n\r\nx\r\n'.repeat(5_000);
    const wide = `Subject: wide\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts}--b--\r\n`;
    expect(await send(wide, { to: [plus] })).toMatch(/^550/);
    // headers that are written oddly, and parts without any
    expect(
      await send(`Subject: odd\r\n${body.replaceAll('Content-Type:', 'content-type :')}\r\n`, { to: [plus] }),
    ).toMatch(/^550/);
    const bare = '--b\r\n\r\nx\r\n'.repeat(5_000);
    expect(await send(wide.replace(parts, bare), { to: [plus] })).toMatch(/^550/);
    expect(kept).toEqual([]);
  });

  it.each<[string, string]>([
    ['a header of groups within groups', `To: ${'g:a@b.test,'.repeat(80_000)}`],
    ['a field of 20 kB', `X-Long: ${'a'.repeat(20_000)}`],
    ['2,000 fields', 'X-Many: a\r\n'.repeat(2_000).trim()],
    ['a charset that is slow to read', 'Content-Type: text/plain; charset="UTF-7"'],
  ])('with %s is refused before anything takes it apart', async (_what, header) => {
    expect(await send(`Subject: bomb\r\n${header}\r\n\r\nx\r\n`, { to: [plus] })).toMatch(/^550/);
    expect(kept).toEqual([]);
  });

  it('costs the tags of its HTML nothing, and its attachments nothing', async () => {
    const part = (type: string, body: string) => `--b\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`;
    const taken = await send(
      mail(
        { 'Content-Type': 'multipart/mixed; boundary=b' },
        `${part('text/plain', 'See the picture.')}${part('image/png', 'a'.repeat(4 * 1024 * 1024))}--b--`,
      ),
      { to: [plus] },
    );
    expect([taken.slice(0, 3), kept[0]?.body]).toEqual(['250', 'See the picture.']);
    const html = part('text/html', '<ul><li>'.repeat(50_000));
    expect(await send(mail({ 'Content-Type': 'multipart/mixed; boundary=b' }, `${html}--b--`), { to: [OURS] })).toMatch(
      /^550/,
    );
  });

  it('whose HTML no program can read is kept without it: its sender answered all the same', async () => {
    for (const [index, tags] of ['<div>'.repeat(50_000), '<table><tr><td>'.repeat(10_000)].entries())
      expect(
        await send(mail({ 'Content-Type': 'text/html', 'Message-ID': `<deep${index}@evil.test>` }, `${tags}deep`), {
          to: [plus],
        }),
      ).toMatch(/^250/);
    expect(kept.map(({ subject, body }) => [subject, body])).toEqual([
      ['Re: Abuse report', ''],
      ['Re: Abuse report', ''],
    ]);
  }, 20_000);

  it('that is too large is refused', async () => {
    expect(await send(mail({}, 'x'.repeat(6 * 1024 * 1024)), { to: [plus] })).toMatch(/^552/);
  });

  it('and nonsense on the wire, do not stop the door', async () => {
    for (const nonsense of ['GET / HTTP/1.1\r\n\r\n', '\0\0\0\r\n', 'MAIL FROM:<a@b>\r\nDATA\r\n', 'x'.repeat(100_000)])
      await new Promise<void>((resolve) => {
        const socket = connect(door.port() ?? 0, '127.0.0.1', () => socket.end(nonsense));
        socket.on('error', () => resolve());
        socket.on('close', () => resolve());
        socket.resume();
      });
    expect(await send(mail({}), { to: [plus] })).toMatch(/^250/);
  });

  it('is asked to come again while the ledger is out of reach', async () => {
    await ledger.close();
    expect(await send(mail({}), { to: [plus] })).toMatch(/^451/);
  });
});

describe('a mailbox that is polled', () => {
  it('is read from where the last look ended, and only what belongs to a case is marked', async () => {
    const box = new Map<number, string>([
      [3, mail({ To: plus, 'Message-ID': '<p3@evil.test>' })],
      [5, mail({ To: 'me@example.org', 'Message-ID': '<p5@evil.test>' })],
    ]);
    const marked: number[] = [];
    let validity = '9';
    const poller = new MailboxPoller({
      connect: () =>
        Promise.resolve({
          open: () => Promise.resolve(validity),
          async *after(uid: number) {
            for (const [each, source] of box) if (each > uid) yield { uid: each, source: Buffer.from(source) };
            await Promise.resolve();
          },
          markSeen: (uid: number) => Promise.resolve(void marked.push(uid)),
          close: () => Promise.resolve(),
        }),
      receiver,
      ledger,
      logger: silentLogger,
    });
    await poller.look();
    await poller.look();
    expect([marked, kept.length, await ledger.meta('mail.imap')]).toEqual([[3], 1, '9/5']);
    box.set(8, mail({ References: '<heimdall.1.aa@example.org>', 'Message-ID': '<p8@evil.test>' }));
    await poller.look();
    expect(marked).toEqual([3, 8]);
    // the server has numbered anew: what was kept already is known by its Message-ID
    validity = '10';
    await poller.look();
    expect(await correspondence.answersOf(1)).toHaveLength(2);
  });
});
