/** Texts that are read more than one way: what else they may say, and that the stronger reading counts. */
import { describe, expect, it } from '@jest/globals';
import { loadRules } from '../../src/config/rules.js';
import { createDetector, type Verdict } from '../../src/detection/index.js';
import { visualOrder } from '../../src/detection/fold/bidi.js';
import { fold } from '../../src/detection/fold/fold.js';
import { Folded } from '../../src/detection/fold/folded.js';
import { otherReadings, withoutEscapes, withoutSigns } from '../../src/detection/fold/readings.js';

const detector = createDetector(
  [
    ['@server:matrix.org', 'Matrix.org (Official Account)', 'matrix.org'],
    ['@kraken:krakenpay.example', 'Krakenpay Support', 'krakenpay.example'],
    ['@club:chess.example', 'Chess Club', 'chess.example'],
  ].map(([userId, displayName, domain]) => ({
    userId: userId!,
    displayNames: [displayName!],
    domains: [domain!],
    avatars: [],
    rooms: [],
    variants: [],
  })),
  loadRules(),
);
const look = (displayName: string, userId = '@u8472:evil.test'): Verdict => detector.inspect({ userId, displayName });
const level = (displayName: string) => look(displayName).verdict;
const readings = (text: string) => otherReadings(text, fold(text, new Folded())) ?? [];

describe('escapes', () => {
  it('of links, localparts, pages and programs are undone', () => {
    for (const [written, meant] of [
      ['%40server%3Amatrix.org', '@server:matrix.org'],
      ['=40server=3amatrix.org', '@server:matrix.org'],
      ['Chess&nbsp;Club', 'Chess Club'],
      ['Ch&#1077;ss &#x421;lub', 'Chеss Сlub'],
      ['Ch&iecy;ss Cl&uacute;b', 'Chеss Clu\u0301b'],
      ['Ch\\u0435ss', 'Chеss'],
      ['xn--mnchen-3ya.de', 'münchen.de'],
      ['Matrix dot org', 'Matrix.org'],
      ['matrix[dot]org', 'matrix.org'],
      ['matrix (.) org', 'matrix.org'],
      ['matrix-punkt-org', 'matrix.org'],
      ['server[at]matrix[dot]org', 'server@matrix.org'],
    ] as const)
      expect([written, withoutEscapes(written)]).toEqual([written, meant]);
  });

  it('that are none stay', () => {
    for (const text of [
      '100% sure',
      'a=b',
      'Q&A team',
      'Tom & Anna;',
      '%zz',
      '=ff',
      'AT&T',
      'Dot Cotton',
      '&#0;',
      '&#xd800;',
    ])
      expect([text, withoutEscapes(text)]).toEqual([text, text]);
  });

  it('in localparts are those of the specification', () => {
    expect(detector.inspect({ userId: '@=40server=3amatrix.org:evil.test' }).verdict).not.toBe('none');
    expect(detector.inspect({ userId: '@server=40matrix.org:evil.test' }).verdict).not.toBe('none');
  });
});

describe('signs', () => {
  it('are read as ornaments and separators too', () => {
    for (const name of [
      'Krakenpay│Support',
      'Krakenpay—Support',
      'Krakenpay★Official',
      'K★r★a★k★e★n★p★a★y★ ★S★u★p★p★o★r★t',
      'K+r+a+k+e+n+p+a+y+ +S+u+p+p+o+r+t',
      '🆘 Krakenpay Verified 🆘',
      'ℹ️ Krakenpay Official',
    ])
      expect([name, ['likely', 'certain'].includes(level(name))]).toEqual([name, true]);
    for (const name of [
      'Chess Club€',
      'Chess† Club',
      '① Chess Club ①',
      'Chess Club 0️⃣',
      '♪ Chess Club',
      'Chess Club Ⓜ️',
      'Chess—Club',
    ])
      expect([name, level(name)]).toEqual([name, 'certain']);
  });

  it('that spell are letters still', () => {
    for (const name of ['🅲🅷🅴🆂🆂 🅲🅻🆄🅱', '🇨 🇭 🇪 🇸 🇸 🇨 🇱 🇺 🇧', 'Ch€ss Club', 'Chess Cl○b★'])
      expect([name, level(name) !== 'none']).toEqual([name, true]);
    expect(withoutSigns('🅲🅻🆄🅱 🆗')).toBe('🅲🅻🆄🅱  ');
    expect(withoutSigns('Che🆂🆂')).toBe('Che🆂🆂');
  });

  it('do not make a stranger official', () => {
    for (const name of ['Anna│Berlin', 'K|ra', '★ Club ★', 'Schach—Club'])
      expect([name, level(name)]).toEqual([name, 'none']);
  });
});

describe('strokes', () => {
  it('of one letter are put together', () => {
    for (const name of [
      'C|-|ess C|ub',
      'Chess CIub',
      'Chess Clul3',
      'Chess Cll_|b',
      'Kral<enpay Support',
      'Krakenl°ay Support',
      'Kralcenpay Support',
    ])
      expect([name, level(name) !== 'none']).toEqual([name, true]);
    expect(readings('IVIetaMask')).toEqual(['MetaMask']);
    expect(readings('BAN|<')).toContain('BANk');
    expect(readings('Supp()rt')).toEqual(['Support']);
    expect(readings('NIatrix')).toEqual(['Matrix']);
    expect(readings('AmancIine')).toEqual(['Amandine']);
  });

  it('make no other name of an honest one', () => {
    for (const name of ['Anna (Berlin)', 'Olivia', 'al_', 'Max_Muster', 'Nina', 'Marina', 'WWII fan', 'x_X'])
      expect([name, readings(name)]).toEqual([name, []]);
  });
});

describe('what does nothing behind a letter', () => {
  it('is a disguise: a variation selector', () => {
    expect(look('Chess\ufe0f Club').evidence.map(({ disguise }) => disguise)).toContain('invisible');
  });
});

describe('letters on their heads and in a mirror', () => {
  it('are read from the other end', () => {
    for (const [turned, meant] of [
      ['qnlƆ ssǝɥƆ', 'Chess Club'],
      ['ʇɹoddnS ʎɐduǝʞɐɹʞ', 'krakenpay Support'],
      ['(ʇunoɔɔ∀ lɐᴉɔᴉɟɟO) ƃɹo˙xᴉɹʇɐW', 'Matrix.org (Official Account)'],
      ['dulƆ ꙅꙅɘʜƆ', 'Chess Club'],
    ] as const)
      expect([turned, visualOrder(turned)]).toEqual([turned, meant]);
    expect(level('qnlƆ ssǝɥƆ')).toBe('certain');
    for (const plain of ['Ərəb', 'Яна', 'naïve', 'ə', 'Ayşə Məmmədova'])
      expect([plain, visualOrder(plain)]).toEqual([plain, undefined]);
  });
});

describe('a name that is merely near', () => {
  it('is one sign, also where its bearer adorned it', () => {
    const shaham = createDetector(
      [
        {
          userId: '@shaham:shaham.example',
          displayNames: ['Zorbax'],
          domains: ['shaham.example'],
          avatars: [],
          rooms: [],
          variants: [],
        },
      ],
      loadRules(),
    );
    for (const [localpart, displayName] of [
      ['shubham', 'Shubham ★'],
      ['sahas', 'Sahas 🎉'],
      ['shihab', 'Shihab'],
    ] as const) {
      const { verdict } = shaham.inspect({ userId: `@${localpart}:evil.test`, displayName });
      expect([displayName, ['likely', 'certain'].includes(verdict)]).toEqual([displayName, false]);
    }
  });
});

describe('what is told of another reading', () => {
  it('quotes what stands there', () => {
    const sentences = look('Chess—Club').evidence.map(({ sentence }) => sentence);
    expect(sentences.join()).toContain('"Chess—Club"');
    // what reads as the official name is not exactly it
    expect(look('Chess&nbsp;Club').evidence[0]?.sentence).toContain('"Chess&nbsp;Club" reads');
  });
});
