/**
 * Letters that pass for one another at a glance in scripts where one letter makes another word. There a slip is another
 * name (الأمل, الأمان), but a letter in the shape of the right one (ה for ח, ビ for ピ, 빗 for 빛) is a disguise.
 */

/** Each group is alike within itself. */
const GROUPS: readonly string[] = [
  // Hebrew
  'הח',
  'חת',
  'ויןז',
  'דרך',
  'בכפ',
  'םס',
  'גנ',
  'טמ',
  'עצץ',
  // Arabic: the same stroke with other dots
  'بتثپٹنيىیئ',
  'جحخچ',
  'دذڈ',
  'رزژڑ',
  'سش',
  'صض',
  'طظ',
  'عغ',
  'فقڤڨ',
  'كکگ',
  'هةہھە',
  'اأإآٱ',
  'وؤۋ',
  // Devanagari and its kin
  'भम',
  'बव',
  'घध',
  'षप',
  'थय',
  'डङइ',
  'िी',
  'ुू',
  'ेै',
  'ोौॊ',
  'েৈ',
  'বর',
  'যষ',
  'ণন',
  // Thai
  'คดตศ',
  'บปษ',
  'ขชซฃ',
  'ผฝพฟฬ',
  'ถภฤ',
  'ทฑ',
  'นมฆ',
  'รธฐ',
  'ลส',
  'ฎฏ',
  'จฉ',
  'กถภ',
  'แเ',
  'ใไโ',
  'ิีึื',
  // kana, and ideographs in their shape
  'ラうヲフ',
  'ンソリ',
  'シツミ三',
  'クワタケ夕',
  'ロコ口',
  'ニ二',
  'カ力',
  'ト卜イ',
  'ハ八',
  'チ千テ',
  'エ工',
  'ー一',
  'はほけ',
  'めぬ',
  'ねれわ',
  'るろ',
  'きさ',
  'いり',
  'ウラワ',
  'スヌ',
  'アマ',
  'ナメ',
  'ヨヲ',
];
const LOOK_ALIKE = new Set(
  GROUPS.flatMap((group) =>
    [...group].flatMap((one) => [...group].filter((other) => other !== one).map((other) => one + other)),
  ),
);
/** Vowels and consonants of Hangul, by their place in a syllable: lead, vowel, tail. */
const JAMO: readonly (readonly (readonly number[])[])[] = [
  [
    [0, 15],
    [3, 16],
    [6, 7, 17],
    [9, 12, 14],
    [11, 18],
    [2, 5],
    [0, 1],
    [3, 4],
    [7, 8],
    [9, 10],
    [12, 13],
  ],
  [
    [0, 2, 20, 4, 6],
    [1, 5, 3, 7],
    [8, 12, 18, 13, 17],
    [9, 14],
    [10, 15],
    [11, 16, 19],
  ],
  [
    [1, 2, 24],
    [7, 25],
    [16, 17, 26],
    [19, 20, 22, 23],
    [21, 27],
    [4, 8],
  ],
];
const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;
const MOST_DIFFERENT = 2;
/** Two signs that print as a third: aa with e is o. */
const COMPOSED: readonly (readonly [RegExp, string])[] = [
  [/\u093e\u0947/gu, '\u094b'],
  [/\u093e\u0948/gu, '\u094c'],
  [/\u0905\u093e/gu, '\u0906'],
  [/\u0e4d\u0e32/gu, '\u0e33'],
  [/\u0e40\u0e40/gu, '\u0e41'],
];

/** Do the two differ in one or two letters that pass for the official ones, and in nothing else? */
export function isLookalikeSlip(text: string, official: string): boolean {
  const [seen, meant] = [lettersOf(text), lettersOf(official)];
  if (seen.length !== meant.length) return false;
  let different = 0;
  for (const [index, letter] of seen.entries()) {
    const other = meant[index]!;
    if (letter === other) continue;
    if (++different > MOST_DIFFERENT || !isAlike(letter, other)) return false;
  }
  return true;
}

function lettersOf(text: string): string[] {
  let composed = text.normalize('NFKC');
  for (const [two, one] of COMPOSED) composed = composed.replace(two, one);
  return [...composed.replace(/[\s\p{P}\p{S}\p{Cf}]+/gu, '')];
}

function isAlike(seen: string, meant: string): boolean {
  if (LOOK_ALIKE.has(seen + meant) || isSmallKana(seen, meant)) return true;
  // the same kana with another mark of voice (ベ, ペ)
  if (/[\u3040-\u30ff]/u.test(seen) && seen.normalize('NFD').slice(0, 1) === meant.normalize('NFD').slice(0, 1))
    return true;
  return isAlikeSyllable(seen.codePointAt(0)!, meant.codePointAt(0)!);
}

/** ィ and イ: the small form stands right before the large one. */
function isSmallKana(seen: string, meant: string): boolean {
  const [a, b] = [seen.codePointAt(0)!, meant.codePointAt(0)!];
  return Math.abs(a - b) === 1 && SMALL_KANA.test(a < b ? seen : meant);
}
const SMALL_KANA = /[ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ]/u;

/** Two syllables that differ in one part, and in that by a stroke. */
function isAlikeSyllable(seen: number, meant: number): boolean {
  if (Math.min(seen, meant) < FIRST_SYLLABLE || Math.max(seen, meant) > LAST_SYLLABLE) return false;
  const [a, b] = [partsOf(seen), partsOf(meant)];
  const different = [0, 1, 2].filter((part) => a[part] !== b[part]);
  const [part] = different;
  return different.length === 1 && JAMO[part!]!.some((group) => group.includes(a[part!]!) && group.includes(b[part!]!));
}

function partsOf(syllable: number): number[] {
  const index = syllable - FIRST_SYLLABLE;
  return [Math.floor(index / 588), Math.floor((index % 588) / 28), index % 28];
}
