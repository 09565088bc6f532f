import { describe, expect, it } from '@jest/globals';
import { mailCommands } from '../../src/commands/mail.js';
import type { Services } from '../../src/commands/types.js';
import { forwardMail } from '../../src/mail/forward.js';
import type { ActionRecord, NewAction } from '../../src/store/records/actions.js';
import type { CaseRecord } from '../../src/store/records/cases.js';

const RECORD = { id: 12, subject: '@a:evil.test', subjectKind: 'user' } as CaseRecord;

/** A desk whose contacts refuse, until one does not: each refusal makes an action for the next contact. */
async function answer(ends: ActionRecord['state'][]): Promise<string> {
  const made: ActionRecord[] = [];
  const services = {
    config: { mail: { forward: 'ask' } },
    ledger: {
      actionsOf: () => Promise.resolve([...made]),
      findingsOf: () => Promise.resolve([{ kind: 'report', key: 'k' }]),
    },
    runAndWait: ([action]: NewAction[]) => {
      const there = made.find(({ key }) => key === action?.key);
      const record = there ?? ({ ...action, id: made.length + 1, state: ends[0] } as ActionRecord);
      if (there === undefined) made.push(record);
      record.state = ends[record.id - 1] ?? 'done';
      record.lastError = `contact ${record.id} refused it`;
      if (record.state === 'refused' && ends.length > record.id && made.length === record.id)
        made.push({ ...record, id: record.id + 1, key: `${record.key}:next`, state: 'due' });
      return Promise.resolve([record]);
    },
  };
  const command = mailCommands.find(({ name }) => name === 'mail forward');
  const blocks = await command?.run(services as unknown as Services, { args: { case: RECORD } } as never);
  return JSON.stringify(blocks);
}

describe('mail forward', () => {
  it('says how it ended with the last contact, not with the first that refused', async () => {
    expect(forwardMail.kind).toBe('forward_mail');
    expect(await answer(['refused', 'done'])).toContain('mail was sent to the abuse desk of evil.test');
    expect(await answer(['refused', 'refused'])).toContain('contact 2 refused it');
    expect(await answer(['done'])).toContain('mail was sent');
  });
});
