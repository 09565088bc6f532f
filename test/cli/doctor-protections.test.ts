import { expect, it } from '@jest/globals';
import { checkProtections } from '../../src/cli/doctor/protections.js';
import type { Config } from '../../src/config/index.js';
import type { Settings } from '../../src/store/settings/types.js';

const config = { homeserver: { server_name: 'example.org' } } as Config;
const check = (protections: unknown) => checkProtections(config, { protections } as Settings);

it('doctor names our own server where nobody of it would be let in', () => {
  expect(check({})).toEqual([]);
  const others = { enabled: true, rooms: {}, values: { servers: ['evil.example', '*.org'] } };
  expect(check({ NewJoiner: others, FederationLag: { ...others, values: { ignore: ['example.org'] } } })).toEqual([]);
  const room = { '!a:example.org': { values: { servers: ['example.org:8448'] } } };
  expect(check({ NewJoinerProtection: { enabled: true, rooms: room, values: { servers: ['Example.org'] } } })).toEqual([
    expect.objectContaining({ health: 'warn', remedy: '!heimdall config remove NewJoiner.servers Example.org' }),
    expect.objectContaining({ remedy: '!heimdall config remove NewJoiner.servers example.org:8448 !a:example.org' }),
  ]);
});
