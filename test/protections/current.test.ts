import { describe, expect, it } from '@jest/globals';
import { CurrentProtections } from '../../src/protections/current.js';
import type { Settings } from '../../src/store/settings/types.js';

const settings = (rooms: Record<string, unknown>) =>
  ({
    protections: {
      WordList: { enabled: true, rooms, values: { words: ['word'] } },
      MentionLimit: { enabled: true, rooms: {}, values: {} },
    },
    protected_spaces: [],
    watched_lists: [],
  }) as unknown as Settings;

describe('the protections of rooms', () => {
  it('are one list for all rooms with the same, and their own for others', () => {
    let now = settings({ '!off:x': { enabled: false }, '!own:x': { values: { words: ['other'] } } });
    const current = new CurrentProtections({ get: () => now });
    const one = current.in('!a:x');
    expect(current.in('!b:x')).toBe(one);
    expect(one.map(({ protection }) => protection.name)).toEqual(['MentionLimit', 'WordList']);
    expect(current.in('!off:x').map(({ protection }) => protection.name)).toEqual(['MentionLimit']);
    const own = current.in('!own:x');
    expect(own).not.toBe(one);
    expect(own[1]?.settings).toMatchObject({ words: ['other'] });
    now = settings({});
    expect(current.in('!own:x')).toBe(current.in('!a:x'));
    expect(current.in('!own:x')[1]?.settings).toMatchObject({ words: ['word'] });
  });
});
