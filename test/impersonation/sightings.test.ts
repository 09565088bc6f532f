import { describe, expect, it } from '@jest/globals';
import { sightingsOf } from '../../src/impersonation/sightings.js';
import { event, member } from '../support/events.js';

describe('sightings', () => {
  it('show who joins or knocks, with the name that they gave themselves', () => {
    for (const membership of ['join', 'knock']) {
      const [seen] = sightingsOf(
        member('@a:b.test', membership, { content: { displayname: 'Ada', avatar_url: 'mxc://b.test/1' } }),
      );
      expect(seen?.sighting).toEqual({ userId: '@a:b.test', displayName: 'Ada', avatarUrl: 'mxc://b.test/1' });
      expect(seen?.where.source).toBe('member');
    }
  });

  it('call a new profile of somebody who was in the room a rename', () => {
    const [seen] = sightingsOf(
      member('@a:b.test', 'join', {
        content: { displayname: 'New' },
        unsigned: { prev_content: { membership: 'join', displayname: 'Old' } },
      }),
    );
    expect(seen?.where.source).toBe('rename');
  });

  it('show the inviter by the stripped state, and never the invitee by a name that the inviter wrote', () => {
    const stripped = [
      { type: 'm.room.name', state_key: '', sender: '@bad:b.test', content: { name: 'Support' } },
      {
        type: 'm.room.member',
        state_key: '@bad:b.test',
        sender: '@bad:b.test',
        content: { membership: 'join', displayname: 'Official' },
      },
      {
        type: 'm.room.member',
        state_key: '@bad:b.test',
        sender: '@other:b.test',
        content: { membership: 'join', displayname: 'Forged' },
      },
    ];
    const seen = sightingsOf(
      member('@victim:a.test', 'invite', {
        sender: '@bad:b.test',
        content: { displayname: 'Official' },
        unsigned: { invite_room_state: stripped },
      }),
    );
    expect(seen.map(({ sighting }) => sighting)).toEqual([
      { userId: '@bad:b.test', displayName: 'Official', avatarUrl: null, roomName: 'Support' },
    ]);
  });

  it('show nobody in a join that somebody else sent, a kick, a ban, or another event', () => {
    const forged = member('@victim:a.test', 'join', { sender: '@bad:b.test', content: { displayname: 'Official' } });
    const ban = member('@victim:a.test', 'ban', { sender: '@mod:a.test', content: { displayname: 'Official' } });
    for (const other of [forged, ban, event({ type: 'm.room.message' }), member('@x:a.test', 'nonsense')])
      expect(sightingsOf(other)).toEqual([]);
  });
});
