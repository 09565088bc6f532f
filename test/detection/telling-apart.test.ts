/** Kinds of names between the official one and an honest neighbour's. */
import { describe, expect, it } from '@jest/globals';
import { createDetector } from '../../src/detection/index.js';
import { loadRules } from '../../src/config/rules.js';
import type { ProtectedIdentity, VerdictLevel } from '../../src/detection/index.js';

const RANK: readonly VerdictLevel[] = ['none', 'possible', 'likely', 'certain'];
const rules = loadRules();
const protecting = (userId: string, name: string, domain: string): ProtectedIdentity => ({
  userId,
  displayNames: [name],
  domains: [domain],
  avatars: [],
  rooms: [],
  variants: [],
});
const detector = createDetector(
  [
    protecting('@mio:mio.dev', 'Mio', 'mio.dev'),
    protecting('@service:heidegrund-kk.de', 'Heidegrund Krankenkasse', 'heidegrund-kk.de'),
    protecting('@ayuda:cajaluna.es', 'Cajaluna Ahorros', 'cajaluna.es'),
    protecting('@info:bocian.pl', 'Bocian Kasa', 'bocian.pl'),
    protecting('@info:songtranh.vn', 'Ngân hàng Sông Tranh', 'songtranh.vn'),
    protecting('@info:suginami.jp', '杉波銀行', 'suginami.jp'),
    protecting('@info:zahavit.co.il', 'בנק הזהבית', 'זהבית.ישראל'),
    protecting('@info:perar.in', 'നിറപ്പുഴ ബാങ്ക്', 'perar.in'),
    protecting('@tuki:mäntyranta.fi', 'Mäntyranta Pankki', 'mäntyranta.fi'),
    protecting('@desk:threadvane.app', 'Threadvane', 'tvn.app'),
    protecting('@club:rebel.example', 'Rebels for Tomorrow', 'rebel.example'),
    protecting('@kofi:home.example', 'Kofi Mensah', 'home.example'),
    protecting('@info:himkunj.in', 'हिमकुंज बैंक', 'himkunj.in'),
    protecting('@info:fgb.no', 'Fjordgran Stiftelse', 'fgb.no'),
    protecting('@info:vmb.se', 'Vindmark Bank', 'vmb.se'),
  ],
  rules,
);
const verdictOf = (displayName: string | undefined, userId = '@mia:elsewhere.example') =>
  detector.inspect({ userId, displayName }).verdict;
const against = (identity: ProtectedIdentity, userId: string, displayName: string) =>
  createDetector([identity], rules).inspect({ userId, displayName }).verdict;
const below = (level: VerdictLevel, names: readonly string[]) =>
  names.filter((name) => RANK.indexOf(verdictOf(name)) < RANK.indexOf(level));
const above = (level: VerdictLevel, names: readonly string[]) =>
  names.filter((name) => RANK.indexOf(verdictOf(name)) > RANK.indexOf(level));

describe('what is called to a moderator', () => {
  it('a namesake that also has the domain of the name, under another ending', () => {
    expect(verdictOf('Mio', '@mio:mio.org')).toBe('likely');
    expect(verdictOf('Mio', '@mio:elsewhere.org')).toBe('possible');
    expect(verdictOf('Anna', '@anna:mio.org')).toBe('none');
  });

  it('the official localpart where a label of several words stands under another ending', () => {
    expect(verdictOf('Bo', '@service:heidegrund-kk.com')).toBe('likely');
  });

  it('a name without spaces, words that no list knows, and a word that claims authority, all glued', () => {
    expect(below('likely', ['杉波銀行東日本高速サポート'])).toEqual([]);
    expect(above('none', ['新杉波銀行東日本', '大杉波銀行サポート'])).toEqual([]);
  });

  it('a name with a mark that its own language does not write', () => {
    expect(verdictOf('Ngân hàng Sông Trañh', '@info:elsewhere.example')).toBe('likely');
  });

  it('a letter drawn nearly alike, or of no alphabet, beside a word that claims authority', () => {
    expect(below('likely', ['Threadvare Support', 'Tlhreadvane Support', 'Thrɘadvane Support'])).toEqual([]);
    expect(below('likely', ['Threa\u{1df3d}vane Support', 'Threadvanͤ Support', 'Thꞃeadvane Support'])).toEqual([]);
    // another vowel makes another name
    expect(above('possible', ['Threadvana Support', 'Threadvone Support'])).toEqual([]);
  });

  it('a letter of no alphabet in a name of several words, but for those of people', () => {
    expect(below('likely', ['Rebels fɔr Tomorrow'])).toEqual([]);
    expect(above('possible', ['Rebels far Tomorrow', 'Kɔfi Mensah'])).toEqual([]);
  });

  it('a name whose vowels are marks, taken apart by signs', () => {
    expect(below('likely', [[...'हिमकुंज बैंक'].join('•')])).toEqual([]);
  });

  it('the name without the word for its kind of body, beside a word that claims authority', () => {
    expect(below('likely', ['Fjordgran Kundeservice'])).toEqual([]);
    // with more words it may be another body of the same place
    expect(above('possible', ['Fjordgran Kor Support', 'Fjordgran'])).toEqual([]);
    // without its trade it may be a place's name or a plain word
    expect(below('possible', ['Vindmark Kundtjänst'])).toEqual([]);
    expect(above('possible', ['Vindmark Kundtjänst'])).toEqual([]);
  });
});

describe('who is left in peace', () => {
  it('another firm whose name is more words', () => {
    expect(above('possible', ['Caja Lunar Ahorros'])).toEqual([]);
  });

  it('who says where they belong, where the name holds a word that only goes along', () => {
    expect(above('possible', ['Anna (Bocian Kasa)', 'ei Mäntyranta Pankki'])).toEqual([]);
  });

  it('names that differ by a letter of Hebrew or by a vowel that is written as a mark', () => {
    expect(above('possible', ['בנק הזהביה', 'നീറപ്പുഴ ബാങ്ക്', 'Ngân hàng Sông Trành'])).toEqual([]);
  });

  it('another club of the same initials, whose telling word is a word or may be one', () => {
    const club = protecting('@ccc:ccc.de', 'Chaos Computer Club', 'ccc.de');
    expect(against(club, '@ccc:chess.club', 'Chess Computer Club')).toBe('possible');
    expect(against(club, '@ccc:cvs.club', 'Cvaus Computer Club')).toBe('possible');
    const written = protecting('@info:ccc.de', 'Chaos Computer Club', 'ccc.de');
    expect(against(written, '@info:chess.club', 'Chess Computer Club')).toBe('none');
    // the same initials with another sign of a disguise
    expect(against(club, '@ccc:cvs.club', 'Chaoz Computer Club')).toBe('likely');
    expect(against(club, '@ccc:ccc.com', 'Cvaus Computer Club')).toBe('likely');
    expect(against(club, '@\u0441\u0441\u0441:cvs.club', 'Cvaus Computer Club')).toBe('likely');
    expect(against(club, '@ccc:evil.test', 'Chaos Computer Club')).toBe('certain');
    // a localpart that is no word and no initials is not borne by chance
    const rare = protecting('@zorbaxel:ccc.de', 'Chaos Computer Club', 'ccc.de');
    expect(against(rare, '@zorbaxel:cvs.club', 'Cvaus Computer Club')).toBe('likely');
  });

  it('another body with the same words for a role beside its name, and in its localpart', () => {
    const island = protecting('@info:amber-island.example', 'Amber Island Support', 'amber-island.example');
    expect(against(island, '@info:ember-isle.test', 'Ember Island Support')).toBe('possible');
    expect(against(island, '@info:elsewhere.test', 'Ambеr Island Support')).toBe('certain');
    expect(against(island, '@nils:ember-isle.test', 'Ember Island Official Support')).toBe('possible');
    const rare = protecting('@zorbaxel:amber-island.example', 'Amber Island Support', 'amber-island.example');
    expect(against(rare, '@zorbaxel:elsewhere.test', 'Ember Island Support')).toBe('likely');
    const kitchen = protecting('@support:lantern.example', 'Lantern', 'lantern.example');
    expect(against(kitchen, '@support:elsewhere.test', 'Lantrn Official Support')).toBe('likely');
  });

  it.each([
    ['Maple Kitchen', 'Maple Kitten'],
    ['Sapphira Theatre', 'Sapphire Theatre'],
    ['Palase Theatre', 'Palace Theatre'],
    ['Bakory Theatre', 'Bakery Theatre'],
  ])('a word that people know tells one body from another: %s, %s', (official, seen) => {
    const body = protecting('@info:body.example', official, 'body.example');
    expect(RANK.indexOf(against(body, '@info:elsewhere.test', seen))).toBeLessThan(RANK.indexOf('likely'));
  });
});
