import { isEventId, isRoomAlias, isRoomId, isUserId } from '../matrix/identifiers.js';
import { parsePermalink } from '../matrix/permalinks.js';
import type { Language } from './texts.js';

/** Interprets messages to the bot. Pure. */
export type Intent =
  | { kind: 'official'; id: string }
  | { kind: 'report'; id: string; eventId?: string; reason: string }
  | { kind: 'stop' | 'start' | 'help' };

interface Reference {
  id: string;
  eventId?: string;
  /** as written in the text */
  written: string;
}

const LOOKED_AT = 4_000;
/** matrix.to, Element on any host, `matrix:`; trailing punctuation belongs to the sentence, not to the link */
const LINK =
  /(?:(?:(?:https?|element):\/\/[^\s<>"')\]#]{1,255}|(?<![\p{L}\p{N}./])(?:www\.)?matrix\.to\/)#\/[^\s<>"')\]]{0,1000}|matrix:(?:u|r|roomid)\/[^\s<>"')\]]{1,1000})(?<![?!.,;:…？])/giu;
/** not inside a mail address */
const BARE =
  /(?<![A-Za-z0-9._=+/-])[@!#][^\s<>"'`(),;:\u2066-\u2069]{0,255}:[\p{L}\p{N}.\-[\]:]{0,255}[\p{L}\p{N}\]]/gu;
const word = (words: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}])(?:${words})(?![\\p{L}\\p{N}])`, 'iu');
const REPORTS = 'report|reports|reported|reporting|melde|meldet|melden|meldung|meldungen|gemeldet';
const REPORT = word(REPORTS);
const OFFICIAL = word('official|officially|genuine|real|legit|offiziell\\p{L}*|echt\\p{L}*');
const ENGLISH = word(
  'is|this|the|and|account|hello|please|help|who|why|not|report|reports|reported|reporting|can|trust|you|your|from|' +
    'because|official|officially|genuine|real|legit|asks|my|he|she|they',
);
const GERMAN = word(
  'offiziell\\p{L}*|echt\\p{L}*|melde|meldet|melden|meldung|meldungen|gemeldet|ist|das|dieses|ich|hallo|bitte|konto|' +
    'hilfe|stopp|wer|nicht|gehört|euch|kann|warum|mir|wegen|von|und|möchte|mein|meine|danke|betrug',
);
/** The maximum number of words in a request without an id: `Heimdall: please stop`. */
const WORDS_OF_A_WISH = 5;

/**
 * Reads a message.
 * @param links the targets of its pills and links, which clients omit from the plain text. The language is absent if
 * the words belong to none that we know.
 * @param self our own id: addressing us is not asking about us, unless no other id is mentioned
 * @param isOfficial a complaint that also mentions an official account is not about that one
 */
export function understand(
  text: string,
  links: readonly string[] = [],
  self?: string,
  isOfficial: (id: string) => boolean = () => false,
): { intent: Intent; language?: Language } {
  const body = withoutQuote(text).slice(0, LOOKED_AT);
  const told: { language?: Language } = GERMAN.test(body)
    ? { language: 'de' }
    : ENGLISH.test(body)
      ? { language: 'en' }
      : {};
  const references = referencesIn(`${body} ${links.join(' ')}`.slice(0, LOOKED_AT * 2));
  const others = references.filter(({ id }) => id !== self);
  const wish = others.length === 0 ? wishIn(body) : undefined;
  if (wish !== undefined) return { intent: { kind: wish }, ...told };
  const first = others[0] ?? (OFFICIAL.test(body) ? references[0] : undefined);
  if (first === undefined) return { intent: { kind: 'help' }, ...told };
  if (REPORT.test(wordsBeside(first, body)) || others.some(({ eventId }) => eventId !== undefined)) {
    const accused =
      others.find(({ eventId }) => eventId !== undefined) ?? others.find(({ id }) => !isOfficial(id)) ?? first;
    const { id, eventId } = accused;
    const reason = reasonIn(wordsBeside(accused, body));
    return { intent: { kind: 'report', id, ...(eventId === undefined ? {} : { eventId }), reason }, ...told };
  }
  const rest = wordsBeside(first, body);
  if (OFFICIAL.test(rest) || /[?？]/u.test(rest)) return { intent: { kind: 'official', id: first.id }, ...told };
  return { intent: { kind: 'help' }, ...told };
}

/** Whether a short message asks to stop receipts, or to resume them. */
function wishIn(body: string): 'stop' | 'start' | undefined {
  const words = body
    .slice(0, 200)
    .toLowerCase()
    .split(/[^\p{L}\p{N}'’]+/u)
    .filter((each) => each !== '');
  if (
    words.length > WORDS_OF_A_WISH ||
    words.some((each) => /^(?:not|nicht|never|nie|don['’]?t|can['’]?t)$/.test(each))
  )
    return undefined;
  if (words.some((each) => each === 'stop' || each === 'stopp')) return 'stop';
  return words.includes('start') ? 'start' : undefined;
}

/** The text without the id or link, and without other links. */
function wordsBeside({ written }: Reference, body: string): string {
  return body.replace(written, ' ').replace(LINK, ' ');
}

const REPORT_FIRST = new RegExp(`^[\\s\\p{P}\\p{S}]*(?:${REPORTS})(?![\\p{L}\\p{N}])[\\s"'”“’)\\]]*`, 'iu');
const REPORT_LAST = new RegExp(`(?<![\\p{L}\\p{N}])(?:${REPORTS})[\\s\\p{P}]*$`, 'iu');
/** Delimiters around an id or a link, as clients and people write them. */
const EMPTY_MARKS = /\[[^\]\n]{0,255}\]\(\s*\)|[([<{"'`“”„‘’«»\u2066-\u2069]\s*[)\]>}"'`“”„‘’«»\u2066-\u2069]/gu;

/** The reason, without the word that requests the report. */
function reasonIn(words: string): string {
  const without = REPORT_FIRST.test(words) ? words.replace(REPORT_FIRST, ' ') : words.replace(REPORT_LAST, ' ');
  return without
    .replace(EMPTY_MARKS, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ (?=[,.;:!?])/g, '')
    .replace(/^[\s,:;.!?/–—-]+|[\s,;:–—-]+$/gu, '');
}

/** Without the quoted lines that older clients put before a reply, which usually repeat our own words. */
function withoutQuote(text: string): string {
  return text.replace(/^(?:>[^\n]*\n)+\n?/, '');
}

/** Targets of a formatted message's links, without those of the message it replies to. */
export function linksIn(formatted: unknown): string[] {
  if (typeof formatted !== 'string') return [];
  const own = formatted.slice(0, LOOKED_AT * 8).replace(/^\s*<mx-reply>[^]*?<\/mx-reply>/i, '');
  return [...own.slice(0, LOOKED_AT * 4).matchAll(/href="([^"]{1,1000})"/gi)].map(([, target = '']) => target);
}

function referencesIn(text: string): Reference[] {
  const linked = [...text.matchAll(LINK)].flatMap(([written]) => {
    const link = parsePermalink(
      written.replace(/^element:/i, 'https:').replace(/^(?=(?:www\.)?matrix\.to)/i, 'https://'),
    );
    return link === undefined ? [] : (referenceOf(link.id, link.eventId, written) ?? []);
  });
  if (linked.length > 0) return linked;
  return [...text.matchAll(BARE)].map(([written]) => ({ id: written, written })).filter(({ id }) => isId(id));
}

function referenceOf(id: string, eventId: string | undefined, written: string): Reference | undefined {
  if (!isId(id)) return undefined;
  return eventId !== undefined && isEventId(eventId) && !isUserId(id) ? { id, eventId, written } : { id, written };
}

function isId(id: string): boolean {
  return id.length <= 255 && !/[\0-\x1f\x7f]/.test(id) && (isUserId(id) || isRoomId(id) || isRoomAlias(id));
}

/**
 * `!report reason` as a reply; undefined for other messages. Older clients put quoted lines before it. In a thread,
 * clients refer to the thread's latest message as a fallback for clients without threads (`is_falling_back`), which is
 * not a reply.
 */
export function reportCommand(content: Record<string, unknown>): { target: string; reason: string } | undefined {
  if (content.msgtype !== 'm.text' || typeof content.body !== 'string') return undefined;
  const relation = content['m.relates_to'] as
    | { rel_type?: unknown; is_falling_back?: unknown; 'm.in_reply_to'?: { event_id?: unknown } | null }
    | null
    | undefined;
  if (typeof relation !== 'object' || relation === null || relation.rel_type === 'm.replace') return undefined;
  if (relation.rel_type === 'm.thread' && relation.is_falling_back === true) return undefined;
  const target = relation['m.in_reply_to']?.event_id;
  const own = withoutQuote(content.body).trim();
  const match = /^!report(?:\s+([^]*))?$/i.exec(own);
  if (match === null || typeof target !== 'string' || !isEventId(target)) return undefined;
  return { target, reason: (match[1] ?? '').trim() };
}
