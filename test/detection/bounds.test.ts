/**
 * Every floor and ceiling of src/detection/score/bounds.ts by examples: those that stand there, and for the ceilings
 * names of at least five scripts. With thresholds so low that whatever resembles is `certain`, only the ceiling holds a
 * verdict where it is.
 */
import { describe, expect, it } from '@jest/globals';
import { loadRules } from '../../src/config/rules.js';
import { createDetector, type ProtectedIdentity, type VerdictLevel } from '../../src/detection/index.js';
import { CEILINGS, FLOORS, type CeilingName } from '../../src/detection/score/bounds.js';

const rules = loadRules();
const LOW = { ...rules, thresholds: { possible: 0.1, likely: 0.2, certain: 0.3 } };
const SOMEBODY = '@u8472:else.example';

/** The official one: a user id, a domain or a display name. */
function protect(official: string, displayNames: readonly string[] = []): ProtectedIdentity {
  const base = { avatars: [], rooms: [], variants: [], displayNames };
  if (official.startsWith('@'))
    return { ...base, userId: official, domains: [official.slice(official.indexOf(':') + 1)] };
  return /^[^ ]+\.[^ .]+$/.test(official)
    ? { ...base, userId: `@zq9:${official}`, domains: [official] }
    : { ...base, userId: '@zq9:home.example', domains: [], displayNames: [official] };
}

/** Who bears the name: somebody, or whoever is called by its own id. */
const verdictOn = (official: string, seen: string, rulesOf = LOW): VerdictLevel =>
  createDetector([protect(official)], rulesOf).inspect({
    userId: seen.startsWith('@') ? seen : SOMEBODY,
    displayName: seen,
  }).verdict;

type Pair = readonly [official: string, seen: string];
const CLUBS = [
  'Chess Club',
  'Шахматный Клуб',
  'Σκακιστική Λέσχη',
  'נבחרת השחמט',
  'نادي الشطرنج',
  'შაჰმატის კლუბი',
  'शतरंज संघ',
];

const PAIRS: Readonly<Record<CeilingName, readonly Pair[]>> = {
  another_name: [
    ['דן שמיר', 'דן שמי'],
    ['سامر حداد', 'سامي حداد'],
    ['Ольга Белова', 'Ольга Беляева'],
    ['रीना वर्मा', 'रीमा वर्मा'],
    ['みどり銀行 サポート', 'みなと銀行 サポート'],
    ['ທະນາຄານຈຳປາ', 'ທະນາຄານຈຳປີ'],
  ],
  another_by_its_marks: [
    ['Trần Văn Dũng', 'Trần Văn Dung'],
    ['नीना शर्मा', 'नैना शर्मा'],
    ['কবির দাস', 'কবীর দাস'],
    ['รัตนา สุขใจ', 'รัตนี สุขใจ'],
    ['ரமா தேவி', 'ரமீ தேவி'],
    ['ગીતા શાહ', 'ગૌતા શાહ'],
  ],
  // given names and surnames are known in Latin letters only
  two_people: [
    ['Anna Bell', 'Anna & Bell'],
    ['Peter Schmidt', 'Peter & Schmidt'],
    ['Maria Rossi', 'Maria + Rossi'],
    ['Jean Dupont', 'Jean / Dupont'],
    ['Sofia Lopez', 'Sofia & Lopez'],
  ],
  may_be_another: [
    ['Tavric Observatory', 'Tavrin Observatory'],
    ['Banca Cerbul', 'Banca Corbul'],
    ['Karaçınar Kart', 'Karapınar Kart'],
    ['Copperfin Exchange', 'Coppertin Exchange'],
    ['Нортвик Лига', 'Нортвак Лига'],
    ['Θαλασσινή Τράπεζα', 'Θαλασσία Τράπεζα'],
    ['არწივიანი ბანკი', 'არწივიენი ბანკი'],
    ['Արծվաբերդ Բանկ', 'Արծվաբորդ Բանկ'],
  ],
  mention: CLUBS.map((name) => [name, `${name} Berlin`]),
  words_of_the_id: [
    ['@server:matrix.org', 'server matrix.org'],
    ['@help:кошка.рф', 'help кошка рф'],
    ['@help:猫屋.中国', 'help 猫屋 中国'],
    ['@help:네이처.한국', 'help 네이처 한국'],
    ['@help:γάτα.ελ', 'help γάτα ελ'],
    ['@help:חתול.ישראל', 'help חתול ישראל'],
  ],
  words_of_the_domain: [
    ['kite.im', 'Kite im'],
    ['кошка.рф', 'Кошка рф'],
    ['猫屋.中国', '猫屋 中国'],
    ['네이처.한국', '네이처 한국'],
    ['חתול.ישראל', 'חתול ישראל'],
  ],
  who_goes_by_its_own_id: ['s3rver', 's\u0435rver', 'serv\u0435r', 'ser\u03bder', '\u0455erver', 'ѕеrvеr'].map(
    (localpart) => ['@server:matrix.org', `@${localpart}:matrix.org`],
  ),
  question: CLUBS.map((name) => [name, `${name}?`]),
  names_nobody: [
    'IT Support',
    'Служба поддержки',
    'サポートチーム',
    '고객 지원',
    'Τεχνική Υποστήριξη',
    'ΤΕΧΝΙΚΗ ΥΠΟΣΤΗΡΙΞΗ',
    'الدعم الفني',
    'צוות תמיכה',
    'Assistenza clienti',
    'teknik destek',
    'ଗ୍ରାହକ ସେବା',
  ].map((name) => [name, name]),
  word_of_another_script: [
    ['Tattoo', 'ΤΑΤΤΟΟ'],
    ['SOUSOU', 'ՏՕՍՏՕՍ'],
    ['PATTON', 'ꓑꓮꓔꓔꓳꓠ'],
    ['Tacocat', 'Тасосат'],
    ['KAHOOT', 'ᏦᎪᎻᎾᎾᎢ'],
    ['Оханка', 'Oxahka'],
    ['DAWGHA', 'ᎠᎪᎳᎶᎻᎪ'],
  ],
};

describe('a ceiling holds', () => {
  it.each(Object.entries(CEILINGS))('%s', (name, { most, example }) => {
    for (const [official, seen] of [example as Pair, ...PAIRS[name as CeilingName]]) {
      expect([seen, verdictOn(official, seen)]).toEqual([seen, most]);
      // and with the thresholds that are in force
      expect(['none', 'possible', most]).toContain(verdictOn(official, seen, rules));
    }
  });
});

describe('a floor holds', () => {
  const high = { ...rules, thresholds: { possible: 100, likely: 200, certain: 300 } };
  const LUMEN = protect('@lumen:lumenhaus.example', ['Lumenhaus Stiftung']);
  const TABLE = protect('@table:table.example', ['Table']);
  const INFO = protect('@info:table.example', ['Tabelo']);
  const examples: Readonly<Record<keyof typeof FLOORS, readonly (readonly [ProtectedIdentity, string, string?])[]>> = {
    name_and_localpart: [
      [LUMEN, '@lumen:else.example', 'Lumenhaus Stiftung'],
      [protect('@mayak:m.example', ['Северный Маяк']), '@mayak:else.example', 'Северный Маяк'],
      [protect('@minato:m.example', ['みなと信用金庫']), '@m1nato:else.example', 'みなと信用金庫 ✓'],
    ],
    localpart_under_rare_label: [
      [LUMEN, '@lumen:lumenhaus.org'],
      [LUMEN, '@lumen:lumenhaus-chat.org'],
    ],
    namesake_under_the_label: [[TABLE, '@table:table.org', 'Table']],
    localpart_under_label: [[INFO, '@info:table.org']],
  };

  it.each(Object.entries(FLOORS))('%s, whatever the weights come to', (name, { least }) => {
    for (const [who, userId, displayName] of examples[name as keyof typeof FLOORS])
      expect([userId, createDetector([who], high).inspect({ userId, displayName }).verdict]).toEqual([userId, least]);
  });
});
