import { describe, expect, it } from '@jest/globals';
import { roomNamesOf } from '../../src/reports/room-names.js';

describe('what a reported room is called', () => {
  const answering = (answer: unknown) => {
    const asked: string[] = [];
    const request = <T>(_method: string, path: string): Promise<T> => {
      asked.push(path);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as T);
    };
    const known = new Map([['!lobby:x', { name: 'Lobby', canonicalAlias: '#lobby:x' }]]);
    return { asked, of: roomNamesOf(known, { request } as never) };
  };

  it('is what we know of a protected room, and what the homeserver says of another that was reported itself', async () => {
    const { asked, of } = answering({ name: 'Coins', canonical_alias: null });
    expect(await of('!lobby:x', true)).toEqual({ roomName: 'Lobby', roomAlias: '#lobby:x' });
    expect(await of('!coins:y', false)).toEqual({});
    expect(asked).toEqual([]);
    expect(await of('!coins:y', true)).toEqual({ roomName: 'Coins' });
    expect(asked).toEqual(['/_synapse/admin/v1/rooms/!coins%3Ay']);
  });

  it.each([new Error('down'), null, [], { name: 5 }, { name: '', canonical_alias: '' }])(
    'is nothing when the answer is %p',
    async (answer) => expect(await answering(answer).of('!coins:y', true)).toEqual({}),
  );

  it('is cut, whatever somebody called their room', async () => {
    const { roomName } = await answering({ name: 'x'.repeat(60_000) }).of('!coins:y', true);
    expect(roomName).toHaveLength(255);
  });
});
