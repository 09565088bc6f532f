import { describe, expect, it } from '@jest/globals';
import { parseDuration, timeOf } from '../../src/commands/args/duration.js';
import { duration, yes } from '../../src/commands/args/index.js';
import { takeOptions } from '../../src/commands/args/options.js';
import { wordsOf } from '../../src/commands/text/words.js';

describe('a length of time', () => {
  it.each([
    ['30m', 1_800_000],
    ['12h', 43_200_000],
    ['7d', 604_800_000],
    ['2W', 1_209_600_000],
    ['7 d', 604_800_000],
    ['7days', 604_800_000],
    ['1d12h', 129_600_000],
    ['7d.', 604_800_000],
    ['2 Wochen', 1_209_600_000],
  ])('%s', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['', '7', 'd', '0d', '-1d', '1.5h', '1y', '999999w', '7 d 3', '٧d', '1e3d', '7 months'])(
    'is not %j, and the error says what to write',
    (text) => {
      expect(() => parseDuration(text)).toThrow(
        expect.objectContaining({
          code: 'HEIMDALL_E_DURATION',
          remedy: expect.stringContaining('--for 7d') as unknown,
        }),
      );
    },
  );

  const known = { for: duration('for', 'x'), yes };
  const taken = (line: string) => {
    const { words, values } = takeOptions(wordsOf([line]), known);
    return [words.map(({ text }) => text).join(' '), values];
  };
  const week = 604_800_000;

  it.each([
    'ban @x:y rude --for 7d',
    'ban @x:y --for 7d rude',
    'ban @x:y --for=7d rude',
    'ban @x:y --for:7d rude',
    'ban @x:y —for 7d rude',
    'ban @x:y –for 7d rude',
    'ban @x:y –for=7d rude',
    'ban @x:y ——for 7d rude',
    'ban @x:y -for 7d rude',
    'ban @x:y --For 7D rude',
    'ban @x:y —FOR 7d rude',
    'ban @x:y — for 7d rude',
    'ban @x:y --for 7 days rude',
    'ban @x:y --for\u00a07\u00a0days rude',
    'ban @x:y --for 1w rude',
    'ban @x:y --for 7d, rude',
  ])('%s', (line) => expect(taken(line)).toEqual(['ban @x:y rude', { for: week }]));

  it('is refused under another name, with the right one, and nothing is lost in the reason', () => {
    for (const [line, meant] of [
      ['ban @x:y rude --duration 7d', '--for'],
      ['ban @x:y rude —until 7d', '--for'],
      ['ban @x:y rude --fro 7d', '--for'],
      ['ban @x:y rude --forse', '--for'],
      ['ban @x:y rude --yess', '--yes'],
      ['ban @x:y rude—for 7d', '--for'],
      ['ban @x:y rude--for 7d', '--for'],
    ] as const)
      expect(() => taken(line)).toThrow(
        expect.objectContaining({ code: 'HEIMDALL_E_USAGE', message: expect.stringContaining(meant) as unknown }),
      );
    expect(() => taken('ban @x:y --for')).toThrow('For how long?');
    expect(() => taken('ban @x:y --for soon')).toThrow('not a valid duration');
  });

  it('in quotes is part of the reason, and so is a dash that stands alone', () => {
    expect(taken('ban @x:y "--for 7d"')).toEqual(['ban @x:y --for 7d', {}]);
    expect(taken('ban @x:y rude — for ever')).toEqual(['ban @x:y rude — for ever', {}]);
    expect(taken('ban @x:y well-known - really -spam')).toEqual(['ban @x:y well-known - really -spam', {}]);
  });

  it('is shown to the minute', () => expect(timeOf(Date.UTC(2026, 11, 3, 10, 5, 59))).toBe('2026-12-03 10:05 UTC'));
});
