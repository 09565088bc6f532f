import { expect, it } from '@jest/globals';
import { MailDesk, type MailDeskOptions } from '../../src/mail/desk.js';
import { askedOf } from './services.js';

it('mail resend says that the mail went out, also when that could not be noted, and sends it once', async () => {
  const sent: unknown[] = [];
  const mail = { id: 3, caseId: 1, recipient: 'abuse@evil.example', envelopeFrom: 'h@example.org', raw: 'Subject: x' };
  const desk = new MailDesk({
    config: { dry_run: false },
    clock: () => 1,
    correspondence: { mailById: () => Promise.resolve(mail) },
    ledger: { noteMail: () => Promise.reject(new Error('disk full')) },
    transport: { send: (one: unknown) => Promise.resolve({ response: `250 ${sent.push(one)}` }) },
  } as unknown as MailDeskOptions);
  const answer = await askedOf({ more: { mailDesk: desk } }).say('mail resend 3');
  expect(sent).toHaveLength(1);
  expect(answer).toMatch(/^Mail 3 was sent to abuse@evil\.example again: 250 1/);
  expect(answer).toMatch(/could not be noted: disk full\. Do not send it again/);
});
