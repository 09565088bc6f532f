import type { ParsedMail } from 'mailparser';
import { z } from 'zod';
import { isUserId, parseUserId } from '../matrix/identifiers.js';
import { parsePermalink } from '../matrix/permalinks.js';

/** A machine-readable complaint by others about accounts on our server: ARF (RFC 5965) or XARF (https://xarf.org). */
export interface Complaint {
  /** mail address of the complainant, which can be forged */
  sender: string;
  /** user ids on our server, the named one first */
  accounts: string[];
  /** the original text */
  reason: string;
}

const MOST_ACCOUNTS = 5;
const TEXT_LOOKED_AT = 20_000;
const MOST_JSON_BYTES = 1024 * 1024;
const MOST_LINKS = 20;
const LINK = /https?:\/\/[^\s<>"')\]#]{1,255}#\/[^\s<>"')\]]{1,1000}|matrix:u\/[^\s<>"')\]]{1,1000}/giu;
const BARE = /(?<![\p{L}\p{N}._=/+-])@[^\s<>"'`(),;@\u2066-\u2069]{0,255}:[\p{L}\p{N}.\-[\]:]{1,255}/gu;

const xarf = z.looseObject({
  xarf_version: z.string(),
  source_identifier: z.string().max(1_000),
  description: z.string().optional().catch(undefined),
});
/** Version 3, which is still in use: the source may be in several places. */
const olderXarf = z.looseObject({ Version: z.union([z.string(), z.number()]), Report: z.looseObject({}) });

/**
 * Reads a mail as a complaint; undefined when it is not one, or not about our server. The machine-readable part decides
 * the subject. Only if it names nobody the text does, and then only if it mentions a single account, since text also
 * names victims and witnesses.
 */
export function complaintIn(parsed: ParsedMail, serverName: string): Complaint | undefined {
  const reports = parsed.attachments.flatMap(({ contentType, filename = '', content }) =>
    content.length > MOST_JSON_BYTES
      ? []
      : [{ type: contentType.toLowerCase(), filename, text: content.toString('utf8') }],
  );
  const feedback = reports.find(({ type }) => type === 'message/feedback-report')?.text;
  const documents = reports
    .filter(({ type, filename }) => type.endsWith('json') || /\.json$/i.test(filename))
    .flatMap(({ text }) => parsedJson(text));
  const modern = documents.map((document) => xarf.safeParse(document)).find(({ success }) => success)?.data;
  const older = documents.map((document) => olderXarf.safeParse(document)).find(({ success }) => success)?.data;
  if (feedback === undefined && modern === undefined && older === undefined) return undefined;
  const words = parsed.text ?? '';
  const named = [
    ...(modern === undefined ? [] : accountsIn(modern.source_identifier)),
    ...(feedback === undefined ? [] : fieldsOf(feedback, 'reported-uri').flatMap(accountsIn)),
  ];
  const spoken = [older === undefined ? '' : stringsIn(older.Report).join('\n'), words].map(accountsIn);
  const ours = (accounts: readonly string[]): string[] =>
    [...new Set(accounts)].filter((id) => parseUserId(id)?.serverName.toLowerCase() === serverName.toLowerCase());
  const single = spoken.map(ours).find((accounts) => accounts.length === 1) ?? [];
  const accounts = named.length > 0 ? ours(named) : single;
  if (accounts.length === 0) return undefined;
  const sender = (parsed.from?.value[0]?.address ?? '').replace(/[\0-\x1f\x7f]/g, '').slice(0, 254);
  const description = modern?.description?.trim() ?? '';
  return {
    sender,
    accounts: accounts.slice(0, MOST_ACCOUNTS),
    reason: description === '' ? words.trim() : description,
  };
}

/** Accounts that a text mentions, by id or by link. */
function accountsIn(text: string): string[] {
  const looked = text.slice(0, TEXT_LOOKED_AT);
  const linked = [...looked.matchAll(LINK)].slice(0, MOST_LINKS).flatMap(([link]) => {
    const found = parsePermalink(link.replace(/[.,;!?]+$/, ''));
    return found === undefined || found.eventId !== undefined || !isAccount(found.id) ? [] : [found.id];
  });
  const bare = [...looked.replace(LINK, ' ').matchAll(BARE)].map(([id]) => id.replace(/[.:-]+$/, '')).filter(isAccount);
  // a bare id may contain anything, including spaces
  const whole = isAccount(text.trim()) && !/\s/.test(text.trim()) ? [text.trim()] : [];
  return [...whole, ...linked, ...bare].slice(0, MOST_LINKS);
}

function isAccount(id: string): boolean {
  return id.length <= 255 && isUserId(id) && !/[\0-\x1f\x7f]/.test(id);
}

/** Values of a field of a feedback report, which may be repeated and folded. */
function fieldsOf(text: string, name: string): string[] {
  return text
    .slice(0, TEXT_LOOKED_AT)
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .flatMap((line) => {
      const colon = line.indexOf(':');
      return colon > 0 && line.slice(0, colon).trim().toLowerCase() === name ? [line.slice(colon + 1).trim()] : [];
    })
    .slice(0, MOST_LINKS);
}

function parsedJson(text: string): unknown[] {
  try {
    return [JSON.parse(text.replace(/^\ufeff/, '')) as unknown];
  } catch {
    return [];
  }
}

const DEEPEST = 8;
const MOST_STRINGS = 200;

function stringsIn(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [value.slice(0, 1_000)];
  if (typeof value !== 'object' || value === null || depth >= DEEPEST) return [];
  return Object.values(value)
    .slice(0, MOST_STRINGS)
    .flatMap((entry) => stringsIn(entry, depth + 1))
    .slice(0, MOST_STRINGS);
}
