import { describe, expect, it } from '@jest/globals';
import { loadRules } from '../../src/config/rules.js';
import { createDetector } from '../../src/detection/index.js';

const asgard = {
  userId: '@server:asgard.test',
  displayNames: ['Asgard (Official Account)'],
  avatars: [],
  domains: ['asgard.test'],
  rooms: [],
  variants: [],
};

describe('the official account of a neighbour with a similar name', () => {
  const detector = createDetector([asgard], loadRules());

  it('is shown to a moderator, but never banned by itself', () => {
    for (const name of ['Utgard', 'Midgard']) {
      const { verdict } = detector.inspect({
        userId: `@server:${name.toLowerCase()}.test`,
        displayName: `${name} (Official Account)`,
      });
      expect([name, verdict]).not.toEqual([name, 'certain']);
    }
  });

  it('is another thing than the official name itself on another server', () => {
    expect(detector.inspect({ userId: '@server:utgard.test', displayName: 'Asgard (Official Account)' }).verdict).toBe(
      'certain',
    );
  });
});
