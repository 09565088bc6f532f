/** Whoever bears a protected name by chance: namesakes, and the next of kin by a mark or a letter. */
import { describe, expect, it } from '@jest/globals';
import { loadRules } from '../../src/config/rules.js';
import { createDetector, type VerdictLevel } from '../../src/detection/index.js';

const rules = loadRules();
const RANK: readonly VerdictLevel[] = ['none', 'possible', 'likely', 'certain'];

function verdictOf(
  official: string,
  displayName: string | null,
  userId = '@zq:elsewhere.example',
  of = '@k9:home.example',
) {
  const identity = { userId: of, displayNames: [official], domains: [], avatars: [], rooms: [], variants: [] };
  return createDetector([identity], rules).inspect({ userId, displayName }).verdict;
}

describe('a namesake', () => {
  it.each(['キャサリン', 'さくらこ', '엘리자베스', 'สมชาย', 'พรทิพย์', 'អង្គារា'])(
    'of one word in a script that writes without spaces is possible: %s',
    (name) => {
      expect(verdictOf(name, name)).toBe('possible');
      expect(verdictOf(name, `${name} ✨`)).toBe('possible');
      // two words are borne by nobody else, and a disguise by nobody at all
      expect(RANK.indexOf(verdictOf(name, `${[...name].join('\u200b')}`))).toBeGreaterThanOrEqual(
        RANK.indexOf('likely'),
      );
    },
  );

  it.each(['さくら銀行公式', '海星交易所', '한강누리페이', 'ดอยเมฆาประกันภัย'])(
    'of what is two words without a space does not exist: %s',
    (name) => expect(verdictOf(name, name)).toBe('certain'),
  );

  it('whose localpart is the official one and spells the name is possible, also where the homeserver set the name', () => {
    const id = '@marlowe.finch:home.example';
    expect(verdictOf('Marlowe Finch', null, '@marlowe.finch:elsewhere.example', id)).toBe('possible');
    expect(verdictOf('Marlowe Finch', 'marlowe.finch', '@marlowe.finch:elsewhere.example', id)).toBe('possible');
    expect(verdictOf('D.O.T. Lane', 'Anna', '@dotlane:elsewhere.example', '@dotlane:home.example')).toBe('possible');
    // who chose the name did so
    expect(verdictOf('Marlowe Finch', 'Marlowe Finch', '@marlowe.finch:elsewhere.example', id)).toBe('certain');
  });

  it('is never certain by a name that its homeserver set', () => {
    expect(verdictOf('Marlowe Finch', 'marlowe.finch', '@marlowe.finch:elsewhere.example')).toBe('likely');
  });
});

describe('another name', () => {
  it.each([
    ['Trần Vũ Đan', 'Trần Vũ Dân'],
    ['Trần Vũ Đan', 'Trần Vũ Đàn'],
    ['Lâm Khê', 'Lam Khê'],
    ['Lâm Khê', 'Lâm Khế'],
  ])('differs in a Vietnamese mark, by itself and beside a word that claims authority: %s, %s', (official, seen) => {
    expect(verdictOf(official, seen)).toBe('possible');
    expect(verdictOf(official, `Hỗ trợ ${seen}`)).toBe('possible');
    expect(verdictOf(official, `Hỗ trợ ${official}`)).toBe('likely');
    expect(verdictOf(official, `${official}\u{1f71c}`)).toBe('certain');
  });

  it('is none where a name of such syllables has no marks', () => {
    expect(verdictOf('Moon Pay', 'Mòon Pay Support')).toBe('likely');
  });

  it('has a letter of its own, also beside a word that claims authority; swapped letters are a slip', () => {
    expect(verdictOf('Gemeente Dijkenhoek', 'Gemeente Dijkerhoek Beheerder')).toBe('possible');
    expect(verdictOf('Gemeente Dijkenhoek', 'Gemeente Dijkehnoek Beheerder')).toBe('likely');
  });

  it('has other initials, or a word in their place', () => {
    expect(verdictOf('D.O.T. Lane', 'Dot Lake')).toBe('possible');
    expect(verdictOf('D.O.T. Lane', 'B.O.T. Lane Support')).not.toBe('likely');
  });
});
