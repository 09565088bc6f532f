import type { MediaKind } from '../content.js';
import { settingsWith } from '../settings.js';
import { defineProtection } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';

/** For rooms without certain kinds of media: they are redacted every time. */
function noMedia({
  name,
  aliases,
  about,
  kinds,
  why,
}: {
  name: string;
  aliases: readonly string[];
  about: string;
  kinds: readonly MediaKind[];
  why: keyof typeof texts.why.media;
}) {
  return defineProtection({
    name,
    aliases,
    about,
    settings: settingsWith(['redact'], {}),
    asks: 'message',
    readsMessages: true,
    onlyMedia: true,
    harm: 'm.tos',
    exempts: true,
    alone({ event, message }) {
      const { media } = message;
      const shown = kinds.find((kind) => media.has(kind));
      if (shown === undefined) return [];
      return [
        {
          subject: { kind: 'user', id: event.sender },
          why: texts.why.media[why],
          events: [{ roomId: event.room_id, eventId: event.event_id }],
          detail: { kind: shown },
        },
      ];
    },
  });
}

export const messageIsMedia = noMedia({
  name: 'MessageIsMedia',
  aliases: ['MessageIsMediaProtection', 'NoMedia'],
  about: 'Pictures, videos, sounds, files and galleries are redacted, also inside a text.',
  kinds: ['image', 'video', 'audio', 'voice', 'file'],
  why: 'any',
});

export const messageIsVoice = noMedia({
  name: 'MessageIsVoice',
  aliases: ['MessageIsVoiceProtection', 'NoVoice'],
  about: 'Voice messages are redacted.',
  kinds: ['voice'],
  why: 'voice',
});

export const messageIsVideo = noMedia({
  name: 'MessageIsVideo',
  aliases: ['MessageIsVideoProtection', 'NoVideo'],
  about: 'Videos are redacted.',
  kinds: ['video'],
  why: 'video',
});

export const messageIsSticker = noMedia({
  name: 'MessageIsSticker',
  aliases: ['MessageIsStickerProtection', 'NoStickers'],
  about: 'Stickers are redacted.',
  kinds: ['sticker'],
  why: 'sticker',
});
