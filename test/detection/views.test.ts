/**
 * Views and rules that nothing else holds in place: each of these was broken on purpose (`npm run mutate`) and no test had noticed. One attack or one
 * honest name each.
 */
import { describe, expect, it } from '@jest/globals';
import { loadRules } from '../../src/config/rules.js';
import { createDetector, type Detector, type ProtectedIdentity, type Verdict } from '../../src/detection/index.js';

const rules = loadRules();
const protect = (userId: string, displayName: string, more: Partial<ProtectedIdentity> = {}): Detector => createDetector([{ userId, displayNames: [displayName], domains: [], avatars: [], rooms: [], variants: [], ...more }], rules);
const look = (detector: Detector, userId: string, displayName?: string): Verdict => detector.inspect({ userId, displayName });
const named = (detector: Detector, displayName: string) => look(detector, '@u8472:evil.test', displayName).verdict;

describe('letters drawn together', () => {
  it('are a twin whichever side has the pair: m for rn is as good as rn for m', () => {
    for (const [official, twin] of [['Barnaby Bank', 'Bamaby Bank'], ['Mammon Bank', 'Marnrnon Bank'], ['Clever Bank', 'Dever Bank'], ['Savvy Bank', 'Sawy Bank']] as const) {
      const found = look(protect('@zorbax:home.example', official), '@x:evil.test', twin);
      expect([twin, found.verdict, found.evidence[0]?.disguise]).toEqual([twin, 'certain', 'lookalike']);
    }
    expect(look(protect('@zorbax:home.example', 'Barnaby Bank'), '@x:evil.test', 'Bamaby Bank').evidence[0]?.sentence).toContain('"m" for "rn"');
  });

  it('are seen where words for a role stand amid the name', () => {
    expect(named(protect('@zorbax:home.example', 'Megapost'), 'Rnega Support Post')).toBe('likely');
  });
});

describe('a word that is wholly in another script', () => {
  it('is no slip of a Latin name, in whatever field: Ракета is a rocket and not Paketo', () => {
    for (const detector of [protect('@paketo:paketo.example', 'Paketo', { domains: ['paketo.example'] }), protect('@paketo:home.example', 'Zorbax'), protect('@zorbax:home.example', 'Paketo')]) {
      expect(named(detector, 'Ракета')).toBe('none');
      expect(look(detector, '@ракета:evil.test').verdict).toBe('none');
      expect(named(detector, 'Раketa')).toBe('possible');
    }
    expect(named(protect('@zorbax:home.example', 'Paketo Base'), 'Ракета Васе')).toBe('none');
  });
});

describe('text that is turned around', () => {
  const detector = protect('@server:matrix.org', 'Matrix.org (Official Account)', { domains: ['matrix.org'] });

  it('is read as it is printed, up to where the turning ends, over whatever is nested in it', () => {
    for (const name of ['\u202exirtaM\u202c.org (Official Account)', 'Matrix.org (\u202elaiciffO\u202c Account)', '\u202e)tnuoccA\u2066\u2069 laiciffO( gro.xirtaM', '\u202e)tnuoccA \u202blaiciffO\u202c( gro.xirtaM']) expect([name, named(detector, name)]).toEqual([name, 'certain']);
  });
});

describe('evidence', () => {
  it('says where in a field the disguise is, in code points', () => {
    expect(look(protect('@zorbax:home.example', 'Chess Club'), '@x:evil.test', '⭐ 𝐂hеss Club').evidence[0]?.position).toEqual({ start: 2, end: 5 });
  });
});
