import { isEventId, isRoomAlias, isRoomId, isUserId } from '../matrix/identifiers.js';
import { parsePermalink } from '../matrix/permalinks.js';

/** What somebody means who writes to the bot. Pure. */
export type Intent =
  | { kind: 'official'; id: string }
  | { kind: 'report'; id: string; eventId?: string; reason: string }
  | { kind: 'stop' | 'start' | 'help' };

export type Language = 'en' | 'de';

interface Reference {
  id: string;
  eventId?: string;
  /** as it stands in the text */
  written: string;
}

const LOOKED_AT = 4_000;
const LINK = /https?:\/\/matrix\.to\/#\/[^\s<>"')\]]+|matrix:(?:u|r|roomid)\/[^\s<>"')\]]+/giu;
const BARE = /[@!#][^\s<>"'`(),;:\u2066-\u2069]{0,255}:[\p{L}\p{N}.\-[\]:]{0,255}[\p{L}\p{N}\]]/gu;
const word = (words: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}])(?:${words})(?![\\p{L}\\p{N}])`, 'iu');
const REPORT = word('report|reports|reporting|melde|melden|meldung|gemeldet');
const OFFICIAL = word('official|officially|genuine|real|legit|offiziell\\p{L}*|echt\\p{L}*');
const GERMAN = word(
  'offiziell\\p{L}*|echt\\p{L}*|melde|melden|meldung|ist|das|dieses|ich|hallo|bitte|konto|hilfe|stopp|wer|nicht',
);

/** Reads a message; `links` are the targets of its pills and links, which clients leave out of the plain text. */
export function understand(text: string, links: readonly string[] = []): { intent: Intent; language: Language } {
  const body = text.slice(0, LOOKED_AT);
  const language: Language = GERMAN.test(body) ? 'de' : 'en';
  const plain = body
    .trim()
    .toLowerCase()
    .replace(/[.!]+$/, '');
  if (plain === 'stop' || plain === 'stopp') return { intent: { kind: 'stop' }, language };
  if (plain === 'start') return { intent: { kind: 'start' }, language };
  const reference = referencesIn(`${body} ${links.join(' ')}`.slice(0, LOOKED_AT * 2))[0];
  if (reference === undefined) return { intent: { kind: 'help' }, language };
  const { id, eventId, written } = reference;
  const rest = body.replace(written, ' ').replace(LINK, ' ');
  if (REPORT.test(rest) || eventId !== undefined)
    return {
      intent: {
        kind: 'report',
        id,
        ...(eventId === undefined ? {} : { eventId }),
        reason: rest
          .replace(REPORT, ' ')
          .replace(/\s+/g, ' ')
          .replace(/^[\s,:;-]+|\s+$/g, ''),
      },
      language,
    };
  if (isUserId(id) && (OFFICIAL.test(rest) || /[?？]/u.test(rest)))
    return { intent: { kind: 'official', id }, language };
  return { intent: { kind: 'help' }, language };
}

/** Targets of the links of a formatted message. */
export function linksIn(formatted: unknown): string[] {
  if (typeof formatted !== 'string') return [];
  return [...formatted.slice(0, LOOKED_AT * 4).matchAll(/href="([^"]{1,1000})"/gi)].map(([, target = '']) => target);
}

function referencesIn(text: string): Reference[] {
  const linked = [...text.matchAll(LINK)].flatMap(([written]) => {
    const link = parsePermalink(written);
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

/** `!report reason` as a reply; undefined when a message is none. Older clients put quoted lines before it. */
export function reportCommand(content: Record<string, unknown>): { target: string; reason: string } | undefined {
  if (content.msgtype !== 'm.text' || typeof content.body !== 'string') return undefined;
  const relation = content['m.relates_to'] as
    { rel_type?: unknown; 'm.in_reply_to'?: { event_id?: unknown } } | null | undefined;
  if (typeof relation !== 'object' || relation === null || relation.rel_type === 'm.replace') return undefined;
  const target = relation['m.in_reply_to']?.event_id;
  const own = content.body.replace(/^(?:>[^\n]*\n)+\n?/, '').trim();
  const match = /^!report(?:\s+([^]*))?$/i.exec(own);
  if (match === null || typeof target !== 'string' || !isEventId(target)) return undefined;
  return { target, reason: (match[1] ?? '').trim() };
}

/** The bot's words to people. Short, and polite to strangers. */
export const SAID = {
  greeting: {
    en: 'Hello, I am Heimdall. Send me an id or a link with a question mark, and I say whether it is official. Send "report", an id or a link to a message, and a reason, and our moderators see it. (Auf Deutsch geht es auch.)',
    de: '',
  },
  help: {
    en: '"@name:server official?" – I say whether it is an official account.\n"report @name:server why", or a link to a message – our moderators see it. "stop" ends messages about your reports.',
    de: '„@name:server offiziell?“ – ich sage, ob es ein offizielles Konto ist.\n„melden @name:server warum“ oder ein Link auf eine Nachricht – die Moderation sieht es. „stop“ beendet Nachrichten zu Meldungen.',
  },
  stopped: {
    en: 'You will get no more messages about your reports. "start" turns them on again.',
    de: 'Du bekommst keine Nachrichten mehr zu deinen Meldungen. „start“ schaltet sie wieder ein.',
  },
  started: {
    en: 'You will hear again what becomes of your reports.',
    de: 'Du hörst wieder, was aus deinen Meldungen wird.',
  },
  taken: {
    en: 'Thank you, your report was taken. Our moderators look at it.',
    de: 'Danke, deine Meldung ist angekommen. Die Moderation sieht sie sich an.',
  },
  unseen: {
    en: 'I cannot find that. Please send its id or a link to it.',
    de: 'Das finde ich nicht. Bitte schick die ID oder einen Link.',
  },
  encrypted: {
    en: 'This chat is encrypted and I cannot read it. Please start one without encryption. / Dieser Chat ist verschlüsselt, ich kann ihn nicht lesen.',
    de: '',
  },
  actioned: { en: 'Something you reported was dealt with: action was taken.', de: '' },
  dismissed: { en: 'Something you reported was looked at: our moderators found that nothing was to be done.', de: '' },
} as const;

export function said(what: keyof typeof SAID, language: Language): string {
  const { en, de } = SAID[what];
  return language === 'de' && de !== '' ? de : en;
}
