import { describe, expect, it } from '@jest/globals';
import { toProtectedIdentity } from '../../src/config/identities.js';
import type { ProtectedIdentityConfig } from '../../src/config/types.js';
import { loadRules } from '../../src/config/rules.js';
import { DetectorHolder } from '../../src/impersonation/detector-holder.js';
import { Officials } from '../../src/impersonation/officials.js';
import type { Settings, SettingsStore } from '../../src/store/settings/types.js';

const SERVER = '@server:example.org';
const SUPPORT = '@helpline:example.org';

function started(settings = { officials: [] } as unknown as Settings) {
  const identities: ProtectedIdentityConfig[] = [
    {
      user_id: SERVER,
      display_names: ['Example (Official Account)'],
      avatars: [],
      domains: ['example.org'],
      rooms: [],
      variants: [],
    },
  ];
  const store = {
    get: () => settings,
    update: (change: (draft: Settings) => void) => Promise.resolve(change(settings)),
  } as unknown as SettingsStore;
  const detector = new DetectorHolder(identities.map(toProtectedIdentity), loadRules());
  const officials = new Officials({ identities, settings: store, detector });
  const verdict = (userId: string, displayName: string | null = null) =>
    detector.get().inspect({ userId, displayName }).verdict;
  return { identities, settings, officials, verdict };
}

describe('official accounts that were added by command', () => {
  it('are official, defended, and there again after a start', async () => {
    const one = started();
    expect(one.verdict('@x:evil.example', 'Helplіne Valhalla')).toBe('none');
    await one.officials.add(SUPPORT, ['Helpline Valhalla']);
    for (const now of [one, started(one.settings)]) {
      expect(now.verdict(SUPPORT)).toBe('official');
      expect(['likely', 'certain']).toContain(now.verdict('@x:evil.example', 'Helplіne Valhalla'));
      expect(now.identities.map(({ user_id: id }) => id)).toEqual([SERVER, SUPPORT]);
    }
  });

  it('can be taken back, and what the configuration says cannot', async () => {
    const one = started();
    await one.officials.addVariant(SERVER, '@server:example.com');
    expect(one.verdict('@server:example.com')).toBe('official');
    expect(await one.officials.remove(SERVER)).toBe(true);
    expect(one.verdict('@server:example.com')).not.toBe('official');
    expect(one.verdict(SERVER)).toBe('official');
    expect(await one.officials.remove(SERVER)).toBe(false);
    expect(one.officials.isConfigured(SERVER)).toBe(true);
  });
});
