import { describe, expect, it } from '@jest/globals';
import { parseDuration, timeOf } from '../../src/commands/duration.js';
import { parseCommand } from '../../src/commands/parse.js';

describe('a length of time', () => {
  it.each([
    ['30m', 1_800_000],
    ['12h', 43_200_000],
    ['7d', 604_800_000],
    ['2W', 1_209_600_000],
  ])('%s', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['', '7', 'd', '0d', '-1d', '1.5h', '7 d', '1y', '999999w', '7days', '٧d', '1e3d'])(
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

  it('stands anywhere in a command, with or without =', () => {
    for (const words of ['ban @x:y --for 7d rude', 'ban --for=7d @x:y rude', 'ban @x:y rude --for 7d']) {
      const { args, options } = parseCommand(`!mjolnir ${words}`);
      expect([args, [...options]]).toEqual([['@x:y', 'rude'], [['for', '7d']]]);
    }
    expect(parseCommand('!heimdall ban @x:y --for').options.get('for')).toBe('');
    expect(parseCommand('!heimdall ban @x:y "--for 7d"').args).toEqual(['@x:y', '--for 7d']);
  });

  it('is shown to the minute', () => expect(timeOf(Date.UTC(2026, 11, 3, 10, 5, 59))).toBe('2026-12-03 10:05 UTC'));
});
