import type { MediaKind } from '../content.js';
import { settingsWith } from '../settings.js';
import { defineProtection } from '../types.js';

/** Rooms in which something is not shown at all: what is sent all the same is redacted, again and again. */
function noMedia(name: string, aliases: readonly string[], about: string, kinds: readonly MediaKind[], what: string) {
  return defineProtection({
    name,
    aliases,
    about,
    settings: settingsWith(['redact'], {}),
    asks: 'message',
    harm: 'm.tos',
    exempts: true,
    alone({ event, message }) {
      const { media } = message;
      const shown = kinds.find((kind) => media.has(kind));
      if (shown === undefined) return [];
      return [
        {
          subject: { kind: 'user', id: event.sender },
          why: `${what} are not wanted in this room`,
          events: [{ roomId: event.room_id, eventId: event.event_id }],
          detail: { kind: shown },
        },
      ];
    },
  });
}

export const messageIsMedia = noMedia(
  'MessageIsMedia',
  ['MessageIsMediaProtection', 'NoMedia'],
  'Pictures, videos, sounds, files and galleries are redacted, also inside a text.',
  ['image', 'video', 'audio', 'voice', 'file'],
  'pictures, videos, sounds and files',
);

export const messageIsVoice = noMedia(
  'MessageIsVoice',
  ['MessageIsVoiceProtection', 'NoVoice'],
  'Voice messages are redacted.',
  ['voice'],
  'voice messages',
);

export const messageIsVideo = noMedia(
  'MessageIsVideo',
  ['MessageIsVideoProtection', 'NoVideo'],
  'Videos are redacted.',
  ['video'],
  'videos',
);

export const messageIsSticker = noMedia(
  'MessageIsSticker',
  ['MessageIsStickerProtection', 'NoStickers'],
  'Stickers are redacted.',
  ['sticker'],
  'stickers',
);
