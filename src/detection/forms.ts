/**
 * Other ways in which a name is honestly written, and which a reader takes for the name itself: ä as ae, and the cases
 * of Slavic languages (Народный Банк, "of the" Народного Банка).
 */

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

/** `Universitaet Tuebingen` of "Universität Tübingen"; undefined when there is nothing to transcribe. */
export function transcribed(name: string): string | undefined {
  const composed = name.normalize('NFC');
  return UMLAUT.test(composed) ? composed.replace(/[äöüåø]/gi, (letter) => TRANSCRIBED[letter] ?? letter) : undefined;
}

/** Endings of the nominative, and what stands for them in the genitive, dative, instrumental and prepositional. */
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

/** The name in its other cases; none for names that are not wholly Cyrillic. */
export function inflected(name: string): string[] {
  const words = name.split(/\s+/u);
  if (words.length > MOST_INFLECTED || !/^[\p{Script=Cyrillic}\s]+$/u.test(name)) return [];
  const forms = CASES.map((grammatical) => words.map((word) => inCase(word, grammatical)).join(' '));
  return [...new Set(forms)].filter((form) => form !== name);
}

function inCase(word: string, grammatical: number): string {
  if (word.length < SHORTEST_INFLECTED) return word;
  for (const [ending, cases] of ENDINGS) if (ending.test(word)) return word.replace(ending, cases[grammatical]!);
  return word;
}
