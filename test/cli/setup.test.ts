import { createServer, type Server } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { adminTokenProblem, homeserverProblem, ownNameOf, serverNameProblem } from '../../src/cli/setup/checks.js';
import {
  assertWritable,
  forgetLeft,
  freePort,
  provideRegistration,
  readLeft,
  writeLeft,
} from '../../src/cli/setup/folder.js';
import { roomsToChoose } from '../../src/cli/setup/homeserver-steps.js';
import { parseConfig } from '../../src/config/index.js';
import type { Homeserver } from '../../src/matrix/types.js';

let server: Server;
let url: string;
let folder: string;
let answers: Record<string, [status: number, body: unknown]>;

beforeEach(async () => {
  answers = { '/_matrix/client/versions': [200, { versions: ['v1.16'] }] };
  server = createServer((request, response) => {
    const [status, body] = answers[String(request.url)] ?? [404, {}];
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = mkdtempSync(path.join(tmpdir(), 'heimdall-setup-'));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

describe('an address of the homeserver', () => {
  it('is taken where one answers', async () => expect(await homeserverProblem(url)).toBeUndefined());

  it.each([
    ['without http://', () => url.replace('http://', '')],
    ['with a path', () => `${url}/_matrix/client`],
    ['with https where it is http', () => url.replace('http:', 'https:')],
  ])('%s: the one that was probably meant is named', async (_, typed) =>
    expect(await homeserverProblem(typed())).toContain(`A homeserver answers at ${url}`),
  );
});

describe('the name of the homeserver', () => {
  it('is what it calls itself, where it says so', async () => {
    expect(await ownNameOf(url)).toBeUndefined();
    expect(await serverNameProblem(url, 'any.test')).toBeUndefined();
    answers['/_matrix/key/v2/server'] = [200, { server_name: 'own.test' }];
    expect(await ownNameOf(url)).toBe('own.test');
    expect(await serverNameProblem(url, 'other.test')).toBe('The homeserver calls itself own.test.');
    expect(await serverNameProblem(url, 'own.test')).toBeUndefined();
  });

  it('is told by a token too', async () => {
    answers['/_matrix/client/v3/account/whoami'] = [200, { user_id: '@boss:own.test' }];
    expect(await adminTokenProblem(url, 'other.test', 'token')).toMatch(/token of @boss:own\.test/);
    expect(await adminTokenProblem(url, 'own.test', 'token')).toBeUndefined();
  });
});

describe('the folder', () => {
  const config = (serverName = 'own.test', port = 9995) =>
    parseConfig(
      JSON.stringify({
        homeserver: { url, server_name: serverName },
        appservice: { port },
        management_room: `#desk:${serverName}`,
        protected_identities: [{ user_id: `@server:${serverName}` }],
      }),
      { file: path.join(folder, 'config.yaml') },
    );

  it('that cannot be written to is named before anything is asked', () => {
    const file = path.join(folder, 'file');
    assertWritable(file);
    expect(() => readFileSync(file)).toThrow();
    writeFileSync(file, '');
    expect(() => assertWritable(path.join(file, 'config.yaml'))).toThrow(/cannot be written/);
  });

  it('another port is taken where a program listens', async () => {
    const taken = (server.address() as AddressInfo).port;
    expect(await freePort({ bind: '127.0.0.1', port: taken })).toBeGreaterThan(taken);
  });

  it('keeps what a stopped setup has still to do', () => {
    const left = { rooms: ['#lobby:own.test'], asks: false, waitSeconds: 5 };
    expect(readLeft(config())).toBeUndefined();
    writeLeft(config(), left);
    expect(readLeft(config())).toEqual(left);
    forgetLeft(config());
    expect(readLeft(config())).toBeUndefined();
  });

  it('a registration of before is brought in line, and keeps its tokens', async () => {
    expect(await provideRegistration(config('wrong.test'))).toMatch(/^Wrote/);
    const file = config().appservice.registration;
    const read = () => parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const before = read();
    expect(await provideRegistration(config('own.test', 9996))).toMatch(/did not fit.*\(url.*Restart/);
    const { as_token, hs_token, namespaces, url: at } = read();
    expect([as_token, hs_token, at]).toEqual([before.as_token, before.hs_token, 'http://127.0.0.1:9996']);
    expect(JSON.stringify(namespaces)).not.toContain('wrong');
    expect(await provideRegistration(config('own.test', 9996))).toMatch(/already exists/);
  });
});

describe('the rooms to choose from', () => {
  const room = { topic: null, avatarUrl: null, creator: null };
  const homeserver = (published: object[]) =>
    ({
      request: () => Promise.resolve({ chunk: published }),
      adminRooms: () =>
        Promise.resolve({
          rooms: [
            { ...room, roomId: '!desk', localMembers: 9, name: 'Desk', canonicalAlias: '#desk:own.test' },
            { ...room, roomId: '!small', localMembers: 2, name: 'Small', canonicalAlias: null },
            { ...room, roomId: '!chat', localMembers: 2, name: null, canonicalAlias: null },
            { ...room, roomId: '!big', localMembers: 30, name: 'Big', canonicalAlias: '#big:own.test' },
          ],
        }),
    }) as unknown as Homeserver;

  it('are those that anybody can find, else those that an admin can list, without the moderators’ own', async () => {
    const listed = await roomsToChoose(homeserver([]), '!desk');
    expect(listed.map(({ roomId }) => roomId)).toEqual(['#big:own.test', '!small']);
    const published = await roomsToChoose(homeserver([{ room_id: '!p', name: 'P', num_joined_members: 3 }]), '!desk');
    expect(published.map(({ roomId }) => roomId)).toEqual(['!p']);
  });
});
