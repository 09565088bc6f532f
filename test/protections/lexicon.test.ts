import { describe, expect, it } from '@jest/globals';
import { Lexicon } from '../../src/protections/lexicon.js';
import { protectionNamed } from '../../src/protections/table.js';
import { TextScan } from '../../src/protections/text-scan.js';
import { Judge } from './judging.js';

const words = new Lexicon(
  ['c++', 'free btc', 'casino', 'fall', 'ass', 'sex', 'pot', '免费', 'сука', '1488', 'viagra'],
  'words',
);
const domains = new Lexicon(['evil.com', 'bad.co.uk', '1.2.3.4', 'пример.рф'], 'domains');
const found = (lexicon: Lexicon, ...texts: string[]) => lexicon.find(new TextScan(texts))?.entry;

describe('words of a list', () => {
  it.each([
    ['get fr33 вtс now', 'free btc'],
    ['FREE   BTC!', 'free btc'],
    ['free-btc', 'free btc'],
    ['(casino)', 'casino'],
    ['ＣＡＳＩＮＯ', 'casino'],
    ['𝓬𝓪𝓼𝓲𝓷𝓸', 'casino'],
    ['cas\u200bino', 'casino'],
    ['c a s i n o', 'casino'],
    ['c.a.s.i.n.o', 'casino'],
    ['ca-si-no', 'casino'],
    ['cа\u0301sino', 'casino'],
    ['V1agra', 'viagra'],
    ['a$$', 'ass'],
    ['a55', 'ass'],
    ['我要免费送', '免费'],
    ['иди ты cyкa', 'сука'],
    ['free ВТС here', 'free btc'],
    ['https://casino.example/x', 'casino'],
    ['c@sino', 'casino'],
    ['FR€€ BTC', 'free btc'],
    ['🅵🆁🅴🅴 🅱🆃🅲', 'free btc'],
    ['I write c++ here', 'c++'],
  ])('are seen in %j', (text, entry) => expect(found(words, text)).toBe(entry));

  it.each([
    ['casinos are buildings'],
    ['freedom, btcpay'],
    ['I fail'],
    ['FAIL'],
    ['kill'],
    ['I have 455 files'],
    ['l488'],
    ['у меня рот болит'],
    ['рот'],
    ['ca si no'],
    ['assess, classes'],
    ['Essex'],
    ['it costs 14.88'],
    ['14 88'],
    ['plan c, or c in music'],
  ])('are not seen in %j', (text) => expect(found(words, text)).toBeUndefined());

  it('are seen at the beginning and the end of a text of any length, behind any padding without blanks', () => {
    for (const padding of ['x '.repeat(30_000), 'a'.repeat(60_000)]) {
      expect(found(words, `casino ${padding}`)).toBe('casino');
      expect(found(words, `${padding} casino`)).toBe('casino');
    }
    expect(found(words, `${'a'.repeat(3000)} casino ${'b'.repeat(3000)}`)).toBe('casino');
    expect(found(words, `${'word '.repeat(300)}casino`)).toBe('casino');
  });

  it('are seen whichever of several texts holds them', () =>
    expect(found(words, 'hello', 'there', 'casino')).toBe('casino'));

  it('are looked for again when another message was looked at in between', () => {
    const one = new TextScan(['a casino']);
    expect(words.find(new TextScan(['nothing here']))).toBeUndefined();
    expect(words.find(one)?.entry).toBe('casino');
  });
});

describe('domains of a list', () => {
  it.each([
    ['see evil.com.', 'evil.com'],
    ['https://sub.evil.com/x', 'evil.com'],
    ['еvil.com', 'evil.com'],
    ['evi1.com', 'evil.com'],
    ['evil[.]com', 'evil.com'],
    ['evil。com', 'evil.com'],
    ['http://www.bad.co.uk:80/', 'bad.co.uk'],
    ['http://1.2.3.4/', '1.2.3.4'],
    ['пример.рф', 'пример.рф'],
  ])('are seen in %j', (text, entry) => expect(found(domains, text)).toBe(entry));

  it.each([
    ['evil.com.example'],
    ['notevil.com'],
    ['not-evil.com'],
    ['evil.community'],
    ['paypal.com-login.example'],
    ['evil. com'],
    ['it is evil. Com is the next word'],
  ])('are not seen in %j', (text) => expect(found(domains, text)).toBeUndefined());
});

describe('a listed word that is stretched, or written with several signs in a row', () => {
  const list = protectionNamed('WordList')!;
  const found = (body: string) => new Judge(list, { words: ['casino', 'viagra', 'free btc'] }).say(body).length;
  it.each(['caaaasino', 'CASIIINOOO', 'get freeeee btc', 'c@$!no', 'v!@gr@ here', `${'x '.repeat(60)}casiiino`])(
    '%s',
    (body) => expect(found(body)).toBe(1),
  );
  it.each([
    'loooove it!!!',
    'www.example.org',
    '@someone:casinos.test',
    'aaaaaaargh, 5$ or 10€!!',
    'freeee and later btc',
    'x'.repeat(60_000),
    'no way!!! @$!',
  ])('%#: honest', (body) => expect(found(body)).toBe(0));
});
