/**
 * Evidence is kept and handed to programs in English, as data of a verdict. Here it is put into German for moderators,
 * form by form; what has no form here stays as it is. Names stand in quotes and pass untouched.
 */
import { deskLanguage } from '../util/language.js';

type Form = readonly [english: RegExp, german: (...parts: string[]) => string];

/** So long are sentences that are looked at: names are cut before (`visible`), and patterns stay cheap. */
const LONGEST = 2000;

const WHAT: Readonly<Record<string, string>> = {
  'The display name': 'Der Anzeigename',
  'The localpart': 'Der vordere Teil der Kennung,',
  'The server name': 'Der Servername',
  'The user id': 'Die Kennung',
  'The room name': 'Der Raumname',
  'The room alias': 'Der Raumalias',
  'The room topic': 'Das Raumthema',
};

const HOW: Readonly<Record<string, string>> = {
  'is, but for capitals, the official': 'ist bis auf Groß- und Kleinschreibung das offizielle',
  'is, in another style of letters, the official': 'ist in anderem Schriftstil das offizielle',
  'reads, but for its spacing, as the official': 'liest sich bis auf Leerzeichen wie das offizielle',
  'is, but for accents and marks, the official': 'ist bis auf Akzente und Zeichen das offizielle',
  'is, in another form of its letters, the official': 'ist in anderer Form der Zeichen das offizielle',
  'spells, with digits and symbols for letters, the official':
    'ergibt, mit Ziffern und Zeichen statt Buchstaben, das offizielle',
  'looks like the official': 'sieht aus wie das offizielle',
  'looks, with letters of another shape, like the official':
    'sieht, mit Buchstaben anderer Form, aus wie das offizielle',
  'looks, with letters of another script, like the official':
    'sieht, mit Buchstaben einer anderen Schrift, aus wie das offizielle',
  'looks, with invisible characters inside, like the official':
    'sieht, mit unsichtbaren Zeichen darin, aus wie das offizielle',
  'reads, once its direction is undone, as the official': 'liest sich in richtiger Richtung wie das offizielle',
};

const RAW: Readonly<Record<string, string>> = {
  'characters that turn its direction': 'Zeichen, die seine Richtung ändern',
  'tag characters, which nothing shows': 'Tag-Zeichen, die nirgends zu sehen sind',
  'variation selectors, which nothing shows': 'Variantenzeichen, die nirgends zu sehen sind',
  'letters that are blank': 'Buchstaben, die leer sind',
  'marks heaped on a letter': 'gehäufte Zeichen auf einem Buchstaben',
  'characters that are not seen': 'Zeichen, die nicht zu sehen sind',
  'letters of several scripts in one word': 'Buchstaben mehrerer Schriften in einem Wort',
};

const quoted = (text: string): string => `„${text}“`;
const edits = (count: string): string => (count === '1' ? '1 Änderung' : `${count} Änderungen`);
const disguised = (how: string | undefined): string => (how === undefined || how === '' ? '' : ', verkleidet');

/** `: "Е" (U+0415) for "E", an invisible U+200B` */
function details(text: string | undefined): string {
  return (text ?? '')
    .replace(
      /"(.*?)"( \(U\+[0-9A-F]+\))? for "(.*?)"/gsu,
      (_, seen: string, point: string | undefined, meant: string) =>
        `${quoted(seen)}${point ?? ''} statt ${quoted(meant)}`,
    )
    .replace(/an invisible (U\+[0-9A-F]+)/gu, 'ein unsichtbares $1')
    .replace('marks drawn over or under each letter', 'Zeichen über oder unter jedem Buchstaben')
    .replace('marks over or under the letters', 'Zeichen über oder unter den Buchstaben');
}

/** ` beside "Support", a word that claims authority` */
function beside(text: string | undefined): string {
  const found = /^ beside (.*), (a word|words) (that claims? authority|for a role)$/su.exec(text ?? '');
  if (found === null) return '';
  const [, words = '', number, kind] = found;
  const many = number === 'words';
  const what =
    kind === 'for a role'
      ? many
        ? 'Wörtern für eine Rolle'
        : 'einem Wort für eine Rolle'
      : many
        ? 'Wörtern, die Befugnis vorgeben'
        : 'einem Wort, das Befugnis vorgibt';
  return `, neben ${words.replace(/"(.*?)"/gsu, (_, word: string) => quoted(word))}, ${what}`;
}

const BESIDE = '( beside .*, (?:a word|words) (?:that claims? authority|for a role))?';
const NAMED =
  '(The display name|The localpart|The user id|The server name|The room name|The room alias|The room topic)';
const form = (english: string, german: (...parts: string[]) => string): Form => [
  new RegExp(`^${english}$`, 'su'),
  german,
];
/** Who is spoken of: `Der Anzeigename „X“`. */
const who = (what: string, name: string): string =>
  what === 'The localpart' ? `${WHAT[what]} ${quoted(name)},` : `${WHAT[what] ?? what} ${quoted(name)}`;

/** Of what is in quotes: display names, localparts, names of rooms. */
const NAMES: readonly Form[] = [
  form(
    `${NAMED} "(.*?)" is exactly the official display name of (\\S+)\\.`,
    (what, name, userId) => `${who(what, name)} ist genau der offizielle Anzeigename von ${userId}.`,
  ),
  form(
    `${NAMED} "(.*?)" reads, apart from its signs and escapes, as the official display name of (\\S+)\\.`,
    (what, name, userId) =>
      `${who(what, name)} liest sich, von Zeichen und Escapes abgesehen, wie der offizielle Anzeigename von ${userId}.`,
  ),
  form(
    `${NAMED} "(.*?)" is exactly the official one\\.`,
    (what, name) => `${who(what, name)} ist genau der offizielle.`,
  ),
  form(
    `${NAMED} "(.*?)" reads, apart from its signs and escapes, as the official one\\.`,
    (what, name) => `${who(what, name)} liest sich, von Zeichen und Escapes abgesehen, wie der offizielle.`,
  ),
  form(
    `${NAMED} "(.*?)" is another form of the official "(.*)"\\.`,
    (what, name, official) => `${who(what, name)} ist eine andere Form des offiziellen ${quoted(official)}.`,
  ),
  form(
    `${NAMED} "(.*?)" reads as the official "(.*)"\\.`,
    (what, name, official) => `${who(what, name)} liest sich wie das offizielle ${quoted(official)}.`,
  ),
  form(
    `${NAMED} "(.*?)" is nearly "(.*)" \\((\\d+) edits? apart\\)\\.`,
    (what, name, official, count) => `${who(what, name)} ist fast ${quoted(official)} (${edits(count)} entfernt).`,
  ),
  form(
    `${NAMED} "(.*?)" is the brand of (\\S+)\\.`,
    (what, name, userId) => `${who(what, name)} ist der Markenname von ${userId}.`,
  ),
  form(
    `${NAMED} "(.*?)" is the official localpart of (\\S+)\\.`,
    (what, name, userId) => `${who(what, name)} ist der vordere Teil der offiziellen Kennung ${userId}.`,
  ),
  form(
    `${NAMED} "(.*?)" has the words of the official user id "(.*)"\\.`,
    (what, name, official) => `${who(what, name)} enthält die Wörter der offiziellen Kennung ${quoted(official)}.`,
  ),
  form(
    `${NAMED} "(.*?)" has the words of "(.*)" in another order\\.`,
    (what, name, official) => `${who(what, name)} hat die Wörter von ${quoted(official)} in anderer Reihenfolge.`,
  ),
  form(
    `${NAMED} "(.*?)" has "(.*?)", (a form of|nearly) "(.*?)", beside (.*), which claims authority\\.`,
    (what, name, part, how, official, claims) =>
      `${who(what, name)} enthält ${quoted(part)}, ${how === 'nearly' ? 'fast' : 'eine Form von'} ` +
      `${quoted(official)}, ` +
      `neben ${claims.replace(/"(.*?)"/gsu, (_, word: string) => quoted(word))}, was Befugnis vorgibt.`,
  ),
  form(
    `${NAMED} "(.*?)" holds the official display name "(.*?)"( in disguise)?${BESIDE}\\.`,
    (what, name, official, how, claims) =>
      `${who(what, name)} enthält den offiziellen Anzeigenamen ${quoted(official)}${disguised(how)}${beside(claims)}.`,
  ),
  form(
    `${NAMED} "(.*?)" has "(.*?)" in disguise( \\(.*?\\))?${BESIDE}\\.`,
    (what, name, brand, how, claims) =>
      `${who(what, name)} enthält verkleidet ${quoted(brand)}${details(how)}${beside(claims)}.`,
  ),
  form(
    `${NAMED} "(.*?)" is "(.*)" with something beside it\\.`,
    (what, name, brand) => `${who(what, name)} ist ${quoted(brand)} mit etwas daneben.`,
  ),
  form(
    `${NAMED} "(.*?)" has "(.*?)", (nearly|like) "(.*?)",${BESIDE}\\.`,
    (what, name, written, how, brand, claims) =>
      `${who(what, name)} enthält ${quoted(written)}, ${how === 'nearly' ? 'fast' : 'wie'} ` +
      `${quoted(brand)}${beside(claims)}.`,
  ),
  form(
    `${NAMED} "(.*?)" has "(.*?)"${BESIDE}\\.`,
    (what, name, brand, claims) => `${who(what, name)} enthält ${quoted(brand)}${beside(claims)}.`,
  ),
  form(
    `${NAMED} "(.*?)" (is|holds) the official user id "(.*)"( in disguise)?\\.`,
    (what, name, verb, official, how) =>
      `${who(what, name)} ${verb === 'is' ? 'ist' : 'enthält'} die offizielle Kennung ` +
      `${quoted(official)}${disguised(how)}.`,
  ),
  form(
    `${NAMED} "(.*?)" holds the official domain "(.*)"( in disguise)?\\.`,
    (what, name, official, how) =>
      `${who(what, name)} enthält die offizielle Domain ${quoted(official)}${disguised(how)}.`,
  ),
  form(
    `${NAMED} "(.*?)" spells the official domain "(.*)"\\.`,
    (what, name, official) => `${who(what, name)} ergibt die offizielle Domain ${quoted(official)}.`,
  ),
  form(
    `${NAMED} "(.*?)" spells (the official user id|an official domain|the official display name), "(.*)"\\.`,
    (what, name, kind, official) => `${who(what, name)} ergibt ${SPELLED[kind] ?? kind} ${quoted(official)}.`,
  ),
  form(
    'The localpart is the official one, "(.*)", on another server\\.',
    (name) => `Der vordere Teil der Kennung ist der offizielle, ${quoted(name)}, auf einem anderen Server.`,
  ),
  form(
    `${NAMED} "(.*?)" is the (official|name) "(.*)" with (words for a role|something) beside it\\.`,
    (what, name, kind, official, amid) =>
      `${who(what, name)} ist ${kind === 'name' ? 'der Name' : 'das offizielle'} ${quoted(official)} mit ` +
      `${amid === 'something' ? 'etwas' : 'Wörtern für eine Rolle'} daneben.`,
  ),
  form(
    `${NAMED} "(.*?)" (${Object.keys(HOW).join('|')}) "(.*?)"(: .*)?\\.`,
    (what, name, how, official, rest) => `${who(what, name)} ${HOW[how] ?? how} ${quoted(official)}${details(rest)}.`,
  ),
  form(
    `"(.*)" holds (${Object.keys(RAW).join('|')})\\.`,
    (name, what) => `${quoted(name)} enthält ${RAW[what] ?? what}.`,
  ),
];

const SPELLED: Readonly<Record<string, string>> = {
  'the official user id': 'die offizielle Kennung',
  'an official domain': 'eine offizielle Domain,',
  'the official display name': 'den offiziellen Anzeigenamen',
};

/** Of server names and ids as a whole. */
const SERVERS: readonly Form[] = [
  form(
    'The server name (\\S+) has (the official name|something like the official name) "(.*)" in front of another ' +
      'domain\\.',
    (host, how, brand) =>
      `Der Servername ${host} hat ` +
      `${how === 'the official name' ? 'den offiziellen Namen' : 'etwas wie den offiziellen Namen'} ` +
      `${quoted(brand)} vor einer anderen Domain.`,
  ),
  form(
    'The server name (\\S+) has the official name "(.*)" beside words that bait domains use(, in front of ' +
      'another domain)?\\.',
    (host, brand, front) =>
      `Der Servername ${host} hat den offiziellen Namen ${quoted(brand)} neben Wörtern, wie Köder-Domains sie ` +
      `tragen${front === '' ? '' : ', vor einer anderen Domain'}.`,
  ),
  form(
    'The server name (\\S+) has "(.*)", nearly the official "(.*)" \\((\\d+) edits? apart\\)\\.',
    (host, label, brand, count) =>
      `Der Servername ${host} enthält ${quoted(label)}, fast das offizielle ${quoted(brand)} (${edits(count)} ` +
      `entfernt).`,
  ),
  form(
    'The server name (\\S+) holds the official name "(.*)"\\.',
    (host, brand) => `Der Servername ${host} enthält den offiziellen Namen ${quoted(brand)}.`,
  ),
  form(
    'The server name (\\S+) is the official (\\S+) in another spelling\\.',
    (written, host) => `Der Servername ${written} ist der offizielle ${host} in anderer Schreibweise.`,
  ),
  form(
    'The server name (\\S+) has the official domain (\\S+) in front of another one\\.',
    (host, domain) => `Der Servername ${host} hat die offizielle Domain ${domain} vor einer anderen.`,
  ),
  form(
    'The server name (\\S+) is nearly (\\S+) \\((\\d+) edits? apart\\)\\.',
    (host, domain, count) => `Der Servername ${host} ist fast ${domain} (${edits(count)} entfernt).`,
  ),
  form(
    'The server name (\\S+) is the official name under an ending that is bait itself\\.',
    (host) => `Der Servername ${host} ist der offizielle Name unter einer Endung, die selbst ein Köder ist.`,
  ),
  form(
    'The server name (\\S+) is the official name under another ending\\.',
    (host) => `Der Servername ${host} ist der offizielle Name unter einer anderen Endung.`,
  ),
  form(
    'The server name (\\S+) looks like "(.*)" under another ending\\.',
    (host, brand) => `Der Servername ${host} sieht aus wie ${quoted(brand)} unter einer anderen Endung.`,
  ),
  form(
    'The server name (\\S+) looks like (\\S+?)(: .*)?\\.',
    (host, domain, rest) => `Der Servername ${host} sieht aus wie ${domain}${details(rest)}.`,
  ),
  form(
    'The user id (.*?) is (@.*) in another spelling\\.',
    (userId, official) => `Die Kennung ${userId} ist ${official} in anderer Schreibweise.`,
  ),
  form(
    'The user id (.*?) cannot be told from (@\\S+)\\. (.*)',
    (userId, official, server) =>
      `Die Kennung ${userId} ist von ${official} nicht zu unterscheiden. ${evidenceDe(server)}`,
  ),
  form(
    'Read across its colon, the user id (.*?) spells the official (domain|brand) "(.*)"\\.',
    (userId, what, name) =>
      `Über ihren Doppelpunkt hinweg gelesen, ergibt die Kennung ${userId} ` +
      `${what === 'domain' ? 'die offizielle Domain' : 'die offizielle Marke'} ${quoted(name)}.`,
  ),
];

/** Of pictures and rooms. */
const ROOMS: readonly Form[] = [
  form('The avatar is the official one of (\\S+)\\.', (userId) => `Das Profilbild ist das offizielle von ${userId}.`),
  form(
    'The avatar is a copy of the official one of (\\S+)\\.',
    (userId) => `Das Profilbild ist eine Kopie des offiziellen von ${userId}.`,
  ),
  form(
    'The avatar looks like the official one of (\\S+)\\.',
    (userId) => `Das Profilbild sieht aus wie das offizielle von ${userId}.`,
  ),
  form(
    'The room claims the official alias (.*), which does not lead to it\\.',
    (alias) => `Der Raum gibt den offiziellen Alias ${alias} als seinen aus; der führt nicht zu ihm.`,
  ),
  form(
    'The alias (.*) (is on a server whose name resembles that of|resembles that of) the official room (.*)\\.',
    (alias, how, room) =>
      how === 'resembles that of'
        ? `Der Alias ${alias} ähnelt dem des offiziellen Raums ${room}.`
        : `Der Alias ${alias} ist auf einem Server, dessen Name dem des offiziellen Raums ${room} ähnelt.`,
  ),
  form(
    `The room's name "(.*?)" (is that of|is in disguise that of|resembles that of) the official room (.*?), "(.*)"\\.`,
    (name, how, room, official) =>
      `Der Raumname ${quoted(name)} ${ROOM_NAME[how] ?? how} des offiziellen Raums ${room}, ${quoted(official)}.`,
  ),
  form(
    `The room's topic is that of the official room (.*)\\.`,
    (room) => `Das Thema des Raums ist das des offiziellen Raums ${room}.`,
  ),
  form(
    `The room's avatar is that of the official room (.*)\\.`,
    (room) => `Das Bild des Raums ist das des offiziellen Raums ${room}.`,
  ),
  form(
    `The room's avatar looks like that of the official room (.*)\\.`,
    (room) => `Das Bild des Raums sieht aus wie das des offiziellen Raums ${room}.`,
  ),
];

const ROOM_NAME: Readonly<Record<string, string>> = {
  'is that of': 'ist der',
  'is in disguise that of': 'ist verkleidet der',
  'resembles that of': 'ähnelt dem',
};

/** What is hidden in a name, counted: `has 1 look-alike character and 2 invisible characters`. */
const COUNTED: readonly [RegExp, string, string][] = [
  [/(\d+) look-alike characters?/u, 'ähnliches Zeichen', 'ähnliche Zeichen'],
  [/(\d+) direction controls?/u, 'Richtungszeichen', 'Richtungszeichen'],
  [/(\d+) invisible characters?/u, 'unsichtbares Zeichen', 'unsichtbare Zeichen'],
  [/(\d+) blanks? that (?:is not a space|are not spaces)/u, 'falsches Leerzeichen', 'falsche Leerzeichen'],
  [/(\d+) marks? on its letters/u, 'Zeichen an Buchstaben', 'Zeichen an Buchstaben'],
];

const counted = (text: string): string =>
  COUNTED.reduce(
    (said, [pattern, one, many]) =>
      said.replace(pattern, (_, count: string) => `${count} ${count === '1' ? one : many}`),
    text,
  ).replace(' and ', ' und ');
const printed = (as: string): string => (as === '' ? '' : `, erscheint als ${quoted(as)}`);

const EXPLAINED: readonly Form[] = [
  form(
    `${NAMED} "(.*?)" has (\\d.*?)(?:, is printed as "(.*?)")?; the closest official name is "(.*)" ` +
      '\\((\\d+) edits? away\\)\\.',
    (what, name, counts, as, official, count) =>
      `${who(what, name)} enthält ${counted(counts)}${printed(as)}; am nächsten liegt der offizielle Name ` +
      `${quoted(official)} (${edits(count)} entfernt).`,
  ),
  form(
    `${NAMED} "(.*?)" is the official name( but for capitals)?\\.`,
    (what, name, but) =>
      `${who(what, name)} ist der offizielle Name${but === '' ? '' : ' bis auf Groß- und Kleinschreibung'}.`,
  ),
  form(
    `${NAMED} "(.*?)"(?:, is printed as "(.*?)")? is (\\d+) edits? away from "(.*)"\\.`,
    (what, name, as, count, official) =>
      `${who(what, name)}${printed(as)} ist ${edits(count)} entfernt von ${quoted(official)}.`,
  ),
];

/** Texts of which something else is read than is stored: what is read, then the rest of the sentence. */
const STORED = /^(The [a-z ]+) "(.*?)" is stored in another order than it is printed; printed as "(.*?)" it (.*)$/su;
const PADDED = /^(The [a-z ]+ ".*?"), in front of so many blanks that nothing behind them is seen, (.*)$/su;

/** A sentence of evidence, or of an explanation, in German; in English when it has no form here. */
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

/** Evidence in the language of the desk. */
export function evidenceWords(sentence: string): string {
  return deskLanguage() === 'de' ? evidenceDe(sentence) : sentence;
}

/** A character of a disguise in the language of the desk: `"ѕ" U+0455 …, looks like "s"`. */
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
