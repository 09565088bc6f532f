import { describe, expect, it } from '@jest/globals';
import { harmIn, harmOf } from '../../src/store/harms.js';

describe('harm ids (MSC4456)', () => {
  it.each([
    ['m.spam.impersonation', 'm.spam.impersonation'],
    ['org.matrix.msc4456.spam.impersonation: he plays our support', 'm.spam.impersonation'],
    ['[m.spam] buys followers', 'm.spam'],
    ['It is m.spam.', 'm.spam'],
    ['m.spam.of_a_new_kind', 'm.spam'],
    ['M.SPAM.FRAUD', 'm.spam.fraud'],
    ['am.spam.fraud and m.spammy', undefined],
    ['write to m.spam@example.org', 'm.spam'],
    ['m.room.message', undefined],
    ['', undefined],
  ])('are found in %p: %s', (text, harm) => expect(harmIn(text)).toBe(harm));

  it('are known by their stable and unstable names, and by no other', () => {
    expect(harmOf('m.tos.hacking')).toBe('m.tos.hacking');
    expect(harmOf('org.matrix.msc4456.tos.hacking')).toBe('m.tos.hacking');
    for (const id of ['m.toString', 'm.spam.', 'toString', '__proto__', 'org.matrix.msc4456.'])
      expect(harmOf(id)).toBeUndefined();
  });
});
