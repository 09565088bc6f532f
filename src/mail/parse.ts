import type { ParsedMail } from 'mailparser';

/**
 * Parses untrusted mail. Some of the parser's costs are quadratic: addresses per field, number of fields, nested tags.
 * One mail must not delay the protection of rooms, so excessive mails are not parsed.
 */

/** Maximum MIME parts; an ordinary answer has a handful. */
const MOST_PARTS = 100;
/** Maximum size of the mail's header and of each part's. Long chains of signing servers take up a third of it. */
const MOST_HEADER_BYTES = 64 * 1024;
const MOST_FIELDS = 500;
const LONGEST_FIELD = 16 * 1024;
/** Beyond it there are only attachments, which are not stored. */
const MOST_READ = 1536 * 1024;
const MOST_HTML = 500_000;
/** Newsletters nest their tables about thirty deep. */
const DEEPEST_HTML = 200;
/** No mail program produces it, and parsing it is slow; browsers refuse it too. */
const UNREAD_CHARSET = /charset[ \t]*=[ \t]*"?(?:unicode-1-1-|x-unicode-2-0-)?utf-?7/i;

/** Whether a mail is designed to be expensive, whatever it is about. */
export function isExcessive(raw: Buffer): boolean {
  const text = raw.toString('latin1');
  return partsIn(text) > MOST_PARTS || isHeaderExcessive(text) || UNREAD_CHARSET.test(text);
}

function isHeaderExcessive(text: string): boolean {
  const end = /\r?\n\r?\n/.exec(text.slice(0, MOST_HEADER_BYTES))?.index;
  if (end === undefined) return text.length > MOST_HEADER_BYTES;
  const fields = text.slice(0, end).split(/\r?\n(?![ \t])/);
  return fields.length > MOST_FIELDS || fields.some(({ length }) => length > LONGEST_FIELD);
}

/** An estimate of boundaries: each part of a multipart starts with one, with or without a header. */
function partsIn(text: string): number {
  return Math.max(
    text.match(/^content-type[ \t]*:/gim)?.length ?? 0,
    (text.match(/^--[^\r\n]{1,200}\r?\n(?:[ \t]*\r?\n|[\w-]+[ \t]*:)/gm)?.length ?? 0) - 1,
  );
}

const OPTIONS = {
  skipTextToHtml: true,
  skipImageLinks: true,
  skipTextLinks: true,
  maxHtmlLengthToParse: MOST_HTML,
  // option of the package that splits the mail, to which all options are passed on
  maxHeadSize: MOST_HEADER_BYTES,
};

/** The parsed mail, with HTML left unparsed; undefined if it is unreadable. */
export async function parseMail(raw: Buffer): Promise<ParsedMail | undefined> {
  const { simpleParser } = await import('mailparser');
  return simpleParser(raw.subarray(0, MOST_READ), { ...OPTIONS, skipHtmlToText: true }).catch(() => undefined);
}

/** A mail's text, with HTML converted where possible; for mails that are worth the cost. */
export async function textOf(raw: Buffer, parsed: ParsedMail): Promise<string> {
  const { html, text = '' } = parsed;
  if (typeof html !== 'string' || html.length > MOST_HTML || depthOf(html) > DEEPEST_HTML) return text;
  const { simpleParser } = await import('mailparser');
  const read = await simpleParser(raw.subarray(0, MOST_READ), OPTIONS).catch(() => undefined);
  return read?.text ?? text;
}

/** Void elements, and those that HTML closes implicitly: they need no end tag. */
const ENDLESS =
  /^(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|p|li|dt|dd|option|tr|td|th|tbody|thead|tfoot|body|html|head)$/i;

/** The approximate nesting depth of HTML. */
function depthOf(html: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9:-]{0,30})/gi)) {
    if (ENDLESS.test(name)) continue;
    depth = slash === '' ? depth + 1 : Math.max(0, depth - 1);
    if (depth > deepest) deepest = depth;
  }
  return deepest;
}
