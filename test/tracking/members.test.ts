import { describe, expect, it } from '@jest/globals';
import type { MemberState } from '../../src/enforcement/types.js';
import { Members } from '../../src/tracking/members.js';

const ALL: [string, MemberState][] = [
  ['@joined:a.test', { membership: 'join', eventId: '$1', sender: '@joined:a.test' }],
  ['@invited:a.test', { membership: 'invite', eventId: '$2', sender: '@joined:a.test' }],
  ['@put:a.test', { membership: 'join', eventId: '$3', sender: '@admin:a.test' }],
  ['@banned:a.test', { membership: 'ban', eventId: '$4', sender: '@admin:a.test' }],
  ['@knocking:a.test', { membership: 'knock', eventId: '$5', sender: '@knocking:a.test' }],
];

describe('the members of a room', () => {
  it('are as they were put in, in that order, however one asks', () => {
    const members = new Members();
    for (const [userId, state] of ALL) members.set(userId, state);
    const visited: [string, MemberState][] = [];
    members.forEach((state, userId) => visited.push([userId, state]));
    for (const found of [[...members], [...members.entries()], visited]) expect(found).toEqual(ALL);
    expect([...members.values()]).toEqual(ALL.map(([, state]) => state));
    expect([...members.keys()]).toEqual(ALL.map(([userId]) => userId));
    expect(ALL.map(([userId]) => members.get(userId))).toEqual(ALL.map(([, state]) => state));
    expect(members.size).toBe(ALL.length);
  });

  it('change and go', () => {
    const members = new Members();
    for (const [userId, state] of ALL) members.set(userId, state);
    members.set('@joined:a.test', { membership: 'ban', eventId: '$6', sender: '@admin:a.test' });
    expect(members.get('@joined:a.test')).toEqual({ membership: 'ban', eventId: '$6', sender: '@admin:a.test' });
    expect([members.delete('@put:a.test'), members.delete('@put:a.test')]).toEqual([true, false]);
    expect([members.has('@put:a.test'), members.get('@put:a.test'), members.size]).toEqual([false, undefined, 4]);
  });
});
