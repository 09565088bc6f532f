import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createPolicy } from '../../src/policy/index.js';
import type { RuleChange } from '../../src/policy/types.js';
import { KeptServers } from '../../src/protected-rooms/kept-servers.js';

const OWN = '!own:a.test';
const GONE = '!gone:b.test';

function world() {
  const policy = createPolicy();
  const known = new Set([OWN]);
  const unread = new Set<string>();
  const kept = new KeptServers({
    lists: { hasRules: (roomId) => known.has(roomId), policy },
    unreadLists: () => unread,
  });
  const put = (state_key: string, content: Record<string, unknown>): RuleChange[] => {
    const changes = policy.apply({ type: 'm.policy.rule.server', state_key, room_id: OWN, content });
    kept.follow(changes);
    return changes;
  };
  const sha256 = (name: string) => createHash('sha256').update(name).digest('base64');
  return {
    kept,
    known,
    unread,
    ban: (entity: string) => put(entity, { entity, recommendation: 'm.ban' }),
    banHashed: (name: string) => put(name, { hashes: { sha256: sha256(name) }, recommendation: 'm.ban' }),
    lift: (key: string) => put(key, {}),
  };
}

describe('servers that no rule shuts out', () => {
  it('are let in while every list can be read', () => {
    expect(world().kept.keeps()).toBeUndefined();
  });

  it('stay out while a list is unknown, but for those whose own rule was taken back', () => {
    const { kept, unread, known, ban, banHashed, lift } = world();
    for (const name of ['Evil.test:8448', 'moved.test']) ban(name);
    banHashed('hidden.test');
    unread.add(GONE);
    expect(kept.keeps()?.('evil.test')).toBe(true);
    for (const key of ['Evil.test:8448', 'hidden.test']) lift(key);
    const keeps = kept.keeps();
    expect(['evil.test', 'hidden.test', 'moved.test', 'unknown.test'].map((name) => keeps?.(name))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    // one whose last known rules were taken instead hides nothing
    known.add(GONE);
    expect(kept.keeps()).toBeUndefined();
    known.delete(GONE);
    expect(kept.keeps()?.('evil.test')).toBe(true);
  });
});
