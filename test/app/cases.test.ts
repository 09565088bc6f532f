import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Mailbox } from '../../sandbox/mailbox.js';
import { freePort } from '../../sandbox/ports.js';
import { sleep, waitFor } from '../../sandbox/wait.js';
import { createInstance } from '../../src/app/instance.js';
import { registerCommand } from '../../src/cli/register.js';
import { loadConfig } from '../../src/config/index.js';
import { readRegistration } from '../../src/matrix/registration.js';
import { silentLogger } from '../../src/util/logger.js';
import { startStubHomeserver, type StubEvent, type StubHomeserver } from '../support/stub-homeserver.js';

const MANAGEMENT = '!management:stub.test';
const LOBBY = '!lobby:stub.test';
const MODERATOR = '@mod:stub.test';
const BOT = '@heimdall:stub.test';
const OFFICIAL = 'Asgard (Official Account)';

/** The whole program beside a homeserver in memory and a real mailbox. */
describe('cases of the whole program', () => {
  let folder: string;
  let stub: StubHomeserver;
  let mailbox: Mailbox;
  let port: number;
  let app: Awaited<ReturnType<typeof createInstance>> | undefined;
  let config: Record<string, unknown>;
  let sending: Promise<void> = Promise.resolve();
  let transactions = 0;
  let over: boolean;

  beforeEach(async () => {
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    over = false;
    folder = mkdtempSync(path.join(tmpdir(), 'heimdall-cases-'));
    stub = await startStubHomeserver({ botUserId: BOT });
    stub.admin.allowed = true;
    for (const room of [MANAGEMENT, LOBBY]) {
      stub.setState(room, 'm.room.create', '', { room_version: '11' }, MODERATOR);
      stub.setState(room, 'm.room.power_levels', '', { users: { [MODERATOR]: 100, [BOT]: 100 } }, MODERATOR);
      for (const who of [MODERATOR, BOT]) stub.setState(room, 'm.room.member', who, { membership: 'join' }, who);
    }
    mailbox = await Mailbox.open();
    port = await freePort();
    config = {
      homeserver: { url: stub.url, server_name: 'stub.test' },
      appservice: { bind: '127.0.0.1', port, url: `http://127.0.0.1:${port}`, registration: 'registration.yaml' },
      management_room: MANAGEMENT,
      protected_identities: [{ user_id: '@server:stub.test', display_names: [OFFICIAL] }],
      mail: { smtp_url: mailbox.url, from: 'Heimdall <heimdall@stub.test>', abuse_contact: 'abuse@stub.test' },
      storage: { data_dir: 'data' },
      scan: { nightly: null },
    };
    writeFileSync(path.join(folder, 'config.yaml'), JSON.stringify(config));
    await registerCommand().parseAsync(['--config', path.join(folder, 'config.yaml')], { from: 'user' });
    stub.onEvent((event) => void (sending = sending.then(() => push([event]))));
  });
  afterEach(async () => {
    over = true;
    await sending;
    await app?.stop();
    jest.restoreAllMocks();
    await mailbox.close();
    await stub.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** As a homeserver does: again and again until it is taken. */
  const push = async (events: readonly StubEvent[]): Promise<void> => {
    const { hs_token: token } = readRegistration(path.join(folder, 'registration.yaml'));
    const url = `http://127.0.0.1:${port}/_matrix/app/v1/transactions/${(transactions += 1)}`;
    const taken = () =>
      fetch(url, {
        method: 'PUT',
        headers: { Authorization: `Bearer ${token}` },
        body: JSON.stringify({ events }),
      }).then(
        ({ status }) => status === 200,
        () => false,
      );
    while (!over && !(await taken())) await sleep(200);
  };
  const start = async (over: Record<string, unknown> = {}): Promise<void> => {
    writeFileSync(path.join(folder, 'config.yaml'), JSON.stringify({ ...config, ...over }));
    let loaded = 0;
    app = await createInstance(loadConfig(path.join(folder, 'config.yaml')), silentLogger, { onReady: () => loaded++ });
    await app.start();
    const ready = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200;
    await waitFor(ready, { timeoutMs: 30_000, what: 'ready' });
    expect(loaded).toBe(1);
  };
  const said = () =>
    stub
      .timelineOf(MANAGEMENT)
      .filter(({ sender, type }) => sender === BOT && type === 'm.room.message')
      .map(({ content, event_id: id }) => ({
        id,
        body: String(content.body),
        relation: content['m.relates_to'] as { rel_type?: string; event_id?: string } | undefined,
        mentions: content['m.mentions'] as { user_ids?: string[] } | undefined,
      }));
  const roots = (about: string | RegExp) =>
    said().filter(({ body, relation }) => relation === undefined && body.search(about) >= 0);
  const ask = async (body: string): Promise<void> => {
    const before = said().length;
    stub.send(MANAGEMENT, MODERATOR, { msgtype: 'm.text', body });
    await waitFor(() => said().length > before, { what: `an answer to ${body}`, timeoutMs: 20_000 });
  };
  const join = (userId: string, displayname?: string) =>
    stub.setState(LOBBY, 'm.room.member', userId, { membership: 'join', displayname }, userId);
  const banned = (userId: string) =>
    waitFor(() => stub.membershipOf(LOBBY, userId) === 'ban', { what: `a ban of ${userId}`, timeoutMs: 30_000 });
  const protect = () => ask(`!heimdall rooms add ${LOBBY}`);

  it('open again with notice, rule and mail when a dismissed account turns impostor', async () => {
    await start();
    await protect();
    join('@m:evil.test', 'Asgard fan');
    join('@m:evil.test', 'Asgard Support');
    await waitFor(() => roots('@m:evil.test').length === 1, { what: 'the notice', timeoutMs: 20_000 });
    await waitFor(() => mailbox.about('@m:evil.test').length === 1, { what: 'the first mail', timeoutMs: 20_000 });
    const number = /Case (\d+)/.exec(roots('@m:evil.test')[0]?.body ?? '')?.[1] ?? '';
    await ask(`!heimdall dismiss ${number}`);
    join('@m:evil.test', 'Asgard Support');
    await sleep(1_500);
    expect(roots('@m:evil.test')).toHaveLength(1);
    join('@m:evil.test', OFFICIAL);
    await banned('@m:evil.test');
    await waitFor(() => roots('@m:evil.test').length === 2, { what: 'the second notice', timeoutMs: 20_000 });
    expect(roots('@m:evil.test')[1]?.body).toContain('open again: certainly an impostor');
    await waitFor(() => mailbox.about('@m:evil.test').length === 2, { what: 'a mail', timeoutMs: 20_000 });
  });

  it('are owed their effects after a dry run, and ring moderators when they get worse', async () => {
    await start({ dry_run: true });
    join('@i:evil.test', OFFICIAL);
    // a dry run sends no event of its own: the homeserver's past ends when it has been quiet for a while
    await waitFor(() => roots('@i:evil.test').length === 1, { what: 'the notice', timeoutMs: 80_000 });
    await sleep(1_500);
    expect(mailbox.mails).toHaveLength(0);
    await app?.stop();
    await start({ dry_run: false });
    await waitFor(() => roots(/One case waits/).length === 1, { what: 'how many wait', timeoutMs: 20_000 });
    await protect();
    stub.setState(LOBBY, 'm.room.member', '@i:evil.test', { membership: 'leave' }, '@i:evil.test');
    join('@i:evil.test', OFFICIAL);
    await banned('@i:evil.test');
    await waitFor(() => mailbox.about('@i:evil.test').length === 1, { what: 'a mail', timeoutMs: 20_000 });
    expect(roots('@i:evil.test')).toHaveLength(1);

    join('@w:evil.test', 'Asgard Support');
    await waitFor(() => roots('@w:evil.test').length === 1, { what: 'the notice', timeoutMs: 20_000 });
    join('@w:evil.test', OFFICIAL);
    const head = roots('@w:evil.test')[0]?.id;
    const ring = await waitFor(
      () => said().find(({ relation }) => relation?.rel_type === 'm.thread' && relation.event_id === head),
      { what: 'a word in the thread', timeoutMs: 20_000 },
    );
    expect(ring.body).toContain('now certainly an impostor');
    expect(ring.mentions?.user_ids).toEqual([MODERATOR]);
  }, 240_000);

  it('are told together when there are very many, and every ban is made', async () => {
    await start();
    await protect();
    const raiders = Array.from({ length: 130 }, (_, i) => `@raid${i}:evil.test`);
    for (const userId of raiders) join(userId, OFFICIAL);
    await waitFor(() => roots(/more new cases at once/).length > 0, { what: 'a digest', timeoutMs: 100_000 });
    for (const userId of raiders) await banned(userId);
    await waitFor(() => mailbox.mails.some(({ parsed }) => /and \d+ more/.test(parsed.subject ?? '')), {
      what: 'a gathered mail',
      timeoutMs: 100_000,
    });
    expect(roots(/^Case \d+/)).toHaveLength(60);
    // what the homeserver answered to a rule is enough: each is written once, and read back only when no answer came
    const rules = stub.requests.filter(({ path: asked }) => asked.includes('/state/m.policy.rule.user/'));
    const written = rules.filter(({ method }) => method === 'PUT');
    expect(new Set(written.map(({ path: asked }) => asked)).size).toBe(raiders.length);
    expect(rules.length - written.length).toBeLessThan(raiders.length / 10);
    const mailed = () => mailbox.mails.map(({ parsed }) => parsed.text ?? '').join('\n');
    await waitFor(() => raiders.every((userId) => mailed().includes(userId)), {
      what: 'every name in a mail',
      timeoutMs: 60_000,
    });
    await waitFor(() => raiders.every((userId) => said().some(({ body }) => body.includes(userId))), {
      what: 'every name in the room',
      timeoutMs: 80_000,
    });
    expect(mailbox.mails.length).toBeLessThanOrEqual(62);
    const number = /raid (\d+)/.exec(roots(/more new cases at once/)[0]?.body ?? '')?.[1] ?? '';
    await ask(`!heimdall cases raid ${number}`);
    expect(said().at(-1)?.body).toContain('@raid');
  }, 300_000);
});
