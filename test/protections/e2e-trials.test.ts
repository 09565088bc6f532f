import { describe, expect, it } from '@jest/globals';
import { PROTECTIONS, protectionNamed } from '../../src/protections/table.js';
import { settingNamed } from '../../src/protections/values.js';
import { PROTECTION_TRIALS } from '../e2e/support/protection-trials.js';

/** The whole of a ladder, as the last offence of a trial's meets it. */
function deedsOf(name: string): Set<string> {
  const setting = settingNamed(protectionNamed(name)!, 'response')!;
  return new Set((setting.schema.parse(undefined) as string[][]).flat());
}

describe('the trials that are played on real homeservers', () => {
  it('leave out no protection of the table, and have none twice', () => {
    expect(PROTECTION_TRIALS.map(({ name }) => name).sort()).toEqual(PROTECTIONS.map(({ name }) => name).sort());
  });

  it.each(PROTECTION_TRIALS)(
    '$name is switched on by a name that means it, and shows what it does by default',
    (trial) => {
      const { name, by = name, acts, effect } = trial;
      expect(protectionNamed(by)?.name).toBe(name);
      expect(acts.length).toBeGreaterThan(0);
      const deeds = deedsOf(name);
      // an offer and a message come with what only notifies
      const expected = effect === 'offer' || effect === 'message' ? 'notify' : effect;
      expect([...deeds]).toContain(expected);
      expect(deeds.has('ban')).toBe(effect === 'ban');
      if (effect === 'message') expect(trial.shown?.length).toBeGreaterThan(0);
      if (effect === 'offer') expect(trial.offer).toBeDefined();
    },
  );
});
