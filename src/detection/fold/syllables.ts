/**
 * Letters written in parts: kana with a following voicing mark (ハ゛, ﾊﾞ), and Hangul syllables spelled jamo by jamo
 * (ㅎㅏㄴ). Folding joins them, so that both spellings are one letter.
 */
const SYLLABLES = 0xac00;
const LEADS = 0x1100;
const VOWELS = 0x1161;
const TAILS = 0x11a7;
const LEAD_COUNT = 19;
const VOWEL_COUNT = 21;
const TAIL_COUNT = 28;
/** The tail consonant of each lead; 0 for those that never end a syllable. */
const TAIL_OF_LEAD = [1, 2, 4, 7, 0, 8, 16, 17, 0, 19, 20, 21, 22, 0, 23, 24, 25, 26, 27];

/** Whether it is a voicing mark: combining, spacing or half-width. */
export function isVoiceMark(codePoint: number): boolean {
  return (codePoint >= 0x3099 && codePoint <= 0x309c) || codePoint === 0xff9e || codePoint === 0xff9f;
}

/** The class of a kana with a voicing mark; undefined when the two do not form a letter. */
export function voiced(kana: number, mark: number): number | undefined {
  const half = mark === 0x309a || mark === 0x309c || mark === 0xff9f;
  const composed = (String.fromCodePoint(kana).normalize('NFKC') + (half ? '\u309a' : '\u3099')).normalize('NFC');
  const codePoint = composed.charCodeAt(0);
  // iteration marks (ゝ) cannot be voiced
  if (composed.length > 1 || codePoint < 0x3041 || codePoint > 0x30fa || codePoint === 0x309e) return undefined;
  return codePoint < 0x30a0 ? codePoint + 0x60 : codePoint;
}

/** Whether a dash between these two UTF-16 units lengthens a vowel (サポ-ト)? */
export function isBetweenKana(before: number, after: number): boolean {
  return isKana(before) && isKana(after);
}

export function isKana(unit: number): boolean {
  return (unit >= 0x3041 && unit < 0x3100 && unit !== 0x30fb) || (unit >= 0xff66 && unit < 0xffa0);
}

/** Whether it is a jamo: conjoining, compatibility, or half-width. */
export function isJamo(codePoint: number): boolean {
  return (
    (codePoint >= 0x1100 && codePoint < 0x1200) ||
    (codePoint >= 0x3131 && codePoint < 0x318f) ||
    (codePoint >= 0xffa1 && codePoint < 0xffdd)
  );
}

/**
 * Combines a jamo with the preceding letter: the syllable so far, or undefined when it starts another.
 * @param unit the class of the letter before
 * @param before the character that the letter before began with
 * @param after the next character: a consonant before a vowel begins a syllable
 */
export function joined(unit: number, before: number, jamo: number, after: number): number | undefined {
  if (!isJamo(before)) return undefined;
  const part = conjoining(jamo);
  if (unit >= SYLLABLES && unit < 0xd7a4) {
    if ((unit - SYLLABLES) % TAIL_COUNT !== 0) return undefined;
    const isConjoining = jamo < 0x1200;
    const tail =
      part > TAILS && part < TAILS + TAIL_COUNT
        ? part - TAILS
        : isConjoining || isVowel(after)
          ? 0
          : (TAIL_OF_LEAD[part - LEADS] ?? 0);
    return tail === 0 ? undefined : unit + tail;
  }
  const lead = conjoining(before) - LEADS;
  if (lead < 0 || lead >= LEAD_COUNT || !isVowel(jamo)) return undefined;
  return SYLLABLES + (lead * VOWEL_COUNT + part - VOWELS) * TAIL_COUNT;
}

function conjoining(jamo: number): number {
  return jamo < 0x1200 ? jamo : String.fromCodePoint(jamo).normalize('NFKC').charCodeAt(0);
}

function isVowel(codePoint: number): boolean {
  if (!isJamo(codePoint)) return false;
  const part = conjoining(codePoint);
  return part >= VOWELS && part < VOWELS + VOWEL_COUNT;
}
