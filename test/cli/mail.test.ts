import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { stringify } from 'yaml';
import { mailCommand } from '../../src/cli/mail.js';
import { openLedger } from '../../src/store/index.js';
import { SqlLedger } from '../../src/store/ledger.js';

let folder: string;
let server: SMTPServer;
let mails: string[];
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'heimdall-cli-mail-'));
  mails = [];
  server = new SMTPServer({
    authOptional: true,
    logger: false,
    onData(stream, _session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString('latin1'));
        callback(null, 'queued');
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  config();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  rmSync(folder, { recursive: true, force: true });
});

function config(over: Record<string, unknown> = {}): void {
  writeFileSync(
    path.join(folder, 'config.yaml'),
    stringify({
      homeserver: { url: 'http://127.0.0.1:1', server_name: 'example.org' },
      management_room: '#moderators:example.org',
      protected_identities: [{ user_id: '@server:example.org' }],
      mail: {
        smtp_url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
        from: 'Heimdall <heimdall@example.org>',
        abuse_contact: 'abuse@example.org',
      },
      ...over,
    }),
  );
}
async function run(...words: string[]): Promise<string> {
  let output = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += String(text);
    return true;
  });
  await mailCommand().parseAsync([...words, '--config', path.join(folder, 'config.yaml')], { from: 'user' });
  return output;
}

async function writtenMail(): Promise<void> {
  const ledger = await openLedger({ dataDir: path.join(folder, 'data') });
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
      messageId: '<m@example.org>',
      recipient: 'abuse@example.org',
      envelopeFrom: 'heimdall@example.org',
      raw: 'Subject: About \u001b[2J\r\nMessage-ID: <m@example.org>\r\n\r\nWords.\r\n',
      createdAt: 1,
    }),
  );
  await ledger.close();
}

describe('heimdall mail', () => {
  it('test sends a few words to the desk and says what the mail server said', async () => {
    expect(await run('test')).toMatch(/^A test mail went to abuse@example.org: 250 /);
    expect(mails[0]).toContain('Auto-Submitted: auto-generated');
  });

  it('list, show and resend know the mails, and resend sends the very bytes', async () => {
    expect(await run('list')).toBe('No mail was written yet.\n');
    await writtenMail();
    expect(await run('list')).toContain('1\tcase 1\tabuse@example.org\tnot sent yet');
    const shown = await run('show', '1');
    expect(shown).toContain('Words.');
    expect(shown).not.toContain('\u001b');
    expect(await run('resend', '1')).toContain('was sent to abuse@example.org again: 250');
    expect(mails[0]).toContain('Message-ID: <m@example.org>');
    expect(await run('list')).toMatch(/sent \d{4}-/);
  });

  it('says that a mail went out whose sending could not be noted', async () => {
    await writtenMail();
    jest.spyOn(SqlLedger.prototype, 'noteMail').mockRejectedValue(new Error('disk full'));
    const said = await run('resend', '1');
    expect(mails).toHaveLength(1);
    expect(said).toContain('was sent to abuse@example.org again: 250');
    expect(said).toMatch(/could not be noted.*disk full.*Do not send it again/s);
  });

  it('says what is wrong', async () => {
    await expect(run('show', '7')).rejects.toMatchObject({ code: 'HEIMDALL_E_NO_MAIL' });
    await expect(run('show', 'x')).rejects.toMatchObject({ code: 'HEIMDALL_E_USAGE' });
    config({ mail: null });
    await expect(run('test')).rejects.toMatchObject({ code: 'HEIMDALL_E_MAIL_CONFIG' });
    config({ dry_run: true });
    await expect(run('test')).rejects.toMatchObject({ message: expect.stringContaining('dry run') });
    config({ mail: { smtp_url: 'smtp://127.0.0.1:1', from: 'h@example.org', abuse_contact: 'a@example.org' } });
    await expect(run('test')).rejects.toMatchObject({ code: 'HEIMDALL_E_SMTP' });
  });
});
