import { describe, expect, it } from '@jest/globals';
import { actionsOfOffence } from '../../src/protections/ladder.js';
import { settingsWith, type CommonSettings } from '../../src/protections/settings.js';

describe('what an offence asks for', () => {
  const settings = settingsWith(['redact+ban'], {}).parse({}) as unknown as CommonSettings;

  it('hits each account of a campaign, with its own events, and not the room', () => {
    const parts = ['@a:x.test', '@b:y.test'].map((userId, index) => ({
      userId,
      events: [{ roomId: '!r:a.test', eventId: `$${index}` }],
    }));
    const actions = actionsOfOffence(
      {
        protection: 'Campaign',
        finding: { subject: { kind: 'room', id: '!r:a.test' }, why: 'a campaign', events: [], detail: {}, parts },
        settings,
        eventId: '$last',
        roomId: '!r:a.test',
        caseId: 7,
        offence: 1,
        now: 5,
      },
      { policyList: '!list:a.test' },
    );
    expect(actions.map(({ kind }) => kind).sort()).toEqual(['redact', 'redact', 'write_rule', 'write_rule']);
    const ruled = actions.flatMap(({ kind, payload }) =>
      kind === 'write_rule' ? [(payload as { entity: string }).entity] : [],
    );
    expect(ruled).toEqual(['@a:x.test', '@b:y.test']);
    expect(new Set(actions.map(({ key }) => key)).size).toBe(4);
  });
});
