import { createHmac, timingSafeEqual } from 'node:crypto';
import addressparser from 'nodemailer/lib/addressparser/index.js';
import { HeimdallError } from '../util/errors.js';
import { MAIL_TEXTS } from './texts.js';

/**
 * Addresses that carry a case: `heimdall+case-12-<token>@example.org` for answers, `…+bounce-12-<token>@…` as envelope
 * sender, `…+appeal-12-…` for the subject of the case. The token is an HMAC, so that nobody can write into a case by
 * guessing its number.
 */
export type AddressPurpose = 'case' | 'bounce' | 'appeal';

/** 80 bits: far beyond guessing by mail, and the local part stays under its 64 octets (RFC 5321, 4.5.3.1.1). */
const TOKEN_HEX_DIGITS = 20;
const LOCAL_PART_LIMIT = 64;

/** One mailbox of the configuration, e.g. `Heimdall <heimdall@example.org>`. Throws a HeimdallError if invalid. */
export function parseMailbox(text: string, key: string): { name: string; address: string } {
  const parsed = addressparser(text, { flatten: true });
  const mailbox = parsed[0];
  // the parser repairs what it can; anything it would have to repair is a mistake that an admin should see
  const mended = !text.endsWith(`<${mailbox?.address}>`) && text !== mailbox?.address;
  if (
    parsed.length !== 1 ||
    !mailbox ||
    mended ||
    /[\x00-\x1f]/.test(text) ||
    !/^[\x21-\x3b=\x3f-\x7e]+@[A-Za-z0-9.[\]:_-]+$/.test(mailbox.address) ||
    mailbox.address.split('@').length !== 2
  ) {
    throw new HeimdallError('HEIMDALL_E_MAIL_ADDRESS', MAIL_TEXTS.notAnAddress(key), MAIL_TEXTS.writeAddress(key));
  }
  return { name: mailbox.name, address: mailbox.address };
}

function token(secret: string, purpose: AddressPurpose, caseId: number): string {
  return createHmac('sha256', Buffer.from(secret, 'hex'))
    .update(`${purpose}:${caseId}`)
    .digest('hex')
    .slice(0, TOKEN_HEX_DIGITS);
}

/**
 * Our address with the case in it. `secret` is hex. A local part too long for the suffix is left as it is: answers
 * still arrive, but a person has to see which case they are about.
 */
export function caseAddress(address: string, purpose: AddressPurpose, caseId: number, secret: string): string {
  const at = address.lastIndexOf('@');
  const local = `${address.slice(0, at)}+${purpose}-${caseId}-${token(secret, purpose, caseId)}`;
  return local.length <= LOCAL_PART_LIMIT ? `${local}${address.slice(at)}` : address;
}

/** The case that a mail to one of our addresses is about; undefined when the token is invalid. */
export function caseOfAddress(
  address: string,
  secret: string,
): { purpose: AddressPurpose; caseId: number } | undefined {
  const match = /\+(case|bounce|appeal)-(\d{1,15})-([0-9a-f]{20})@[^@]*$/i.exec(address);
  if (!match) return undefined;
  const purpose = (match[1] ?? '').toLowerCase() as AddressPurpose;
  const caseId = Number(match[2]);
  const given = Buffer.from((match[3] ?? '').toLowerCase());
  return timingSafeEqual(given, Buffer.from(token(secret, purpose, caseId))) ? { purpose, caseId } : undefined;
}
