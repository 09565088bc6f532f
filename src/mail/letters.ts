import { createHash } from 'node:crypto';
import MimeNode from 'nodemailer/lib/mime-node/index.js';
import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import { parseMailbox } from './addresses.js';
import { shownText } from './text.js';
import type { ComposedMail } from './types.js';
import { MAIL_TEXTS } from './texts.js';

/**
 * A plain mail to a person who asked for it, such as the outcome of a report. It belongs to no thread with an abuse
 * desk, and contains only our own text.
 */
export const sendLetter = defineAction({
  kind: 'letter',
  payload: z.object({ to: z.string().min(3).max(254), subject: z.string(), text: z.string() }),
  hasSideEffects: true,
  lane: ({ to }) => `letter:${createHash('sha256').update(to).digest('base64url').slice(0, 16)}`,
  maxConcurrent: 2,
  // a wrong address in a form must not alert the moderators
  failuresToldElsewhere: true,
});
export type Letter = z.output<typeof sendLetter.payload>;

/**
 * @param from the value of `mail.from`
 * @param key determines the Message-ID, the same at every attempt
 */
export async function composeLetter(letter: Letter, from: string, key: string, at: number): Promise<ComposedMail> {
  const sender = parseMailbox(from, 'mail.from');
  const domain = sender.address.slice(sender.address.lastIndexOf('@') + 1);
  const messageId = `<${createHash('sha256').update(key).digest('hex').slice(0, 32)}@${domain}>`;
  const recipient = parseMailbox(letter.to, MAIL_TEXTS.addressOfLetter).address;
  const root = new MimeNode('text/plain; charset=utf-8', {
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const name = shownText(sender.name, 100).replace(/["\\]/g, '');
  root.setHeader('From', name === '' ? sender.address : `"${name}" <${sender.address}>`);
  root.setHeader('To', recipient);
  root.setHeader('Subject', letter.subject);
  root.setHeader('Date', new Date(at).toUTCString().replace('GMT', '+0000'));
  root.setHeader('Message-ID', messageId);
  // RFC 3834: suppresses out-of-office replies
  root.setHeader('Auto-Submitted', 'auto-generated');
  root.setHeader('X-Auto-Response-Suppress', 'All');
  root.setHeader('Content-Transfer-Encoding', 'quoted-printable');
  root.setContent(letter.text.replace(/\r?\n/g, '\r\n'));
  return { messageId, recipient, envelopeFrom: sender.address, raw: (await root.build()).toString('latin1') };
}
