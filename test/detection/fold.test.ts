import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { foldEntries, isUnassigned, TABLE_END } from '../../scripts/generate-fold-table.js';
import { BLANKS } from '../../scripts/fold-extras.js';
import { canContract, contract } from '../../src/detection/fold/drawn.js';
import { fold } from '../../src/detection/fold/fold.js';
import { Folded, LETTERS } from '../../src/detection/fold/folded.js';
import {
  classOf,
  COLON,
  DOT,
  DROP,
  IS_WIDE,
  ITSELF,
  SEQUENCE,
  SEQUENCES,
  SPACE,
  unitOf,
} from '../../src/detection/fold/table.js';

const SEPARATORS = new Map([
  [DROP, ''],
  [SPACE, ' '],
  [DOT, '.'],
  [COLON, ':'],
]);
const END = 0x33480;
const folded = (text: string) => fold(text, new Folded()).text();

/** Letters beyond the first plane as the one unit that stands for them. */
const units = (text: string) =>
  Array.from(text, (character) => String.fromCharCode(unitOf(character.codePointAt(0) ?? 0))).join('');

/** What the table in memory says of a code point. */
function targetOf(codePoint: number): string {
  const value = classOf(codePoint);
  if (value === ITSELF || value === codePoint)
    return SEPARATORS.get(codePoint) ?? units(String.fromCodePoint(codePoint));
  return (
    SEPARATORS.get(value) ??
    (value >= SEQUENCE && value < 0xe000
      ? String.fromCharCode(...SEQUENCES[value - SEQUENCE]!)
      : String.fromCharCode(value))
  );
}

describe('the fold table', () => {
  it('is what the generator makes of the data of Unicode, npm and the extras', () => {
    const entries = foldEntries();
    const wrong: string[] = [];
    for (let codePoint = 0x20; codePoint < END; codePoint++) {
      // what this Node does not know yet, the table's maker may have known
      if (isUnassigned(codePoint)) continue;
      const expected = entries.get(codePoint) ?? { target: String.fromCodePoint(codePoint), wide: false };
      if (
        targetOf(codePoint) !== units(expected.target) ||
        (codePoint < TABLE_END && (IS_WIDE[codePoint] === 1) !== expected.wide)
      )
        wrong.push(`U+${codePoint.toString(16)}: ${targetOf(codePoint)} instead of ${expected.target}`);
    }
    expect(wrong).toEqual([]);
  });

  it('takes no letter of any script for nothing, or for what stands between words', () => {
    const lost: string[] = [];
    for (let codePoint = 0x41; codePoint < END; codePoint++) {
      const character = String.fromCodePoint(codePoint);
      // letters that only change another one may be; and the fillers of Hangul, which nothing draws
      if (!/\p{L}/u.test(character) || /\p{Lm}/u.test(character) || BLANKS.includes(character)) continue;
      if (classOf(codePoint) < ITSELF || folded(character) === '')
        lost.push(`${character} U+${codePoint.toString(16)}`);
    }
    expect(lost).toEqual([]);
    for (const [one, other] of [
      ['דוד לוי', 'דוד לו'],
      ['גל', 'גיל'],
      ['ユキ', 'ユキノ'],
      ['るみ', 'くるみ'],
      ['たいち', 'だいち'],
      ['ハル', 'バル'],
      ['びょういん', 'びよういん'],
      ['ユキ', 'ユーキ'],
    ] as const)
      expect([one, folded(one)]).not.toEqual([one, folded(other)]);
  });

  it('sees nothing in what Unicode lets a program ignore, in private use, and in what is not assigned', () => {
    const seen: string[] = [];
    for (let codePoint = 0x80; codePoint < 0x110000; codePoint++) {
      const character = String.fromCodePoint(codePoint);
      if (/[\p{Default_Ignorable_Code_Point}\p{Co}\p{Cs}\p{Cn}]/u.test(character) && classOf(codePoint) !== DROP)
        seen.push(`U+${codePoint.toString(16)}`);
    }
    // newer letters than this Node knows may be in the table
    expect(seen.length).toBeLessThan(1000);
    expect(seen.filter((each) => !isUnassigned(parseInt(each.slice(2), 16)))).toEqual([]);
    for (const unseen of [
      '\u2065',
      '\ufff0',
      '\ufff8',
      '\u{e0fff}',
      '\ue000',
      '\u{f0000}',
      '\u{10fffd}',
      '\u0378',
      '\ud800',
    ])
      expect([unseen.codePointAt(0), folded(`cl${unseen}ub`)]).toEqual([unseen.codePointAt(0), 'club']);
  });
});

describe('folding', () => {
  it('reads every kind of look-alike as its letter', () => {
    for (const text of [
      'server',
      'SERVER',
      'ѕеrvеr',
      'ＳＥＲＶＥＲ',
      '𝓈𝑒𝓇𝓋𝑒𝓇',
      'ⓢⓔⓡⓥⓔⓡ',
      '🅂🄴🅁🅅🄴🅁',
      '🆂🅴🆁🆅🅴🆁',
      '🇸🇪🇷🇻🇪🇷',
      'ꜱᴇʀᴠᴇʀ',
      's3rv3r',
      '5erver',
      '$erver',
      'sérvèr',
      's\u200be\u00adr\u2060v\u{e0061}er',
      's e-r_v.e·r',
      'ʂєяνεг',
    ])
      expect([text, folded(text)]).toEqual([text, 'server']);
  });

  it('takes symbols for letters inside words only', () => {
    expect(folded('m@trix')).toBe('matrlx');
    expect(folded('@anna')).toBe('anna');
    expect(folded('anna@home.org')).toBe('annahomeorg');
    expect(folded('Hello!')).toBe('hello');
    expect(folded('a | b')).toBe('ab');
  });

  it('reads letters of many scripts by their shape', () => {
    const shapes: Record<string, string> = {
      a: 'ꞻꬰ𐌰ꓯ卂',
      b: 'ꞗꝥ𐌱ᲀ乃',
      c: 'ꞔꜿςᲃㄷ',
      d: 'ꟈꝺԃ刀',
      e: 'ꬳꜫᲕⵎ乇',
      f: 'ꬵꟻߓ千',
      g: 'ꞡᵹ᠑',
      h: 'ⱶԣꓧ𐌷',
      l: 'ꟾȴᛐㄥ',
      j: 'ꞲꓩﾌꞀ'.slice(0, 3),
      k: 'ꞣꓘ𐌺',
      m: 'ꭑꬺᲅ₥ⅿ𝗆',
      n: 'ꞥꬻกԥ𐌽',
      o: 'ⱺꙩᲂᱛ᠐၁ㄖ𐐭',
      p: 'ꟼⴒᚹ',
      q: 'ϥⴉ',
      r: 'ꞧꭈⲅ',
      s: 'ꟊꟙร丂',
      t: 'ⲧꚍተㄒ',
      u: 'ꞹบⴗㄩ',
      v: 'ꝟᐁ𐰟',
      w: 'ꭐሠผ',
      x: 'ꭓϫⵅ𐰓',
      y: 'ꭚꚲㄚ',
      z: 'ꝣⴭꛉ乙',
    };
    for (const [letter, characters] of Object.entries(shapes))
      for (const character of characters)
        expect([character, folded(`x${character}x`)]).toEqual([character, `x${letter}x`]);
  });

  it('takes drawn symbols for letters between letters only, where nobody puts an ornament', () => {
    expect(folded('r○blox')).toBe('roblox');
    expect(folded('g🌐🌍gle')).toBe('google');
    expect(folded('m△tr⚪x')).toBe('matrox');
    expect(folded('d☺️g')).toBe('dog');
    for (const name of ['★ Anna ★', '★★Anna★★', '● Anna', 'Anna🌍', '🌍Anna', 'Anna ⚽ Bea', '⚽'])
      expect([name, folded(name)]).toEqual([name, folded(name.replace(/[^A-Za-z]/gu, ''))]);
  });

  it('has one unit for every letter, whatever plane it is from', () => {
    for (const letter of ['𐪉', '𑫌', '𠮷', 'ฟ', 'か', '😀x'])
      expect([letter, folded(`a${letter}b`).length]).toEqual([letter, 3]);
  });

  it('takes two regional indicators for a flag and more for a word', () => {
    expect(folded('Anna 🇩🇪')).toBe('anna');
    expect(folded('🇧🇴🇹')).toBe('bot');
  });

  it('reads another form of the same letters as the same', () => {
    for (const [one, other] of [
      ['中国银行', '中國銀行'],
      ['长城银行官方客服', '長城銀行官方客服'],
      ['说', '説'],
      ['さくら銀行', 'サクラ銀行'],
      ['さくら銀行', 'さくら银行'],
      ['カード', 'ｶｰﾄﾞ'],
      ['バス', 'ハ\u3099ス'],
      ['広島', '廣島'],
      ['桜', '樱'],
      ['神', '\ufa19'],
      ['丽', '\u{2f800}'],
      ['サポート', 'サポ-ト'],
      ['サポート', 'ｻﾎﾟ—ﾄ'],
      ['한빛은행', '한빛은행'.normalize('NFD')],
      ['한빛은행', 'ㅎㅏㄴㅂㅣㅊㅇㅡㄴㅎㅐㅇ'],
      ['한빛은행', '\uffbe\uffc2\uffa4\uffb2\uffdc\uffba\uffb7\uffda\uffa4\uffbe\uffc3\uffb7'],
    ] as const)
      expect([other, folded(other)]).toEqual([other, folded(one)]);
  });

  it('keeps names of other scripts apart from one another', () => {
    for (const [a, b] of [
      ['公式', '官方'],
      ['서버', '서비'],
      ['하하하', '하ㅎㅎ'],
      ['خادم', 'خدم'],
      ['कमल', 'कमला'],
    ] as const)
      expect(folded(a)).not.toBe(folded(b));
  });

  it('draws look-alike pairs together beside the plain form', () => {
    const plain = fold('rnatvvorkcl', new Folded());
    expect(canContract(plain)).toBe(true);
    expect(contract(plain, new Folded()).text()).toBe('matworkd');
    expect(canContract(fold('matrix', new Folded()))).toBe(false);
  });

  it('is bounded, keeps places right, and folds what it folded to itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 700 }), (text) => {
        const result = fold(text, new Folded());
        expect(result.length).toBeLessThanOrEqual(LETTERS);
        for (let index = 1; index < result.length; index++)
          expect(result.source[index]!).toBeGreaterThanOrEqual(result.source[index - 1]!);
        // parts of syllables that stood apart are joined when they come together
        if (/[\u1100-\u11ff\u3131-\u318e\uffa1-\uffdc]/.test(result.text())) return;
        // a unit of private use stands for a letter beyond the first plane
        expect(folded(result.text())).toBe(result.text().replace(/[$|\ue000-\uf8ff]/g, ''));
      }),
      { numRuns: 300 },
    );
    expect(folded('a'.repeat(70_000))).toHaveLength(LETTERS);
  });
});
