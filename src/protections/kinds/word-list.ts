import { Lexicon } from '../lexicon.js';
import { settingsWith, words } from '../settings.js';
import { defineProtection, NO_MEMORY } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';

const settings = settingsWith(
  ['redact+ban'],
  {
    words: words('Words and phrases. Whole words, in any case; disguised ones are seen too.', [
      { name: 'wordlist' },
      { name: 'patterns' },
    ]),
  },
  { trusted_after: '30m', trustedAliases: [{ name: 'minutesBeforeTrusting', in: 'minutes' }] },
);

/** Made once for a list: with 10,000 words it takes a moment. */
const lexicons = new WeakMap<readonly string[], Lexicon>();

export const wordList = defineProtection({
  name: 'WordList',
  aliases: ['WordListProtection', 'WordListFilter', 'BadWords', 'BadDisplayNames'],
  about:
    'Somebody who has been here for less than 30 minutes uses a word of your list: in a message, an edit, a ' +
    'caption, a poll, a reaction, or in their own name.',
  settings,
  asks: 'any',
  exempts: true,
  memory: () => NO_MEMORY,
  judge({ event, message }, _memory, { settings: { words: list } }) {
    const lexicon = lexicons.get(list) ?? new Lexicon(list, 'words');
    lexicons.set(list, lexicon);
    const hit = lexicon.find(message.scan);
    if (hit === undefined) return [];
    return [
      {
        subject: { kind: 'user', id: event.sender },
        why: texts.why.listedWord[event.type === 'm.room.member' ? 'name' : 'message'],
        events: [{ roomId: event.room_id, eventId: event.event_id }],
        detail: { word: hit.entry, written: hit.written.slice(0, 100) },
      },
    ];
  },
});
