import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, jest } from '@jest/globals';
import { doctorCommand } from '../../../src/cli/doctor.js';
import { registerCommand } from '../../../src/cli/register.js';
import { FolderLock } from '../../../src/store/file-lock.js';

interface Line {
  check: string;
  health: string;
  found: string;
  remedy?: string;
}

export const BOT = '@heimdall:stub.test';
export const MANAGEMENT = '!management:stub.test';
export const LOBBY = '!lobby:stub.test';

/** A homeserver of canned answers: `METHOD path` → status and body. What is not there is 404. */
export let answers: Map<string, { status: number; body: unknown }>;
export let homeserver: Server;
export let smtp: TcpServer;
export let folder: string;

/** what the running Heimdall, which the stub plays, holds */
let running: FolderLock | undefined;

export const answer = (request: string, body: unknown, status = 200) => answers.set(request, { status, body });
export const portOf = (server: Server | TcpServer) => (server.address() as AddressInfo).port;
export const stateOf = (roomId: string, power: Record<string, unknown>, more: object[] = []) =>
  answer(`GET /_matrix/client/v3/rooms/${roomId}/state`, [
    {
      type: 'm.room.create',
      state_key: '',
      sender: '@admin:stub.test',
      event_id: '$1',
      origin_server_ts: 1,
      content: { room_version: '11' },
    },
    {
      type: 'm.room.join_rules',
      state_key: '',
      sender: '@admin:stub.test',
      event_id: '$2',
      origin_server_ts: 1,
      content: { join_rule: 'invite' },
    },
    {
      type: 'm.room.power_levels',
      state_key: '',
      sender: '@admin:stub.test',
      event_id: '$3',
      origin_server_ts: 1,
      content: power,
    },
    {
      type: 'm.room.member',
      state_key: BOT,
      sender: BOT,
      event_id: '$5',
      origin_server_ts: 1,
      content: { membership: 'join' },
    },
    {
      type: 'm.room.member',
      state_key: '@mod:stub.test',
      sender: '@mod:stub.test',
      event_id: '$6',
      origin_server_ts: 1,
      content: { membership: 'join' },
    },
    ...more,
  ]);

async function listening<T extends Server | TcpServer>(server: T): Promise<T> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** A homeserver, a mail server and an installation before each test of the file. */
export function useInstallation(): void {
  beforeEach(async () => {
    answers = new Map();
    homeserver = await listening(
      createServer((request, response) => {
        const key = `${request.method ?? ''} ${decodeURIComponent((request.url ?? '').split('?')[0] ?? '')}`;
        const { status, body } = answers.get(key) ?? {
          status: 404,
          body: { errcode: 'M_NOT_FOUND', error: 'not found' },
        };
        request
          .resume()
          .on('end', () =>
            response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body)),
          );
      }),
    );
    smtp = await listening(
      createTcpServer((socket) => {
        socket.on('error', () => undefined).write('220 stub ESMTP\r\n');
        socket.on('data', (data) => socket.write(String(data).startsWith('QUIT') ? '221 bye\r\n' : '250 stub\r\n'));
      }),
    );
    folder = mkdtempSync(path.join(tmpdir(), 'heimdall-doctor-'));
    writeConfig();
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    await registerCommand().parseAsync(['--config', path.join(folder, 'config.yaml')], { from: 'user' });
    healthy();
    running = FolderLock.take(path.join(folder, 'data'));
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    letGo();
    process.exitCode = undefined;
    homeserver.closeAllConnections();
    await Promise.all([homeserver, smtp].map((server) => new Promise((resolve) => server.close(resolve))));
  });
}

export function writeConfig(more = ''): void {
  writeFileSync(
    path.join(folder, 'config.yaml'),
    `homeserver: {url: "http://127.0.0.1:${portOf(homeserver)}", server_name: stub.test}
appservice: {port: ${portOf(homeserver)}}
management_room: "#mods:stub.test"
protected_identities: [{user_id: "@server:stub.test"}]
mail: {smtp_url: "smtp://127.0.0.1:${portOf(smtp)}", from: h@stub.test, abuse_contact: abuse@stub.test}
${more}`,
    { mode: 0o600 },
  );
}

/** Everything as it should be. The stub also plays the running Heimdall, at /healthz. */
function healthy(): void {
  answer('GET /_matrix/client/versions', { versions: ['v1.11'] });
  answer('GET /_matrix/client/v3/account/whoami', { user_id: BOT });
  answer('POST /_matrix/client/v1/appservice/heimdall/ping', { duration_ms: 3 });
  answer(`GET /_matrix/client/v3/profile/${BOT}`, { displayname: 'Heimdall' });
  answer('GET /_synapse/admin/v2/users', { users: [] });
  answer('GET /_matrix/client/v3/directory/room/#mods:stub.test', { room_id: MANAGEMENT });
  answer('GET /_matrix/client/v3/joined_rooms', { joined_rooms: [MANAGEMENT, LOBBY] });
  answer('GET /healthz', { status: 'alive' });
  answer('GET /readyz', { status: 'ready' });
  stateOf(MANAGEMENT, { users: { [BOT]: 50 } });
  stateOf(LOBBY, { users: { [BOT]: 50 } });
  protect([LOBBY]);
}

export function protect(rooms: string[], more: object = {}): void {
  mkdirSync(path.join(folder, 'data'), { recursive: true });
  writeFileSync(path.join(folder, 'data', 'settings.json'), JSON.stringify({ protected_rooms: rooms, ...more }));
}

export async function doctor(...words: string[]): Promise<{ text: string; lines: Line[]; exitCode: unknown }> {
  let text = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  await doctorCommand().parseAsync(['--config', path.join(folder, 'config.yaml'), ...words], { from: 'user' });
  const { exitCode } = process;
  process.exitCode = undefined;
  return {
    text,
    lines: words.includes('--json')
      ? text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Line)
      : [],
    exitCode,
  };
}

/** What the doctor has to say against the installation. */
export async function complaints(): Promise<string[]> {
  return complaintsOf((await doctor('--json')).lines);
}

export function complaintsOf(lines: readonly Line[]): string[] {
  for (const { health, remedy } of lines) if (health === 'warn' || health === 'fail') expect(remedy).toBeTruthy();
  return lines
    .filter(({ health, check }) => health !== 'ok' && check !== 'avatar comparison')
    .map(({ check, health }) => `${health} ${check}`);
}

export function edit(file: string, what: RegExp, by: string): void {
  const name = path.join(folder, file);
  writeFileSync(name, readFileSync(name, 'utf8').replace(what, by));
}

/** The folder's lock is free: no Heimdall of this installation runs. */
export function letGo(): void {
  running?.release();
  running = undefined;
}

/** No Heimdall runs: nothing listens where it would. */
export function nobodyListens(): void {
  letGo();
  edit(
    'config.yaml',
    /appservice: \{port: (\d+)\}/,
    'appservice: {port: $1, bind: 127.0.0.2, url: "http://127.0.0.1:$1"}',
  );
}
