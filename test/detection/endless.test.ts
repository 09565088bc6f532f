/** Names that are made to take long: they are seen through all the same, and looked at in bounded time. */
import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { HOSTILE } from '../../bench/detection/worst.js';
import { loadRules } from '../../src/config/rules.js';
import { fold } from '../../src/detection/fold/fold.js';
import { Folded } from '../../src/detection/fold/folded.js';
import { shortened } from '../../src/detection/fold/shortened.js';
import { createDetector } from '../../src/detection/index.js';
import { growth } from '../support/effort.js';

const detector = createDetector(
  [
    {
      userId: '@server:matrix.org',
      displayNames: ['Matrix.org (Official Account)'],
      avatars: [],
      domains: ['matrix.org'],
      rooms: [],
      variants: [],
    },
  ],
  loadRules(),
);
const heaped = (text: string, what: string) => [...text].map((letter) => letter + what).join('');

describe('an endless name', () => {
  it('is seen through under heaps of marks and invisible characters', () => {
    for (const what of [
      '\u0301'.repeat(256),
      '\u0301\u0335'.repeat(128),
      '\u200b'.repeat(200),
      '\u{e0061}'.repeat(100),
    ]) {
      const { verdict, evidence } = detector.inspect({
        userId: '@x:evil.test',
        displayName: heaped('Matrix.org (Official Account)', what),
      });
      expect([what.codePointAt(0), verdict]).toEqual([what.codePointAt(0), expect.stringMatching(/likely|certain/)]);
      // a place in the shortened text would point elsewhere in the one that was given
      for (const each of evidence) expect(each.position).toBeUndefined();
    }
  });

  it('keeps its letters when it is shortened, and a short one is left alone', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.string({ unit: 'binary', maxLength: 3 }),
            fc.constantFrom('', '\u0301', '\u200b', '\u{e0061}', '\u202e'),
            fc.nat(300),
          ),
          { maxLength: 40 },
        ),
        (parts) => {
          const text = parts.map(([letters, what, count]) => letters + what.repeat(count)).join('');
          const short = shortened(text);
          if (text.length <= 1024) expect(short).toBe(text);
          expect(short.length).toBeLessThanOrEqual(Math.min(text.length, 8192));
          if (!/[\u{1f1e6}-\u{1f1ff}]/u.test(text))
            expect(fold(short, new Folded()).text()).toBe(fold(text, new Folded()).text());
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each(Object.keys(HOSTILE))('costs no more than its length: %s', (kind) => {
    const inspect = (units: number) =>
      detector.inspect({ userId: '@u8472:evil.test', displayName: HOSTILE[kind]!(units) });
    expect(growth(inspect, 2_048, 65_536)).toBeLessThan(300);
    expect(detector.inspect({ userId: `@${HOSTILE[kind]!(65_536)}:evil.test` }).verdict).toMatch(
      /none|possible|likely|certain/,
    );
  });
});
