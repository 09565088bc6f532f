/**
 * Legitimate variants of a name that readers take for the name itself: ä as ae, and the cases of Slavic languages
 * (Народный Банк, "of the" Народного Банка).
 */
import { asciiHost } from '../util/idna.js';
import { hostOf } from './server-name.js';

const TRANSCRIBED: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  Ä: 'Ae',
  Ö: 'Oe',
  Ü: 'Ue',
  å: 'aa',
  Å: 'Aa',
  ø: 'oe',
  Ø: 'Oe',
};
const UMLAUT = /[äöüåø]/i;

/** Of more words with umlauts all are transcribed, or none. */
const MOST_UMLAUTS = 3;

/**
 * `Universitaet Tuebingen` of "Universität Tübingen", and, as people are seldom thorough, `Universität Tuebingen`; none
 * when there is nothing to transcribe.
 */
export function transcribed(name: string): string[] {
  const words = name.normalize('NFC').split(/(?<=\s)/u);
  const at = words.flatMap((word, index) => (UMLAUT.test(word) ? [index] : []));
  if (at.length === 0) return [];
  const choices = at.length > MOST_UMLAUTS ? [0] : Array.from({ length: 2 ** at.length - 1 }, (_, left) => left);
  // each bit leaves one word as it is
  return choices.map((left) =>
    words.map((word, index) => (((left >> at.indexOf(index)) & 1) === 0 ? inLetters(word) : word)).join(''),
  );
}

function inLetters(word: string): string {
  return word.replace(/[äöüåø]/gi, (letter) => TRANSCRIBED[letter] ?? letter);
}

/**
 * Case endings of names, by the vowel or ending they replace; '' is appended to the whole name. Replacing one vowel by
 * another is not included, since that makes another name just as often (Corvenna, Corvenno).
 */
const CASE_ENDINGS: Readonly<Record<string, string>> = {
  '':
    "s es 's u em om ou ie ow owi n an en in lla ssa sta lle na nak nek ban ben re ul ului ei nin nun un da de " +
    'dan den ya ye ის ს მა ით ში თან ի ը ն ում ից ով ας ата та ът ят то ом ів ові ах ами інің нің ның тің дің ' +
    'дың ын ийн nin nun nın nün',
  a: 'y ou ei ie ę ą om ami ach',
  o: 'em om ie',
  i: 'en ia ista eille',
  ი: 'ის ს მა ით ში',
  ος: 'ου ο ον',
  ον: 'ου',
  ο: 'ου',
  α: 'ας',
  η: 'ης',
  а: 'ата ой',
};
const LEAST_STEM = 4;

/**
 * Whether a word is another in a grammatical case of its language (Energixu, Jizerky, ბანკის). Compares folded forms.
 */
function isCaseOf(word: string, name: string, folded: (text: string) => string): boolean {
  const seen = folded(word);
  for (const [ending, others] of Object.entries(CASE_ENDINGS)) {
    if (!name.toLowerCase().endsWith(ending)) continue;
    const stem = folded(ending === '' ? name : name.slice(0, -ending.length));
    if (stem.length < LEAST_STEM || !seen.startsWith(stem)) continue;
    const rest = seen.slice(stem.length);
    if (others.split(' ').some((other) => folded(other) === rest)) return true;
  }
  return false;
}

/**
 * Whether a text is, word for word, a name in another grammatical case. Russian and related languages are handled by
 * `inflected`.
 */
export function isInflected(
  words: readonly string[],
  name: readonly string[],
  folded: (text: string) => string,
): boolean {
  let changed = 0;
  return (
    words.length === name.length &&
    words.every((word, index) => {
      const other = name[index]!;
      if (folded(word) === folded(other)) return true;
      changed++;
      return isCaseOf(word, other, folded);
    }) &&
    changed > 0
  );
}

/** Nominative endings, with their genitive, dative, instrumental and prepositional forms. */
const ENDINGS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/(?:ый|ой|ий)$/u, ['ого', 'ому', 'ым', 'ом']],
  [/(?:ая)$/u, ['ой', 'ой', 'ой', 'ой']],
  [/(?:яя)$/u, ['ей', 'ей', 'ей', 'ей']],
  [/(?:ое)$/u, ['ого', 'ому', 'ым', 'ом']],
  [/(?:ые|ие)$/u, ['ых', 'ым', 'ыми', 'ых']],
  [/ия$/u, ['ии', 'ии', 'ией', 'ии']],
  [/а$/u, ['ы', 'е', 'ой', 'е']],
  [/я$/u, ['и', 'е', 'ей', 'е']],
  [/ь$/u, ['и', 'и', 'ью', 'и']],
  [/о$/u, ['а', 'у', 'ом', 'е']],
  [/ие$/u, ['ия', 'ию', 'ием', 'ии']],
  [/й$/u, ['я', 'ю', 'ем', 'е']],
  [/(?<=[бвгджзклмнпрстфхцчшщ])$/u, ['а', 'у', 'ом', 'е']],
];
const CASES = [0, 1, 2, 3] as const;
const SHORTEST_INFLECTED = 4;
const MOST_INFLECTED = 4;

/**
 * The name in its other cases, in all words or only in the first or the last (Рябина Банка); none for names that are
 * not entirely Cyrillic.
 */
export function inflected(name: string): string[] {
  const words = name.split(/\s+/u);
  if (words.length > MOST_INFLECTED || !/^[\p{Script=Cyrillic}\s]+$/u.test(name)) return [];
  const isAny = () => true;
  const isFirst = (at: number) => at === 0;
  const isLast = (at: number) => at === words.length - 1;
  const forms = CASES.flatMap((grammatical) =>
    [isAny, isLast, isFirst].map((isInflected) =>
      words.map((word, at) => (isInflected(at) ? inCase(word, grammatical) : word)).join(' '),
    ),
  );
  return [...new Set(forms)].filter((form) => form !== name);
}

function inCase(word: string, grammatical: number): string {
  if (word.length < SHORTEST_INFLECTED) return word;
  for (const [ending, cases] of ENDINGS) if (ending.test(word)) return word.replace(ending, cases[grammatical]!);
  return word;
}

/** The id as people may write it: with its server as configured, decoded, and as `xn--`. */
export function idForms(userId: string, localpart: string, serverName: string): Map<string, string> {
  const host = hostOf(serverName);
  const ascii = asciiHost(host);
  const forms = new Map([[host, serverName.includes('xn--') ? `@${localpart}:${host}` : userId]]);
  if (ascii !== '' && ascii !== host) forms.set(ascii, `@${localpart}:${ascii}`);
  // as registries of 2003 had it: a final sigma as a sigma
  if (host.includes('ς')) {
    const older = host.replaceAll('ς', 'σ');
    forms.set(older, userId).set(asciiHost(older), `@${localpart}:${asciiHost(older)}`);
  }
  return forms;
}
