import { afterEach, expect, it } from '@jest/globals';
import { catalogue, languagesOf } from '../../src/util/catalogue.js';
import { figure } from '../../src/util/counted.js';
import { deskLanguage, inLanguage, speak } from '../../src/util/language.js';

afterEach(() => speak('en'));

const texts = catalogue({
  en: {
    hello: 'Hello',
    rooms: (count: number) => (count === 1 ? 'one room' : 'many rooms'),
    deep: { none: 'none', list: ['a ', { code: 'b' }] },
  },
  de: {
    hello: 'Hallo',
    rooms: (count) => (count === 1 ? 'ein Raum' : 'viele Räume'),
    deep: { none: 'keine', list: ['ein ', { code: 'b' }] },
  },
});

it('speaks English until the desk speaks another language', () => {
  expect([texts.hello, texts.rooms(2), texts.deep.none]).toEqual(['Hello', 'many rooms', 'none']);
  speak('de');
  expect([texts.hello, texts.rooms(1), texts.deep.list]).toEqual(['Hallo', 'ein Raum', ['ein ', { code: 'b' }]]);
});

it('a function or a group that somebody keeps speaks the language of the moment', () => {
  const { rooms, deep } = texts;
  speak('de');
  expect([rooms(1), deep.none, Object.entries(deep)[0]]).toEqual(['ein Raum', 'keine', ['none', 'keine']]);
});

it('one thing is said in another language, and what comes after it is not', () => {
  expect(inLanguage('de', () => texts.hello)).toBe('Hallo');
  expect(() =>
    inLanguage('de', () => {
      throw new Error(texts.hello);
    }),
  ).toThrow('Hallo');
  expect([texts.hello, deskLanguage()]).toEqual(['Hello', 'en']);
});

it('numbers are written as in the language', () => {
  expect([figure(1234567), inLanguage('de', () => figure(1234567))]).toEqual(['1,234,567', '1.234.567']);
});

it('gives both languages to who compares them, and nothing of what is no catalogue', () => {
  expect(Object.keys(languagesOf(texts) ?? {})).toEqual(['en', 'de']);
  expect([languagesOf({}), languagesOf('x'), languagesOf(null)]).toEqual([undefined, undefined, undefined]);
});
