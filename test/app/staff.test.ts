/** `protect_staff` as the product ties it: official room, our own support file, detector. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../src/config/index.js';
import { MatrixError, type MatrixEvent } from '../../src/matrix/types.js';
import { contextFor, emptyHomeserver, BOT } from '../support/context.js';

const ROOM = '!lobby:a.test';
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const state = (type: string, key: string, content: object, sender = '@founder:a.test') =>
  ({
    type,
    state_key: key,
    sender,
    content,
    event_id: `$${type}${key}`,
    room_id: ROOM,
    origin_server_ts: 1,
  }) as unknown as MatrixEvent;
const NAMES: Record<string, string> = {
  '@founder:a.test': 'Sigrun Halvorsen',
  '@gone:a.test': 'Ragnhild Eriksdotter',
  '@member:a.test': 'Torbjörn Lindqvist',
  [BOT]: 'Heimdall',
};
const STATE = [
  state('m.room.create', '', { room_version: '10', creator: '@founder:a.test' }),
  state('m.room.power_levels', '', {
    users: { '@founder:a.test': 100, '@gone:a.test': 50, [BOT]: 100, '@never.joined:a.test': 50 },
  }),
  ...Object.entries(NAMES).map(([userId, displayname]) =>
    state('m.room.member', userId, { membership: userId === '@gone:a.test' ? 'leave' : 'join', displayname }, userId),
  ),
];

async function started(protectStaff: boolean) {
  const server = createServer((request, response) => {
    const file = { contacts: [{ matrix_id: '@helper:b.test', role: 'm.role.admin' }, { email_address: 'a@a.test' }] };
    response
      .writeHead(request.url === '/.well-known/matrix/support' ? 200 : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => new Promise((resolve) => server.close(resolve)));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { homeserver, protect_staff, protected_identities } = parseConfig(
    `homeserver: {url: "${url}", server_name: a.test}
management_room: "!management:a.test"
protect_staff: ${protectStaff}
protected_identities:
  - {user_id: "@server:a.test", display_names: ["Asgard (Official Account)"], rooms: ["${ROOM}"]}
`,
    { env: {} },
  );
  const { app, close } = await contextFor({
    config: { homeserver, protect_staff, protected_identities },
    homeserver: emptyHomeserver({
      adminRoomState: () => Promise.resolve(STATE),
      stateContent: (_room, _type, userId = '') => Promise.resolve({ displayname: NAMES[userId] }),
      request: () => Promise.reject(new MatrixError(404, 'M_NOT_FOUND', 'no profile')),
    }),
  });
  ends.push(() => close());
  await app.tracking.officialRooms.start();
  const verdict = (userId: string, displayName: string | null = null) =>
    app.foundation.detector.get().inspect({ userId, displayName }).verdict;
  return { staff: app.impersonation.staff, verdict };
}

describe('protect_staff', () => {
  it('protects moderators who are there and the contacts of the support file, and nobody else', async () => {
    const { staff, verdict } = await started(true);
    expect(await staff?.look()).toBe(true);
    expect(verdict('@founder:a.test')).toBe('official');
    expect(verdict('@helper:b.test')).toBe('official');
    expect(verdict('@founder:evil.test', 'Sigrun Halvorsen')).toBe('likely');
    expect(verdict('@z9:evil.test', 'Sigrun Halvorsen')).toBe('possible');
    for (const other of ['@gone:a.test', '@member:a.test', '@never.joined:a.test', BOT])
      expect(verdict(other)).toBe('none');
    expect(verdict('@z9:evil.test', 'Ragnhild Eriksdotter')).toBe('none');
    expect(verdict('@z9:evil.test', 'Torbjörn Lindqvist')).toBe('none');
  });

  it('is off by itself', async () => {
    const { staff, verdict } = await started(false);
    expect(staff).toBeUndefined();
    expect(verdict('@founder:evil.test', 'Sigrun Halvorsen')).toBe('none');
  });
});
