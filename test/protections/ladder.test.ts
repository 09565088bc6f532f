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
      { policyList: '!list:a.test', mayRedact: true },
    );
    expect(actions.map(({ kind }) => kind).sort()).toEqual(['redact', 'redact', 'write_rule', 'write_rule']);
    const ruled = actions.flatMap(({ kind, payload }) =>
      kind === 'write_rule' ? [(payload as { entity: string }).entity] : [],
    );
    expect(ruled).toEqual(['@a:x.test', '@b:y.test']);
    expect(new Set(actions.map(({ key }) => key)).size).toBe(4);
  });

  const warned = (protection: string, mayRedact: boolean) => {
    const [action] = actionsOfOffence(
      {
        protection,
        finding: {
          subject: { kind: 'user', id: '@a:x.test' },
          why: 'a picture',
          events: [{ roomId: '!r:a.test', eventId: '$one' }],
          detail: {},
        },
        settings: settingsWith(['redact+warn'], {}).parse({}) as unknown as CommonSettings,
        eventId: '$one',
        roomId: '!r:a.test',
        caseId: 7,
        offence: 1,
        now: 5,
      },
      { policyList: '!list:a.test', mayRedact },
    ).filter(({ kind }) => kind === 'warn');
    return { key: action?.key, text: (action?.payload as { text: string }).text };
  };

  it('says that something was removed only where we may remove it', () => {
    expect(warned('MessageIsMedia', true).text).toContain('What you sent was removed.');
    expect(warned('MessageIsMedia', false).text).not.toContain('removed');
  });

  it('warns once for an event that offends against two protections', () => {
    expect(warned('MessageIsMedia', true).key).toBe(warned('FirstMessageIsImage', true).key);
  });
});
