import { describe, expect, it } from '@jest/globals';
import { loadRules } from '../../src/config/rules.js';
import { createDetector, type ProtectedIdentity, type Sighting } from '../../src/detection/index.js';

const rules = loadRules();
const LABELS = ['kelvora', 'brunsel', 'tamoriq', 'welstad', 'obrelin', 'garvisso', 'pentuli', 'zamrook', 'hollivar'];
/** Two on one server, one without a domain, one on an address, one with a picture. */
const IDENTITIES: readonly ProtectedIdentity[] = [
  ...LABELS.map((label) => ({
    userId: `@support:${label}.example`,
    displayNames: [`${label[0]!.toUpperCase()}${label.slice(1)} Support`],
    domains: [`${label}.example`],
    avatars: label === 'zamrook' ? ['mxc://zamrook.example/logo'] : [],
    rooms: [],
    variants: [],
  })),
  { userId: '@support:192.0.2.7:8448', displayNames: ['Desk'], domains: [], avatars: [], rooms: [], variants: [] },
  { userId: '@support:m.pentuli.example', displayNames: [], domains: [], avatars: [], rooms: [], variants: [] },
  {
    userId: '@admin:kelvora.example',
    displayNames: [],
    domains: ['kelvora.example'],
    avatars: [],
    rooms: [],
    variants: [],
  },
];
const SIGHTINGS: readonly Sighting[] = [
  { userId: '@support:elsewhere.example' },
  { userId: '@supp0rt:elsewhere.example', displayName: 'Nobody' },
  { userId: '@suppоrt:elsewhere.example', displayName: 'Tamoriq Support' },
  { userId: '@support:elsewhere.example', displayName: 'Оbrelin Support' },
  { userId: '@supporrt:elsewhere.example', displayName: 'We1stad' },
  // on the server of one, below it, on a disguise of it, under another ending
  { userId: '@supp0rt:garvisso.example' },
  { userId: '@supp0rt:chat.garvisso.example' },
  { userId: '@support:pentu1i.example' },
  { userId: '@support:hollivar.test' },
  { userId: '@support:HOLLIVAR.example' },
  { userId: '@supp0rt:192.0.2.7:8448' },
  { userId: '@support:brunsel.example.gift.test', displayName: 'support' },
  { userId: '@support:elsewhere.example', avatarUrl: 'mxc://zamrook.example/logo' },
  { userId: '@x:elsewhere.example', displayName: 'support', roomName: 'Brunsel Support' },
  { userId: '@kelvora-support:elsewhere.example' },
];

describe('official accounts that share a localpart', () => {
  const detector = createDetector(IDENTITIES, rules);
  const alone = IDENTITIES.map((identity) => createDetector([identity], rules));
  const rank = ['none', 'possible', 'likely', 'certain'];

  it.each(SIGHTINGS)('accuse of as much as the one that is resembled most: %j', (sighting) => {
    const verdict = detector.inspect(sighting);
    const each = alone.map((one) => one.inspect(sighting));
    const most = each.reduce((best, one) =>
      rank.indexOf(one.verdict) * 100 + one.score > rank.indexOf(best.verdict) * 100 + best.score ? one : best,
    );
    expect([verdict.verdict, verdict.score]).toEqual([most.verdict, most.score]);
    expect(each).toContainEqual(verdict);
  });

  it('are compared once for all where only the localpart is resembled: the first of them is named', () => {
    expect(detector.inspect({ userId: '@suppоrt:elsewhere.example' }).protected).toBe(IDENTITIES[0]!.userId);
    expect(detector.inspect(SIGHTINGS[3]!).protected).toBe('@support:obrelin.example');
    expect(detector.inspect(SIGHTINGS[5]!).protected).toBe('@support:garvisso.example');
  });
});
