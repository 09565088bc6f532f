import { expect, it } from '@jest/globals';
import { createPolicy } from '../../src/policy/index.js';
import { guardContext, type GuardContextSources } from '../../src/protected-rooms/guard-context.js';
import { RoomStateCache } from '../../src/tracking/rooms.js';

const identity = (user_id: string) => ({ user_id, variants: [], rooms: [] });

function sources(settings: { protected_rooms: string[]; policy_list_room: string; management_room: string }) {
  const config = {
    homeserver: { server_name: 'a.test' },
    protected_identities: [identity('@server:a.test')],
    server_acl: { must_allow: [] },
  };
  const made = {
    config,
    botUserId: '@heimdall:a.test',
    protectedRooms: new RoomStateCache(),
    settings: { get: () => settings },
    managementRooms: () => [],
    lists: { policy: createPolicy() },
    mayExempt: () => false,
  } as unknown as GuardContextSources;
  return { made, config };
}

it('knows accounts that became official while it runs', () => {
  const { made, config } = sources({
    protected_rooms: [],
    policy_list_room: '!l:a.test',
    management_room: '!m:a.test',
  });
  const facts = guardContext(made);
  expect(facts().protectedIdentities.map(({ userId }) => userId)).toEqual(['@server:a.test']);
  config.protected_identities.push(identity('@support:a.test'));
  expect(facts().protectedIdentities.map(({ userId }) => userId)).toEqual(['@server:a.test', '@support:a.test']);
  config.protected_identities.shift();
  expect(facts().protectedIdentities.map(({ userId }) => userId)).toEqual(['@support:a.test']);
});

it('knows rooms that were protected while it runs', () => {
  let settings = { protected_rooms: ['!a:a.test'], policy_list_room: '!l:a.test', management_room: '!m:a.test' };
  const { made } = sources(settings);
  const facts = guardContext({ ...made, settings: { get: () => settings } as never });
  expect([...(facts().namedRooms ?? [])]).toEqual(['!a:a.test']);
  settings = { ...settings, protected_rooms: ['!a:a.test', '!b:a.test'], management_room: '!other:a.test' };
  expect([...(facts().namedRooms ?? [])]).toEqual(['!a:a.test', '!b:a.test']);
  expect([...facts().ownRooms]).toEqual(['!l:a.test', '!other:a.test']);
});
