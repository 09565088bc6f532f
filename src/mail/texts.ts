import { catalogue } from '../util/catalogue.js';
import { de } from './texts-de.js';

/**
 * Texts about mail for admins and moderators, and fixed ones for machines. The texts of mails to desks are in
 * rules/mail, where an admin can change them.
 */
const en = {
  notSetUp: 'Mail is not set up.',
  setUp: 'Set mail.smtp_url, mail.from and mail.abuse_contact.',
  dryRun: 'This is a dry run: no mail is sent.',
  endDryRun: 'Set dry_run: false.',
  noMail: (id: number) => `There is no mail ${id}.`,
  listMails: '`mail list` shows the latest ones.',

  notAnAddress: (key: string) => `${key} is not one mail address.`,
  writeAddress: (key: string) => `Write ${key} like "Heimdall <heimdall@example.org>".`,

  testSubject: (server: string) => `Test mail of Heimdall on ${server}`,
  testBody: (version: string, server: string) => [
    `Heimdall ${version} on ${server} can send mail to this address.`,
    'Nothing was reported, and there is nothing to do.',
  ],

  sent: (when: string) => `sent ${when}`,
  notSentYet: 'not sent yet',
  notSent: (why: string) => `not sent: ${why}`,

  noServer: 'Its ID names no server.',
  ownServer: 'It is on our own server, whose desk has its mail.',
  ownDesk: 'Its desk is our own, which has its mail.',
  noDesk: (server: string) => `No desk of ${server} is known.`,
  allRefused: (server: string) => `Every desk of ${server} refused it.`,
  refusedIt: (recipient: string, why: string) => `${recipient} refused it: ${why}`,

  oneAMinute: 'One mail a minute.',
  stillOnItsWay: 'The mail before this one is still on its way.',

  unusable: (why: string) => `This mail cannot be written: ${why}.`,
  writeYourself: 'Look at the case and write to the abuse desk yourself.',
  noFinding: 'the action names no case and finding that the ledger holds',
  notInCase: (caseId: number) => `case ${caseId} holds no such finding`,
  badFinding: (id: number) => `finding ${id} is not of the form that its kind asks`,

  tooManyComplaints: 'Too many complaints by mail within an hour.',
  complaintsReturn: 'They come again.',

  badKey: (file: string, why: string) =>
    `mail.dkim.private_key: ${file} holds no private key that can be used (${why}).`,
  makeKey: 'Make one, for example with `openssl genrsa -out dkim.pem 2048`, and publish its public half.',
  serverRefuses: (why: string) => `The mail server does not take our mail: ${why}`,
  checkServer: 'Check mail.smtp_url: host, port, user and password, and that the server runs.',

  wordsUnusable: (file: string, problems: string) => `${file} is not usable: ${problems}`,
  wordsUnreadable: (file: string, why: string) => `${file} cannot be read: ${why}`,
  wordsNoMap: (file: string) => `${file} must hold a map of texts`,
  mendWords: 'Correct the file, or use the one that comes with Heimdall (rules/mail).',
  noSuchText: (key: string) => `${key}: there is no such text`,
  noText: (key: string) => `${key}: must be a text`,
  oneLine: (key: string) => `${key}: must be one line`,
  unknownWord: (key: string, name: string) => `${key}: {${name}} means nothing here`,
  missingWord: (key: string, name: string) => `${key}: {${name}} is missing`,

  /** why another homeserver's support file is not fetched */
  support: {
    tooSlow: 'too slow',
    notHttps: 'not a plain https URL',
    address: 'an address instead of a name',
    noAddress: 'the name has no address',
    privateNetwork: 'the name leads into a private network',
  },
  addressOfLetter: 'the address of the letter',
  unknownTime: 'time unknown',
};

export type English = typeof en;
export const MAIL_TEXTS = catalogue({ en, de });

/** Texts in XARF, for machines and the people behind them: English, like the schema. */
export const XARF_TEXTS = {
  imitates: 'Imitates an official account.',
  noReason: 'Reported by a user without a reason.',
  event: 'The Matrix event as the homeserver holds it',
  verdict: 'Verdict of the look-alike detector with its reasons',
  reason: 'Reason given by the user who reported it',
  officialAvatar: 'Avatar of the official account',
  offenderAvatar: 'Avatar of the account that imitates it',
  picture: 'Both names in two fonts',
};

/** Replies of the SMTP listener. */
export const SMTP_TEXTS = {
  tooMany: '4.7.1 Too many mails, please try again later',
  stranger: '5.1.1 This mail answers none of ours',
  unreadable: '5.6.0 The mail cannot be read',
  notKept: '4.3.0 The mail could not be kept, please try again later',
  recipients: '4.5.3 Too many recipients',
  tooLarge: '5.3.4 The mail is too large',
};

/** Output of `heimdall mail`. */
export const CLI_TEXTS = {
  testSent: (recipient: string, response: string) => `A test mail went to ${recipient}: ${response}`,
  none: 'No mail was written yet.',
  head: (id: number, recipient: string, standing: string) => `Mail ${id} to ${recipient}: ${standing}`,
  messageId: (id: string) => `Message-ID: ${id}`,
  subject: (subject: string) => `Subject: ${subject}`,
  answer: (kind: string, sender: string, when: string) => `${kind} from ${sender}, ${when}:`,
  resent: (id: number, recipient: string, response: string) => `Mail ${id} was sent to ${recipient} again: ${response}`,
  notNoted: (error: string) =>
    `That could not be noted: ${error}. Do not send it again, even if the list says that it was not sent.`,
  noNumber: (text: string) => `"${text}" is not a number.`,
  giveNumber: 'Give the number of a mail.',
  notTaken: (why: string) => `The mail server did not take it: ${why}`,
  checkUrl: 'Check mail.smtp_url.',
};
