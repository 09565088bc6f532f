/**
 * Evidence is stored and given to programs in English, as data of a verdict. This translates it into German for
 * moderators, pattern by pattern; a sentence without a pattern stays in English. Quoted names are left untouched.
 */
import { deskLanguage, type Language } from '../util/language.js';
import { EXPLAINED } from './evidence-texts/explained.js';
import { NAMES } from './evidence-texts/names.js';
import { quoted } from './evidence-texts/parts.js';
import { ROOMS } from './evidence-texts/rooms.js';
import { SERVERS } from './evidence-texts/servers.js';

/**
 * The longest sentence that is translated: names have been shortened before (`visible`), and the patterns stay cheap.
 */
const LONGEST = 2000;

/** Texts that read differently from how they are stored: the reading, then the rest of the sentence. */
const STORED = /^(The [a-z ]+) "(.*?)" is stored in another order than it is printed; printed as "(.*?)" it (.*)$/su;
const PADDED = /^(The [a-z ]+ ".*?"), in front of so many blanks that nothing behind them is seen, (.*)$/su;

/** A sentence of evidence, or of an explanation, in German; in English when it has no pattern here. */
export function evidenceDe(sentence: string): string {
  if (sentence.length > LONGEST) return sentence;
  const stored = STORED.exec(sentence);
  if (stored !== null) {
    const [, what = '', kept = '', seen = '', rest = ''] = stored;
    return `Gespeichert ist ${quoted(kept)}, zu sehen ${quoted(seen)}. ${evidenceDe(`${what} "${seen}" ${rest}`)}`;
  }
  const padded = PADDED.exec(sentence);
  if (padded !== null)
    return (
      `${evidenceDe(`${padded[1]} ${padded[2]}`)} Dahinter stehen so viele Leerzeichen, dass nichts mehr ` +
      `zu sehen ist.`
    );
  for (const [english, german] of [...NAMES, ...SERVERS, ...ROOMS, ...EXPLAINED]) {
    const found = english.exec(sentence);
    if (found !== null) return german(...found.slice(1).map((part: string | undefined) => part ?? ''));
  }
  return sentence;
}

/** Evidence in a reader's language. */
export function evidenceIn(language: Language, sentence: string): string {
  return language === 'de' ? evidenceDe(sentence) : sentence;
}

/** Evidence in the configured language. */
export function evidenceWords(sentence: string): string {
  return evidenceIn(deskLanguage(), sentence);
}

/** A character of a disguise in the configured language: `"ѕ" U+0455 …, looks like "s"`. */
export function characterWords(described: string): string {
  if (deskLanguage() !== 'de') return described;
  return described
    .replace(/^"(.*?)" U\+/su, (_, shown: string) => `${quoted(shown)} U+`)
    .replace(/, looks like "(.*?)"/su, (_, like: string) => `, sieht aus wie ${quoted(like)}`)
    .replace(', looks like a space', ', sieht aus wie ein Leerzeichen')
    .replace(', a mark on a letter', ', ein Zeichen an einem Buchstaben')
    .replace(', steers the direction of the text', ', lenkt die Schreibrichtung')
    .replace(', turns the text around', ', dreht den Text um')
    .replace(', cannot be seen', ', ist nicht zu sehen')
    .replace(/, (\d+) times$/u, ', $1 Mal');
}
