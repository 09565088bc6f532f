import { settingsWith, words } from '../settings.js';
import { defineProtection } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';
import { listedWord, withoutReason } from './word-list.js';

/** Apart from `WordList`, because a word that nobody may have as a name is often one that everybody may write. */
export const nameWordList = defineProtection({
  name: 'NameWordList',
  aliases: ['NameWordListProtection', 'BadDisplayNames', 'BadNames'],
  about: 'Somebody comes with a word from your list in their own name, or takes such a name. Messages do not count.',
  settings: settingsWith(['kick'], {
    words: words('Words and phrases. Whole words, in any case; disguised ones are seen too.', [{ name: 'patterns' }]),
  }),
  asks: 'member',
  harm: 'm.spam',
  exempts: true,
  alone(seen, { settings: { words: list } }) {
    // whoever leaves is gone, and has no name here any more
    if (seen.event.content.membership === 'leave') return [];
    return listedWord(withoutReason(seen), list, texts.why.listedWord.name);
  },
});
