/**
 * Floors for names that nothing was tuned on. The figures stand in docs/understand/detection-eval.md; here they may not
 * fall far.
 */
import { describe, expect, it } from '@jest/globals';
import { randomOf } from '../../bench/detection/attacks.js';
import { EDITS, LIGHT, LONG_NAMES, SQUATS, withGlyphs } from '../../bench/detection/held-out.js';
import { loadRules } from '../../src/config/rules.js';
import { createDetector, type Detector } from '../../src/detection/index.js';

const rules = loadRules();
const detectors = new Map(
  LONG_NAMES.map((name): [string, Detector] => [
    name,
    createDetector(
      [
        {
          userId: `@${name}:${name}.com`,
          displayNames: [name],
          domains: [`${name}.com`],
          avatars: [],
          rooms: [],
          variants: [],
        },
      ],
      rules,
    ),
  ]),
);

function share(make: (name: string, detector: Detector) => boolean | undefined): number {
  const results = [...detectors].map(([name, detector]) => make(name, detector)).filter((each) => each !== undefined);
  return results.filter(Boolean).length / results.length;
}

describe('names nothing was tuned on', () => {
  it('are found with one light edit, as localpart and as display name', () => {
    const random = randomOf(5);
    for (const edit of LIGHT) {
      const found = share((name, detector) => {
        const text = EDITS[edit]!(name, random);
        if (text === undefined || text === name) return undefined;
        return (
          detector.inspect({ userId: `@${text}:evil.test` }).verdict !== 'none' &&
          detector.inspect({ userId: '@u8472:evil.test', displayName: text }).verdict !== 'none'
        );
      });
      expect([edit, found >= 0.96]).toEqual([edit, true]);
    }
  });

  it('are found with any letters in another shape, as server', () => {
    const random = randomOf(6);
    expect(
      share(
        (name, detector) =>
          detector.inspect({ userId: `@anna:${withGlyphs(name, 0.4, random)!}.com` }).verdict !== 'none',
      ),
    ).toBe(1);
  });

  it('are likely as a squatted domain with a name that fits', () => {
    const random = randomOf(7);
    for (const [kind, squat] of Object.entries(SQUATS)) {
      const found = share((name, detector) => {
        const host = squat(name, 'com', random);
        return host === undefined || host.startsWith('undefined') || host === `${name}.com`
          ? undefined
          : /likely|certain/.test(detector.inspect({ userId: `@${name}:${host}` }).verdict);
      });
      // a word or somebody's name under another ending is another firm (stripe.net)
      expect([kind, found >= (/ending|sub-domain/.test(kind) ? 0.9 : 0.99)]).toEqual([kind, true]);
    }
  });
});
