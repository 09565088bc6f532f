/** What scammers write in the street, and who is honestly called nearly so: a name or two for each kind. */
import { describe, expect, it } from '@jest/globals';
import { createDetector } from '../../src/detection/index.js';
import { loadRules } from '../../src/config/rules.js';
import type { ProtectedIdentity, VerdictLevel } from '../../src/detection/index.js';

const RANK: readonly VerdictLevel[] = ['none', 'possible', 'likely', 'certain'];
const rules = loadRules();

function protecting(userId: string, name: string, domains: string[] = []): ProtectedIdentity {
  return { userId, displayNames: [name], domains, avatars: [], rooms: [], variants: [] };
}

const detector = createDetector(
  [
    protecting('@help:corvenna.app', 'Corvenna Helpdesk', ['corvenna.app']),
    protecting('@info:marlinprotocol.org', 'Marlin Protocol', ['marlinprotocol.org']),
    protecting('@ada:home.example', 'Emeka Bell'),
    protecting('@info:stadtwerke-auen.de', 'Stadtwerke Auen Service', ['stadtwerke-auen.de']),
    protecting('@info:lom.ge', 'თეთრი ბანკი'),
    protecting('@info:wardat.sa', 'شركة وردة الشمال'),
    protecting('@help:naripay.kr', '나리온페이 고객센터'),
    protecting('@x:k7z.trade', 'K7Z Official', ['k7z.trade']),
  ],
  rules,
);
const verdictOf = (displayName: string | undefined, userId = '@mia:elsewhere.example') =>
  detector.inspect({ userId, displayName }).verdict;

function atLeast(level: VerdictLevel, names: readonly string[]): void {
  expect(names.filter((name) => RANK.indexOf(verdictOf(name)) < RANK.indexOf(level))).toEqual([]);
}
function atMost(level: VerdictLevel, names: readonly string[]): void {
  expect(names.filter((name) => RANK.indexOf(verdictOf(name)) > RANK.indexOf(level))).toEqual([]);
}

describe('what is called to a moderator', () => {
  it('a brand in the case that its language puts it in, beside a word that claims authority', () => {
    atLeast('likely', [
      'Podpora Corvenny',
      'Obsługa klienta Corvenny',
      'Corvennan asiakaspalvelu',
      'თეთრი ბანკის მხარდაჭერა',
    ]);
    // another vowel is another name
    atMost('possible', ['Corvenno Support', 'Corvenni Support', 'Corven Support']);
  });

  it('a brand without the word that says what kind of firm it is', () => {
    atLeast('likely', ['الدعم الفني وردة الشمال', 'وردة الشمال الرسمي']);
    atMost('none', ['شركة وردة', 'شركة']);
  });

  it('a syllable spelled part by part', () => {
    atLeast('certain', ['ㄴㅏㄹㅣㅇㅗㄴㅍㅔㅇㅣ 고객센터']);
  });

  it('a word for a role glued to a brand in capitals', () => {
    atLeast('likely', ['K7ZSupport']);
  });

  it('words for help in other languages, and hotlines', () => {
    atLeast('likely', [
      'Corvenna Pomoc',
      'Corvenna горячая линия',
      'Corvenna ہیلپ لائن',
      'Corvenna Yardım Merkezi',
      'Corvenna Βοήθεια',
    ]);
    atMost('possible', ['Corvenna I need help', 'Corvenna, нужна помощь', 'necesito ayuda Corvenna']);
  });
});

describe('what a moderator is told of', () => {
  it('departments, prizes and second accounts in many languages', () => {
    const names = [
      'Corvenna Windykacja',
      'Corvenna Gewinnspiel',
      'Corvenna Zwroty',
      'Corvenna 退款',
      'Corvenna розыгрыш',
      'Corvenna קבלת פרס החזרים',
      'Corvenna çekiliş',
      'Corvenna Undian',
    ];
    atLeast('possible', names);
    atMost('possible', names);
  });

  it('a name of several words with a slip in it, beside a word that claims authority', () => {
    atLeast('possible', ['Marlin Protocoll Support', 'Stadtwerke Aeun Kundendienst']);
  });

  it('a rare name in front of another domain, with a localpart that claims authority', () => {
    expect(verdictOf(undefined, '@support:corvenna.elsewhere.net')).toBe('possible');
    expect(verdictOf(undefined, '@mia:corvenna.elsewhere.net')).toBe('none');
    // a namesake has a desk, too
    expect(verdictOf(undefined, '@support:corvenna.example')).toBe('none');
  });
});

describe('who is left in peace', () => {
  it('two people with a sign between them', () => {
    atMost('possible', ['Emeka & Bell', 'Emeka + Bell', 'Emeka ＆ Bell']);
    atLeast('certain', ['Emeka Bell', 'Emeka  Bell', 'Emeka_Bell']);
  });

  it('a name whose telling word is a short one with another letter in it', () => {
    atMost('possible', [
      'Merlin Protocol',
      'Martin Protocol',
      'Marlon Protocol',
      'Emka Bell',
      'Stadtwerke Aue Service',
    ]);
    // its own letters swapped or doubled are a slip
    atLeast('likely', ['Marllin Protocol', 'Malrin Protocol']);
  });

  it('a server of several words of which the telling one differs', () => {
    expect(verdictOf('Mia', '@mia:stadtwerke-essen.de')).toBe('none');
    expect(verdictOf('Mia', '@mia:stadtwerke-aueu.de')).toBe('possible');
  });

  it('who left, warns or buys, whatever the language', () => {
    atMost('possible', [
      'oud-medewerker Corvenna',
      'były pracownik Corvenna',
      'cliente di Corvenna',
      'Corvenna Support ist Betrug',
      'لست دعم Corvenna',
    ]);
  });
});

describe('what is read otherwise', () => {
  const others = createDetector(
    [
      protecting('@core:tessaly-net.dev', 'Tessaly Network Foundation', ['tessaly-net.dev']),
      protecting('@contact:ville-montbrac.fr', 'Mairie de Montbrac', ['ville-montbrac.fr']),
      protecting('@ops:mintaka.cash', 'MintakaCash', ['mintaka.cash']),
      protecting('@kunde:nordkrona.no', 'Nordkrona Kundeservice', ['nordkrona.no']),
      protecting('@leif:home.example', 'Leif Sandborg'),
      protecting('@info:tanapay.et', 'ጣናፔይ'),
    ],
    rules,
  );
  const verdict = (displayName: string, userId = '@mia:elsewhere.example') =>
    others.inspect({ userId, displayName }).verdict;

  it('a name without the word for its kind of body, as people shorten it', () => {
    for (const name of ['Tessaly Network Support', 'Montbrac officiel', 'Tеssaly Network Lounge'])
      expect([name, verdict(name)]).toEqual([name, 'likely']);
    for (const name of ['Tessaly Foundation', 'Mairie de Montbard', 'Lucie de Montbrac', 'Network Support'])
      expect([name, ['none', 'possible'].includes(verdict(name))]).toEqual([name, true]);
  });

  it('a name that spells the domain, too, with the official localpart', () => {
    expect(verdict('MintakaCash', '@ops:elsewhere.example')).toBe('likely');
    expect(verdict('MintakaCash')).toBe('possible');
  });

  it('the official id beside the name, whatever words the id holds', () => {
    expect(verdict('Nordkrona Kundeservice @kunde:nordkrona.no')).toBe('certain');
    expect(verdict('not Nordkrona Kundeservice @kunde:nordkrona.no')).not.toBe('certain');
  });

  it("another surname, whatever its length; the person's own with letters swapped", () => {
    expect(verdict('Leif Sundborg')).toBe('possible');
    expect(verdict('Leif Sandbrog')).toBe('likely');
  });

  it('a question after somebody, which claims nothing', () => {
    expect(verdict('Leif Sandborg?')).toBe('likely');
    expect(verdict('Leif Sandborg!')).toBe('certain');
  });

  it('letters of an odd shape in a brand beside a role, and none of a living alphabet', () => {
    expect(verdict('Nоrdkrσna Support')).toBe('likely');
    expect(verdict('Sørkrona Support')).not.toBe('likely');
  });

  it('four syllables are as much as a name of more letters', () => {
    expect(verdict('ጣና\u2062ፔይ')).toBe('likely');
  });

  it('a body and whose it is, whatever department follows', () => {
    const uni = createDetector([protecting('@it:uni-halden.de', 'Universität Halden Rechenzentrum')], rules);
    const level = (displayName: string) => uni.inspect({ userId: '@mia:elsewhere.example', displayName }).verdict;
    expect(level('Universität Halden Support')).toBe('likely');
    expect(['none', 'possible']).toContain(level('Universität Hagen Support'));
    expect(level('Halden')).toBe('none');
  });

  it('a brand behind a word that Arabic and Hebrew glue to it', () => {
    const firms = createDetector(
      [protecting('@a:nakheel.sa', 'نخيل باي'), protecting('@b:arava.co.il', 'ערבהנט')],
      rules,
    );
    const level = (displayName: string) => firms.inspect({ userId: '@mia:elsewhere.example', displayName }).verdict;
    for (const name of ['الدعم الفني لنخيل باي', 'الدعم الفني لـنخيل باي', 'תמיכה בערבהנט'])
      expect([name, level(name)]).toEqual([name, 'likely']);
  });
});
