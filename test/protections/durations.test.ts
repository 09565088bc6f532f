import { afterEach, expect, it } from '@jest/globals';
import { durationMs, durationText, durationWords } from '../../src/protections/durations.js';
import { PROTECTION_TEXTS as texts } from '../../src/protections/texts.js';
import { speak } from '../../src/util/language.js';

afterEach(() => speak('en'));

const MINUTE = 60_000;

it.each<[string, number | undefined]>([
  ['10min', 10 * MINUTE],
  ['1 h', 60 * MINUTE],
  ['1h30m', 90 * MINUTE],
  ['10 Minuten', 10 * MINUTE],
  ['2 Tage', 2 * 24 * 60 * MINUTE],
  ['1 Woche', 7 * 24 * 60 * MINUTE],
  ['0', 0],
  ['nie', 0],
  ['10', undefined],
  ['10 monate', undefined],
  ['-1m', undefined],
  ['1,5h', undefined],
])('reads %s', (text, ms) => expect(durationMs(text)).toBe(ms));

it('says lengths of time in the language of the desk', () => {
  const said = () => [60_000, 600_000, 86_400_000, 2 * 86_400_000].map(durationWords);
  expect(said()).toEqual(['60 seconds', '10 minutes', '24 hours', '2 days']);
  expect(texts.why.flood(10, durationWords(60_000))).toBe('more than 10 events in 60 seconds');
  speak('de');
  expect(said()).toEqual(['60 Sekunden', '10 Minuten', '24 Stunden', '2 Tagen']);
  expect(texts.why.flood(10, durationWords(60_000))).toBe('mehr als 10 Ereignisse in 60 Sekunden');
  expect(durationText(60_000)).toBe('1m');
});
