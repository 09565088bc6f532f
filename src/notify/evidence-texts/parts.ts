/** German: the parts from which sentences of evidence are built. */

export type Form = readonly [english: RegExp, german: (...parts: string[]) => string];

const WHAT: Readonly<Record<string, string>> = {
  'The display name': 'Der Anzeigename',
  'The localpart': 'Der vordere Teil der Kennung,',
  'The server name': 'Der Servername',
  'The user id': 'Die Kennung',
  'The room name': 'Der Raumname',
  'The room alias': 'Der Raumalias',
  'The room topic': 'Das Raumthema',
};

export const NAMED =
  '(The display name|The localpart|The user id|The server name|The room name|The room alias|The room topic)';
export const form = (english: string, german: (...parts: string[]) => string): Form => [
  new RegExp(`^${english}$`, 'su'),
  german,
];
/** The subject of the sentence: `Der Anzeigename „X“`. */
export const who = (what: string, name: string): string =>
  what === 'The localpart' ? `${WHAT[what]} ${quoted(name)},` : `${WHAT[what] ?? what} ${quoted(name)}`;

export const quoted = (text: string): string => `„${text}“`;
export const edits = (count: string): string => (count === '1' ? '1 Änderung' : `${count} Änderungen`);
export const disguised = (how: string | undefined): string => (how === undefined || how === '' ? '' : ', verkleidet');

/** `: "Е" (U+0415) for "E", an invisible U+200B` */
export function details(text: string | undefined): string {
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
export function beside(text: string | undefined): string {
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
