import type { Inline } from '../../matrix/message.js';
import { catalogue } from '../../util/catalogue.js';
import { de } from './de/mail.js';

/** Texts about mail to abuse desks. */
const en = {
  none: 'No mail has been written yet.',
  line: (id: number, caseId: number | null, recipient: string, standing: string): Inline[] => [
    `${id}: ${caseId === null ? 'no case' : `case ${caseId}`} to `,
    { code: recipient },
    `, ${standing}`,
  ],
  heading: (id: number, recipient: string, standing: string): Inline[] => [
    `Mail ${id} to `,
    { code: recipient },
    `: ${standing}`,
  ],
  subject: (it: string) => `Subject: ${it}`,
  answer: (kind: string, from: string, body: string) => `${kind} from ${from}: ${body}`,
  resent: (id: number, recipient: string, it: string): Inline[] => [
    `Mail ${id} was sent to `,
    { code: recipient },
    ` again: ${it}`,
  ],
  notNoted: (error: string) =>
    `That could not be noted: ${error}. Do not send it again, even if the list says that it was not sent.`,
  tested: (recipient: string, it: string): Inline[] => ['A test mail went to ', { code: recipient }, `: ${it}`],
  refused: (error: string) => `The mail server rejected it: ${error}`,
  forwardOff: 'Mail to other servers is switched off.',
  forwardOffRemedy: 'Set mail.forward to ask.',
  nothingToWrite: (id: number) => `Case ${id} has nothing to write about.`,
  itsServer: 'its server',
  forwarded: (id: number, server: string) => `Case ${id}: mail was sent to the abuse desk of ${server}.`,
  notForwarded: (id: number, server: string, error: string) =>
    `Case ${id}: no mail was sent to the abuse desk of ${server}. ${error}`,
  forwardDryRun: (id: number) => `Case ${id}: this is a dry run, so nothing is sent.`,
  forwarding: (id: number, server: string) => `Case ${id}: the mail to the abuse desk of ${server} is on its way.`,
};

export type English = typeof en;
export const mailTexts = catalogue({ en, de });
