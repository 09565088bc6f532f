import type { ParsedMail } from 'mailparser';

/**
 * Takes a stranger's mail apart. The parser's work grows with the square of some things: addresses in a field, fields,
 * tags within tags. One mail must not hold up what protects the rooms, so mails that overdo it are not taken apart.
 */

/** MIME parts; an honest answer has a handful. */
const MOST_PARTS = 100;
/** The header of the mail, and that of each part. Long chains of signing servers come to a third of it. */
const MOST_HEADER_BYTES = 64 * 1024;
const MOST_FIELDS = 500;
const LONGEST_FIELD = 16 * 1024;
/** What lies behind it are attachments, and nobody keeps those. */
const MOST_READ = 1536 * 1024;
const MOST_HTML = 500_000;
/** Newsletters nest their tables some thirty deep. */
const DEEPEST_HTML = 200;
/** No mail program writes it, and reading it is slow; browsers refuse it too. */
const UNREAD_CHARSET = /charset[ \t]*=[ \t]*"?(?:unicode-1-1-|x-unicode-2-0-)?utf-?7/i;

/** Says whether a mail is made to be expensive, whoever it is for. */
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

/** Boundaries, roughly: each part of a multipart begins with one, with a header or without. */
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
  // of the package that splits the mail, to which all options are handed on
  maxHeadSize: MOST_HEADER_BYTES,
};

/** The mail in its parts, its HTML unread; undefined when nothing of it can be read. */
export async function parseMail(raw: Buffer): Promise<ParsedMail | undefined> {
  const { simpleParser } = await import('mailparser');
  return simpleParser(raw.subarray(0, MOST_READ), { ...OPTIONS, skipHtmlToText: true }).catch(() => undefined);
}

/** What a mail says, its HTML read as text where that can be done; for mails that are worth the work. */
export async function textOf(raw: Buffer, parsed: ParsedMail): Promise<string> {
  const { html, text = '' } = parsed;
  if (typeof html !== 'string' || html.length > MOST_HTML || depthOf(html) > DEEPEST_HTML) return text;
  const { simpleParser } = await import('mailparser');
  const read = await simpleParser(raw.subarray(0, MOST_READ), OPTIONS).catch(() => undefined);
  return read?.text ?? text;
}

/** Elements that hold nothing, and those that HTML ends by itself: they need no end tag. */
const ENDLESS =
  /^(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|p|li|dt|dd|option|tr|td|th|tbody|thead|tfoot|body|html|head)$/i;

/** How deep HTML is nested, about. */
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
