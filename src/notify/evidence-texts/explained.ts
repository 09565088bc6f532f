import { edits, form, NAMED, quoted, who, type Form } from './parts.js';

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

export const EXPLAINED: readonly Form[] = [
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
