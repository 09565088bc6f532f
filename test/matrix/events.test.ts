import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { z } from 'zod';
import {
  parseCreate,
  parseEvent,
  parseMember,
  parsePowerLevels,
  parseServerAcl,
  parseTombstone,
  strippedStateOf,
} from '../../src/matrix/events.js';

const event = {
  type: 'm.room.member',
  event_id: '$e',
  room_id: '!r:a.test',
  sender: '@u:a.test',
  origin_server_ts: 1,
  content: { membership: 'join' },
  state_key: '@u:a.test',
};

/** What an event is, as one would write it down; `parseEvent` says the same and is quicker. */
const id = (sigil: string) => z.string().min(2).max(510).startsWith(sigil);
const object = z.custom((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
const eventSchema = z.object({
  type: z.string().min(1).max(510),
  event_id: id('$'),
  room_id: id('!'),
  sender: id('@').refine((sender) => sender.includes(':')),
  origin_server_ts: z.number(),
  content: object,
  state_key: z.string().max(510).optional(),
  unsigned: object.optional().catch(undefined),
});

describe('parseEvent', () => {
  it('takes what has the form of an event, and nothing else', () => {
    const odd = fc.constantFrom(
      undefined,
      null,
      '',
      '$',
      '@u',
      'x'.repeat(511),
      `@:${'x'.repeat(600)}`,
      7,
      NaN,
      Infinity,
      [],
      {},
    );
    const changes = fc.dictionary(fc.constantFrom(...Object.keys(event), 'unsigned', 'age', '__proto__'), odd, {
      maxKeys: 2,
    });
    fc.assert(
      fc.property(changes, (changed) => {
        const raw = { ...event, ...changed };
        expect(parseEvent(raw)).toEqual(eventSchema.safeParse(raw).data);
      }),
      { numRuns: 500 },
    );
  });

  it('takes an event as Synapse sends it and drops the keys of the old client format', () => {
    expect(parseEvent({ ...event, user_id: '@u:a.test', age: 5, invite_room_state: [], unsigned: { age: 5 } })).toEqual(
      { ...event, unsigned: { age: 5 } },
    );
  });

  it('takes historical senders and room ids without a server', () => {
    expect(
      parseEvent({ ...event, sender: '@:a.test', room_id: '!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM' }),
    ).toBeDefined();
    expect(parseEvent({ ...event, sender: '@Ünïcode:a.test' })).toBeDefined();
  });

  it.each([
    ['no object', 'x'],
    ['null', null],
    ['a list', []],
    ['no event id', { ...event, event_id: undefined }],
    ['a sender that is not a user id', { ...event, sender: 'u' }],
    ['a sender of a megabyte', { ...event, sender: `@${'x'.repeat(1e6)}:a.test` }],
    ['a content that is a list', { ...event, content: [] }],
    ['a content that is null', { ...event, content: null }],
    ['a state key that is a number', { ...event, state_key: 5 }],
    ['a time that is text', { ...event, origin_server_ts: 'now' }],
    ['a time that is not a number', { ...event, origin_server_ts: NaN }],
  ])('refuses %s', (_name, raw) => {
    expect(parseEvent(raw)).toBeUndefined();
  });

  it('takes an event whose `unsigned` is broken, without it', () => {
    expect(parseEvent({ ...event, unsigned: 'x' })?.unsigned).toBeUndefined();
  });

  it('never throws, whatever comes', () => {
    fc.assert(fc.property(fc.anything(), (raw) => void parseEvent(raw)));
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...Object.keys(event), '__proto__', 'constructor'), fc.anything()),
        (raw) => void parseEvent(raw),
      ),
    );
  });
});

describe('the contents of state events', () => {
  it('a member has names or null, whatever stands there', () => {
    expect(parseMember({ membership: 'join', displayname: 5, avatar_url: { mxc: 1 } })).toEqual({
      membership: 'join',
      displayname: null,
      avatar_url: null,
      reason: null,
    });
    expect(parseMember({ membership: 'join', displayname: 'x'.repeat(60_000) })?.displayname).toHaveLength(60_000);
  });

  it('a membership that the spec does not know says nothing', () => {
    for (const membership of ['JOIN', 'toString', '', null, ['join']])
      expect(parseMember({ membership })).toBeUndefined();
    expect(parseMember(Object.create({ membership: 'join' }) as Record<string, unknown>)).toBeUndefined();
  });

  it("creators are those of the room's version", () => {
    const of = (room_version: string | undefined, more: Record<string, unknown>) =>
      parseCreate({ sender: '@s:a.test', content: { room_version, ...more } });
    expect(of(undefined, { creator: '@c:a.test' })).toMatchObject({
      roomVersion: '1',
      creators: ['@s:a.test', '@c:a.test'],
      creatorsAreInfinite: false,
    });
    expect(of('11', { creator: '@c:a.test', additional_creators: ['@x:a.test'] })).toMatchObject({
      creators: ['@s:a.test'],
      creatorsAreInfinite: false,
    });
    expect(of('12', { additional_creators: ['@x:a.test', 5, '@s:a.test'] })).toMatchObject({
      creators: ['@s:a.test', '@x:a.test'],
      creatorsAreInfinite: true,
    });
    expect(of('13', { additional_creators: 'x', type: 'm.policy' })).toMatchObject({
      creators: ['@s:a.test'],
      creatorsAreInfinite: true,
      roomType: 'm.policy',
    });
    expect(of('1e3', {}).creatorsAreInfinite).toBe(false);
  });

  it('power levels fill in the defaults and pass over what is not a level', () => {
    const levels = parsePowerLevels({
      ban: '60',
      kick: null,
      users_default: 1.9,
      users: JSON.parse('{"@a:a.test":"100","__proto__":100,"@b:a.test":"x"}'),
      events: ['m.room.name'],
    });
    expect(levels).toMatchObject({ ban: 60, kick: 50, redact: 50, stateDefault: 50, usersDefault: 1 });
    expect(levels.users.get('@a:a.test')).toBe(100);
    expect(levels.users.get('constructor')).toBeUndefined();
    expect(levels.users.has('@b:a.test')).toBe(false);
  });

  it('a server ACL is read as Synapse reads it', () => {
    expect(parseServerAcl({ deny: ['a.test', 5], allow_ip_literals: 'no' })).toEqual({
      allow: [],
      deny: ['a.test'],
      allow_ip_literals: true,
    });
  });

  it('a tombstone leads only to what can be a room', () => {
    expect(parseTombstone({ replacement_room: '!new:a.test' }).replacementRoom).toBe('!new:a.test');
    expect(parseTombstone({ replacement_room: 'https://evil.test' }).replacementRoom).toBeNull();
  });

  it('stripped state is found, cleaned and bounded', () => {
    const name = { type: 'm.room.name', state_key: '', sender: '@i:b.test', content: { name: 'Support' } };
    expect(strippedStateOf({ unsigned: { invite_room_state: [name, { type: 5 }, 'x', null] } })).toEqual([name]);
    expect(strippedStateOf({ unsigned: { invite_room_state: Array(5000).fill(name) } })).toHaveLength(50);
    expect(strippedStateOf({ unsigned: { invite_room_state: 'x' } })).toEqual([]);
  });
});
