import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldEntries, isUnassigned, TABLE_END } from '../../scripts/generate-fold-table.js';
import { canContract, contract, fold, Folded, LETTERS } from '../../src/detection/fold/fold.js';
import { CLASS_OF, COLON, DOT, DROP, IS_WIDE, ITSELF, SEQUENCE, SEQUENCES, SPACE } from '../../src/detection/fold/table.js';

const SEPARATORS = new Map([[DROP, ''], [SPACE, ' '], [DOT, '.'], [COLON, ':']]);
const folded = (text: string) => fold(text, new Folded()).text();

/** What the table in memory says of a code point. */
function targetOf(codePoint: number): string {
  const value = CLASS_OF[codePoint]!;
  if (value === ITSELF || value === codePoint) return SEPARATORS.get(codePoint) ?? String.fromCodePoint(codePoint);
  return SEPARATORS.get(value) ?? (value >= SEQUENCE ? String.fromCharCode(...SEQUENCES[value - SEQUENCE]!) : String.fromCharCode(value));
}

describe('the fold table', () => {
  it('is what the generator makes of the npm data and the extras', () => {
    const entries = foldEntries();
    const wrong: string[] = [];
    for (let codePoint = 0x20; codePoint < TABLE_END; codePoint++) {
      // surrogates and private use are not in the table; what this Node does not know yet, the table's maker may have known
      if ((codePoint >= 0xd800 && codePoint <= 0xf8ff) || isUnassigned(codePoint)) continue;
      const expected = entries.get(codePoint) ?? { target: String.fromCodePoint(codePoint), wide: false };
      if (targetOf(codePoint) !== expected.target || (IS_WIDE[codePoint] === 1) !== expected.wide) wrong.push(`U+${codePoint.toString(16)}: ${targetOf(codePoint)} instead of ${expected.target}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('folding', () => {
  it('reads every kind of look-alike as its letter', () => {
    for (const text of ['server', 'SERVER', 'ѕеrvеr', 'ＳＥＲＶＥＲ', '𝓈𝑒𝓇𝓋𝑒𝓇', 'ⓢⓔⓡⓥⓔⓡ', '🅂🄴🅁🅅🄴🅁', '🆂🅴🆁🆅🅴🆁', '🇸🇪🇷🇻🇪🇷', 'ꜱᴇʀᴠᴇʀ', 's3rv3r', '5erver', '$erver', 'sérvèr', 's\u200be\u00adr\u2060v\u{e0061}er', 's e-r_v.e·r', 'ʂєяνεг']) expect([text, folded(text)]).toEqual([text, 'server']);
  });

  it('takes symbols for letters inside words only', () => {
    expect(folded('m@trix')).toBe('matrlx');
    expect(folded('@anna')).toBe('anna');
    expect(folded('anna@home.org')).toBe('annahomeorg');
    expect(folded('Hello!')).toBe('hello');
    expect(folded('a | b')).toBe('ab');
  });

  it('takes two regional indicators for a flag and more for a word', () => {
    expect(folded('Anna 🇩🇪')).toBe('anna');
    expect(folded('🇧🇴🇹')).toBe('bot');
  });

  it('keeps names of other scripts apart from one another', () => {
    for (const [a, b] of [['公式', '官方'], ['서버', '서비'], ['خادم', 'خدم'], ['कमल', 'कमला']] as const) expect(folded(a)).not.toBe(folded(b));
  });

  it('draws look-alike pairs together beside the plain form', () => {
    const plain = fold('rnatvvorkcl', new Folded());
    expect(canContract(plain)).toBe(true);
    expect(contract(plain, new Folded()).text()).toBe('matworkd');
    expect(canContract(fold('matrix', new Folded()))).toBe(false);
  });

  it('is bounded, keeps places right, and folds what it folded to itself', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 700 }), (text) => {
      const result = fold(text, new Folded());
      expect(result.length).toBeLessThanOrEqual(LETTERS);
      for (let index = 1; index < result.length; index++) expect(result.source[index]!).toBeGreaterThanOrEqual(result.source[index - 1]!);
      expect(folded(result.text())).toBe(result.text().replace(/[$|]/g, ''));
    }), { numRuns: 300 });
    expect(folded('a'.repeat(70_000))).toHaveLength(LETTERS);
  });
});
