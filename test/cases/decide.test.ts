import { describe, expect, it } from '@jest/globals';
import { literal } from '../../src/cases/decide.js';
import { isGlob } from '../../src/policy/index.js';

describe('a rule that a case writes by itself', () => {
  it.each(['@*:evil.test', '@a?:evil.test', `@${'a'.repeat(260)}:evil.test`, '@**', '@x*:*.evil.test'])(
    'names %p by its hash: it is not a pattern that hits others',
    (userId) => expect(literal(userId)).toEqual({ hashed: true }),
  );

  it('names an ordinary id as it is', () => {
    for (const userId of ['@spammer:evil.test', '@[x]:evil.test', '@a b:evil.test'])
      expect([userId, isGlob(userId), literal(userId)]).toEqual([userId, false, {}]);
  });
});
