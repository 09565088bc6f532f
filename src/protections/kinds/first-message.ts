import { hostOfLink, isOwnMachine, matrixTarget } from '../links.js';
import type { Message } from '../message.js';
import { flag, settingsWith, words } from '../settings.js';
import { defineProtection, type AloneContext, type Finding, type SeenEvent } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';
import { listedWord } from './word-list.js';

const FIRST = { trusted_after: '24h', trustedAliases: [{ name: 'joinCacheExpiryHours', in: 'hours' }] } as const;

/**
 * A newcomer's first message, or an edit that changes its nature. A reaction does not count as the first message, or it
 * would be a way around this.
 */
function isFirst({ event, message }: SeenEvent, { person }: AloneContext): boolean {
  if (event.state_key !== undefined || person.hereForMs === undefined) return false;
  if (message.edits !== undefined) return message.edits === person.firstEventId;
  return message.isWriting && !person.spokeBefore;
}

function finding({ event }: SeenEvent, why: string, detail: Finding['detail']): Finding[] {
  return [
    {
      subject: { kind: 'user', id: event.sender },
      why,
      events: [{ roomId: event.room_id, eventId: event.event_id }],
      detail,
    },
  ];
}

const imageSettings = settingsWith(['redact+ban'], { stickers: flag(false, 'Stickers count too.') }, FIRST);

export const firstMessageIsImage = defineProtection({
  name: 'FirstMessageIsImage',
  aliases: ['FirstMessageIsImageProtection', 'FirstMessageIsMedia'],
  about:
    'The first message of somebody who has been here for less than 24 hours shows a picture or a video: sent ' +
    'as such or as a file, in a gallery, or inside a text.',
  settings: imageSettings,
  asks: 'message',
  readsMessages: true,
  onlyMedia: true,
  harm: 'm.spam',
  exempts: true,
  alone(seen, context) {
    if (!isFirst(seen, context)) return [];
    const { media } = seen.message;
    const kinds = ['image', 'video', ...(context.settings.stickers ? (['sticker'] as const) : [])] as const;
    const shown = kinds.find((kind) => media.has(kind));
    return shown === undefined ? [] : finding(seen, texts.why.firstMessage[shown], { kind: shown });
  },
});

export const firstMessageIsLink = defineProtection({
  name: 'FirstMessageIsLink',
  aliases: ['FirstMessageIsLinkProtection'],
  about:
    'The first message of somebody who has been here for less than 24 hours holds a link. Mentions of people, ' +
    'and links to messages of the same room, are no links.',
  settings: settingsWith(['redact+ban'], {}, FIRST),
  asks: 'message',
  readsMessages: true,
  harm: 'm.spam',
  exempts: true,
  alone(seen, context) {
    if (!isFirst(seen, context)) return [];
    const link = linkAway(seen.message, seen.event.room_id);
    return link === undefined ? [] : finding(seen, texts.why.firstMessage.link, { link: link.slice(0, 200) });
  },
});

export const firstMessageIsWord = defineProtection({
  name: 'FirstMessageIsWord',
  aliases: ['FirstMessageIsWordProtection'],
  about: 'The first message of somebody who has been here for less than 24 hours holds a word from your list.',
  settings: settingsWith(
    ['redact+kick'],
    { words: words('Words and phrases. Whole words, in any case; disguised ones are seen too.') },
    FIRST,
  ),
  asks: 'message',
  readsMessages: true,
  harm: 'm.spam',
  exempts: true,
  alone(seen, context) {
    return isFirst(seen, context) ? listedWord(seen, context.settings.words, texts.why.firstMessage.word) : [];
  },
});

/** The first external link. */
function linkAway(message: Message, roomId: string): string | undefined {
  return message.links.find((link) => {
    const target = matrixTarget(link);
    if (target !== undefined) return !target.id.startsWith('@') && target.id !== roomId;
    const host = hostOfLink(link);
    return host !== undefined && !isOwnMachine(host);
  });
}
