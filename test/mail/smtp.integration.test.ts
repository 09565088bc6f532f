import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { createMailHandler } from '../../src/mail/outbox.js';
import { verifySmtp } from '../../src/mail/smtp.js';
import { openLedger } from '../../src/store/index.js';
import { silentLogger } from '../../src/util/logger.js';
import { AT, NO_MAIL, caseRecord, mailAction, mailConfig, memoryLedger, reportOfCase7 } from './fixtures.js';

const FIRST = { mayHaveBeenSent: false };

interface Received {
  raw: string;
  from: string;
  to: string[];
}

const open: SMTPServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
});

const refusal = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode });

/** A real SMTP server with smtp-server's own defaults: it offers STARTTLS with a self-signed certificate. */
async function smtpServer(
  options: SMTPServerOptions = {},
  port = 0,
): Promise<{ url: string; port: number; mails: Received[]; close(): Promise<void> }> {
  const mails: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          raw: Buffer.concat(chunks).toString('latin1'),
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
        });
        callback(null, 'queued');
      });
    },
    ...options,
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const bound = (server.server.address() as AddressInfo).port;
  return {
    url: `smtp://127.0.0.1:${bound}`,
    port: bound,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function setUp(smtpUrl: string) {
  const ledger = memoryLedger({ cases: [caseRecord()], findings: [reportOfCase7] });
  return {
    ledger,
    handler: createMailHandler({ ledger, config: mailConfig(smtpUrl), clock: () => AT, logger: silentLogger }),
  };
}

describe('a mail on its way to a real SMTP server', () => {
  it('arrives byte for byte, with our envelope', async () => {
    const server = await smtpServer();
    const { handler, ledger } = setUp(server.url);
    expect(await handler.perform(mailAction(), FIRST)).toMatchObject({ state: 'done' });
    expect(server.mails).toHaveLength(1);
    expect(server.mails[0]).toMatchObject({
      from: ledger.rows[0]?.envelopeFrom,
      to: ['abuse@evil.test'],
      raw: ledger.rows[0]?.raw,
    });
    const parsed = await simpleParser(Buffer.from(server.mails[0]?.raw ?? '', 'latin1'));
    expect(parsed.text).toContain('Account: @impostor:evil.test');
    expect(parsed.messageId).toBe(ledger.rows[0]?.messageId);
    expect(ledger.rows[0]?.response).toMatch(/^250 /);
  });

  it('arrives under the same Message-ID after the server said 451', async () => {
    let refusals = 1;
    const server = await smtpServer({
      onRcptTo: (_address, _session, callback) => callback(refusals-- > 0 ? refusal(451, 'greylisted') : null),
    });
    const { handler, ledger } = setUp(server.url);
    expect(await handler.perform(mailAction(), FIRST)).toMatchObject({ state: 'retry', afterMs: 4_000 });
    const before = ledger.rows[0]?.messageId;
    expect(await handler.perform(mailAction({ attempts: 1 }), FIRST)).toMatchObject({ state: 'done' });
    expect(server.mails[0]?.raw).toContain(`Message-ID: ${before}\r\n`);
  });

  it('waits for a closed port to open, over a restart of ours, and then sends the bytes of the first try', async () => {
    const closed = await smtpServer();
    await closed.close();
    const dataDir = await mkdtemp(path.join(tmpdir(), 'heimdall-mail-'));
    try {
      const before = await openLedger({ dataDir });
      const action = await before.commit(async (tx) => {
        const { key, kind, data } = reportOfCase7;
        const recorded = await tx.recordFinding({
          subjectKind: 'user',
          subject: '@impostor:evil.test',
          key,
          kind,
          seenAt: AT,
          data,
        });
        const [added] = await tx.addActions([
          {
            caseId: recorded.case.id,
            kind: 'mail',
            lane: 'mail:1',
            key: 'mail:1',
            payload: { about: 'report', findingKey: key },
          },
        ]);
        return added ?? mailAction();
      });
      const first = createMailHandler({
        ledger: before,
        config: mailConfig(closed.url),
        clock: () => AT,
        logger: silentLogger,
      });
      expect(await first.perform(action, FIRST)).toMatchObject({ state: 'retry', afterMs: 4_000 });
      const [composed] = await before.mailsOf(action.caseId ?? 0);
      first.close();
      await before.close();

      const server = await smtpServer({}, closed.port);
      const after = await openLedger({ dataDir });
      const second = createMailHandler({
        ledger: after,
        config: mailConfig(server.url),
        clock: () => AT + 60_000,
        logger: silentLogger,
      });
      expect(await second.perform({ ...action, attempts: 1 }, FIRST)).toEqual({
        state: 'done',
        result: { message_id: composed?.messageId },
      });
      expect(await second.perform({ ...action, attempts: 2 }, FIRST)).toMatchObject({ state: 'done' });
      await after.close();
      expect(server.mails.map(({ raw }) => raw)).toEqual([composed?.raw]);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });

  it('is given up when the server knows no such desk', async () => {
    const server = await smtpServer({
      onRcptTo: (_address, _session, callback) => callback(refusal(550, 'no such user')),
    });
    const { handler, ledger } = setUp(server.url);
    expect(await handler.perform(mailAction(), FIRST)).toMatchObject({ state: 'failed' });
    expect(ledger.rows[0]).toMatchObject({ sentAt: null });
    expect(ledger.rows[0]?.response).toContain('550');
  });

  it('waits when our login is refused: that is our configuration, not the desk', async () => {
    const server = await smtpServer({
      authOptional: false,
      onAuth: (_auth, _session, callback) => callback(refusal(535, 'wrong password')),
    });
    const { handler } = setUp(server.url.replace('smtp://', 'smtp://user:hunter2@'));
    const outcome = await handler.perform(mailAction(), FIRST);
    expect(outcome).toMatchObject({ state: 'retry' });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });

  it('goes out for many cases at once', async () => {
    const server = await smtpServer();
    const { handler } = setUp(server.url);
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, index) => handler.perform(mailAction({ id: 100 + index }), FIRST)),
    );
    expect(outcomes.every(({ state }) => state === 'done')).toBe(true);
    expect(server.mails).toHaveLength(60);
  });
});

describe('verifySmtp', () => {
  it('is content with a server that answers, and says what to mend when none does', async () => {
    const server = await smtpServer();
    await expect(verifySmtp({ ...NO_MAIL, smtp_url: server.url })).resolves.toBeUndefined();
    await server.close();
    await expect(verifySmtp({ ...NO_MAIL, smtp_url: server.url })).rejects.toMatchObject({
      code: 'HEIMDALL_E_SMTP',
      remedy: expect.stringContaining('mail.smtp_url'),
    });
  });
});
