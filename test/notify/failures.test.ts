import { describe, expect, it } from '@jest/globals';
import { failureKey, failureMessage } from '../../src/notify/failures.js';
import type { ActionRecord } from '../../src/store/records/actions.js';

const action = {
  kind: 'write_rule',
  payload: { roomId: '!room:example.org', userId: '@bad:evil.example' },
  caseId: null,
} as unknown as ActionRecord;
const tell = (givenUp: boolean) =>
  failureMessage({ action, error: 'M_FORBIDDEN: @bad:evil.example may\u202enot', givenUp });

describe('trouble with an action', () => {
  it('is told without any id: only a head notice names a subject by itself', () => {
    const { body, formatted_body: html } = tell(false).content;
    expect(body).toBe('Not done yet: write rule. I keep trying; the thread has the details.');
    expect(html).not.toMatch(/[@!]/);
    expect(tell(true).content.body).toContain('I have given up');
  });

  it('names whom, where and why in the thread, with nothing that turns the text around', () => {
    const { body } = tell(false).thread;
    expect(body).toContain('@bad:evil.example');
    expect(body).toContain('!room:example.org');
    expect(body).toContain('M_FORBIDDEN');
    expect(body).not.toContain('\u202e');
  });

  describe('for want of power', () => {
    const NOON = 1_790_000_000_000;
    const redact = (
      id: number,
      { roomId = '!room:example.org', error = 'M_FORBIDDEN: no', caseId = 7 as number | null } = {},
    ) => ({
      action: { id, kind: 'redact', payload: { roomId, eventId: `$${id}` }, caseId } as unknown as ActionRecord,
      error,
      givenUp: true,
    });
    const key = (...args: Parameters<typeof redact>) => failureKey(redact(...args), NOON);

    it('is told once a day for each room, since the notices of the cases say it too', () => {
      expect(key(2)).toBe(key(1));
      expect(failureKey(redact(1), NOON + 86_400_000)).not.toBe(key(1));
      expect(key(1, { roomId: '!other:example.org' })).not.toBe(key(1));
      const { body, formatted_body: html } = failureMessage(redact(1)).content;
      expect(body).toContain('!heimdall verify');
      expect(html).not.toMatch(/[@!](?!heimdall)/);
    });

    it('is told each time where no case says it, and whatever else fails too', () => {
      expect(key(2, { caseId: null })).not.toBe(key(1, { caseId: null }));
      expect(key(2, { error: 'M_UNKNOWN: broken' })).not.toBe(key(1, { error: 'M_UNKNOWN: broken' }));
      expect(failureMessage(redact(1, { caseId: null })).content.body).toContain('I have given up');
    });
  });
});
