import { describe, expect, it } from '@jest/globals';
import type { ActionHandler } from '../../src/actions/types.js';
import { ban, kick, setServerAcl, unban } from '../../src/enforcement/actions.js';
import type { ActionRecord } from '../../src/store/records/actions.js';

const done = () => Promise.resolve({ state: 'done' as const });

function orderOf({ inOrderWith }: ActionHandler, payload: unknown): string | undefined {
  return inOrderWith?.({ payload } as ActionRecord);
}

describe('when the homeserver does not answer to an action in a room', () => {
  it.each([
    ['ban', ban.handler(done)],
    ['unban', unban.handler(done)],
    ['kick', kick.handler(done)],
  ])('a %s stays in order with what concerns the same person', (_name, handler) => {
    for (const userId of ['@bad:b.test', '@other:b.test'])
      expect(orderOf(handler, { roomId: '!r:a.test', userId, banEventId: '$1' })).toBe(userId);
  });

  it('a server ACL stays in order with other ACLs alone', () => {
    const acl = { roomId: '!r:a.test', content: { allow: ['*'], deny: [] } };
    expect(orderOf(setServerAcl.handler(done), acl)).toBe(orderOf(setServerAcl.handler(done), acl));
    expect(orderOf(setServerAcl.handler(done), acl)).toBeDefined();
  });
});
