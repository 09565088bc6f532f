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

describe('sightings outside of member events', () => {
  const message = (content: Record<string, unknown>) => event({ type: 'm.room.message', sender: '@a:b.test', content });

  it('show the name that a message itself carries, also in an edit', () => {
    for (const key of ['com.beeper.per_message_profile', 'm.per_message_profile']) {
      const profile = { id: 'x', displayname: 'Official', avatar_url: 'mxc://b.test/1' };
      for (const content of [{ [key]: profile }, { 'm.new_content': { [key]: profile } }])
        expect(sightingsOf(message({ body: 'hi', ...content }))).toMatchObject([
          {
            sighting: { userId: '@a:b.test', displayName: 'Official', avatarUrl: 'mxc://b.test/1' },
            where: { source: 'message' },
          },
        ]);
    }
  });

  it('show nobody in messages without one, or with rubbish in its place', () => {
    for (const content of [{}, { 'com.beeper.per_message_profile': 'x' }, { 'm.new_content': null }])
      expect(sightingsOf(message(content))).toEqual([]);
  });

  it('show who names a room, or somebody invited by mail, as in an invite', () => {
    const name = { type: 'm.room.name', state_key: '', sender: '@a:b.test', content: { name: 'Official' } };
    const invite = {
      type: 'm.room.third_party_invite',
      state_key: 'token',
      sender: '@a:b.test',
      content: { display_name: 'Official' },
    };
    for (const one of [name, invite])
      expect(sightingsOf(event(one))).toMatchObject([
        { sighting: { userId: '@a:b.test', displayName: null, roomName: 'Official' }, where: { source: 'naming' } },
      ]);
    expect(sightingsOf(event({ ...name, content: { name: 7 } }))).toEqual([]);
    expect(sightingsOf(event({ ...name, state_key: 'x' }))).toEqual([]);
  });
});
