import { describe, expect, it } from '@jest/globals';
import { failureMessage } from '../../src/notify/failures.js';
import type { ActionRecord } from '../../src/store/records/actions.js';

const action = {
  kind: 'write_rule',
  payload: { roomId: '!room:example.org', userId: '@bad:evil.example' },
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
});
