import { Lexicon, type LexiconHit } from '../lexicon.js';
import { Message } from '../message.js';
import { respelled } from '../respelled.js';
import { TextScan } from '../text-scan.js';
import { flag, settingsWith, words } from '../settings.js';
import { defineProtection, type Finding, type SeenEvent } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';

const settings = settingsWith(
  ['redact+ban'],
  {
    words: words('Words and phrases. Whole words, in any case; disguised ones are seen too.', [
      { name: 'wordlist' },
      { name: 'patterns' },
    ]),
    names: flag(true, 'Words in their own name count too.'),
  },
  { trusted_after: '30m', trustedAliases: [{ name: 'minutesBeforeTrusting', in: 'minutes' }] },
);

/** Built once per list: with 10,000 words it takes a moment. */
const lexicons = new WeakMap<readonly string[], Lexicon>();

/** Stretched words and words with runs of symbols; most texts have none. */
function findRespelled(lexicon: Lexicon, texts: readonly string[]): LexiconHit | undefined {
  const meant = lexicon.isEmpty ? [] : respelled(texts);
  return meant.length === 0 ? undefined : lexicon.find(new TextScan(meant));
}

/** A word that is not just part of a name. */
function besideNames(lexicon: Lexicon, { textsWithoutNames: texts }: Message): LexiconHit | undefined {
  return lexicon.find(new TextScan(texts)) ?? findRespelled(lexicon, texts);
}

/** What an event has of a list of words, as a finding. */
export function listedWord({ event, message }: SeenEvent, list: readonly string[], why: string): Finding[] {
  const lexicon = lexicons.get(list) ?? new Lexicon(list, 'words');
  lexicons.set(list, lexicon);
  const found = lexicon.find(message.scan) ?? findRespelled(lexicon, message.texts);
  // most messages contain no listed word; only for the others are mentions checked
  const hit = found === undefined || event.state_key !== undefined ? found : besideNames(lexicon, message);
  if (hit === undefined) return [];
  return [
    {
      subject: { kind: 'user', id: event.sender },
      why,
      events: [{ roomId: event.room_id, eventId: event.event_id }],
      detail: { word: hit.entry, written: hit.written.slice(0, 100) },
    },
  ];
}

/** A change of membership without the reason that came with it: what is left is their name. */
export function withoutReason(seen: SeenEvent): SeenEvent {
  if (seen.event.content.reason === undefined) return seen;
  const event = { ...seen.event, content: { ...seen.event.content, reason: undefined } };
  return { event, message: new Message(event) };
}

export const wordList = defineProtection({
  name: 'WordList',
  aliases: ['WordListProtection', 'WordListFilter', 'BadWords'],
  about:
    'Somebody who has been here for less than 30 minutes uses a word from your list: in a message, an edit, a ' +
    'caption, a poll, a reaction, the topic of a room, or in their own name. Ids of people and rooms do not count.',
  settings,
  asks: 'written',
  readsMessages: true,
  harm: 'm.spam',
  exempts: true,
  alone(seen, { settings: { words: list, names } }) {
    const { listedWord: why } = texts.why;
    if (seen.event.type !== 'm.room.member') return listedWord(seen, list, why.message);
    if (!names) return [];
    const inName = listedWord(withoutReason(seen), list, why.name);
    return inName.length > 0 ? inName : listedWord(seen, list, why.reason);
  },
});
