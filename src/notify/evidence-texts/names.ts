import { beside, details, disguised, edits, form, NAMED, quoted, who, type Form } from './parts.js';

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

const SPELLED: Readonly<Record<string, string>> = {
  'the official user id': 'die offizielle Kennung',
  'an official domain': 'eine offizielle Domain,',
  'the official display name': 'den offiziellen Anzeigenamen',
};

const BESIDE = '( beside .*, (?:a word|words) (?:that claims? authority|for a role))?';
/** Sentences about quoted text: display names, localparts, room names. */
export const NAMES: readonly Form[] = [
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
    `${NAMED} "(.*?)" reads as the official display name of (\\S+)\\.`,
    (what, name, userId) => `${who(what, name)} liest sich wie der offizielle Anzeigename von ${userId}.`,
  ),
  form(
    `${NAMED} "(.*?)" has "(.*?)", which is, but for accents and marks, "(.*?)"\\.`,
    (what, name, part, official) =>
      `${who(what, name)} enthält ${quoted(part)}, bis auf Akzente und Zeichen ${quoted(official)}.`,
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
    `${NAMED} "(.*?)" has "(.*?)", (a form of|nearly) "(.*?)", beside (.*), which claims? authority\\.`,
    (what, name, part, how, official, claims) =>
      `${who(what, name)} enthält ${quoted(part)}, ${how === 'nearly' ? 'fast' : 'eine Form von'} ` +
      `${quoted(official)}, ` +
      `neben ${claims.replace(/"(.*?)"/gsu, (_, word: string) => quoted(word))}, was Befugnis vorgibt.`,
  ),
  form(
    `${NAMED} "(.*?)" holds, apart from its signs and escapes, the official display name ` +
      `"(.*?)"( in disguise)?${BESIDE}\\.`,
    (what, name, official, how, claims) =>
      `${who(what, name)} enthält, von Zeichen und Escapes abgesehen, den offiziellen Anzeigenamen ` +
      `${quoted(official)}${disguised(how)}${beside(claims)}.`,
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
    `${NAMED} "(.*?)" has "(.*?)", (nearly|like) "(.*?)",?${BESIDE}\\.`,
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
