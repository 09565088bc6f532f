import { afterAll, describe, expect, it } from '@jest/globals';
import { Person } from '../../sandbox/synapse/person.js';
import { sleep, waitFor } from '../../sandbox/wait.js';
import { OFFICIAL_NAME, Stage } from './support/stage.js';
import { TroubledHomeserver } from './support/troubled-homeserver.js';

/** What a homeserver looks like in the end, without anything that differs by chance. */
interface EndState {
  memberships: Record<string, Record<string, string>>;
  acls: unknown[];
  rules: unknown[];
  notices: number[];
  mails: number[];
}

const PEOPLE = ['ann', 'bob', 'cyd', 'dan', 'eve', 'imp'];
const SLOW = { timeoutMs: 90_000 };
/** Trouble from the first request on: also joining, registering and reading lists meet it. */
const stages: Stage[] = [];
const proxies: TroubledHomeserver[] = [];

/** One story, told to a homeserver that answers well or to one that makes trouble. */
async function play(stage: Stage): Promise<EndState> {
  const { moderator, home } = stage;
  const hall = await moderator.createRoom({
    name: 'Hall',
    alias: 'hall',
    public: true,
    powerLevels: { users: { [stage.botUserId]: 100 } },
    invite: [stage.botUserId],
  });
  const list = await moderator.createRoom({ name: 'A list', alias: 'list', public: true });
  const rooms = [stage.lobby, hall];
  const people = new Map<string, Person>();
  for (const name of PEOPLE) {
    const person = await Person.register(home, name, name === 'imp' ? { displayName: OFFICIAL_NAME } : {});
    people.set(name, person);
    if (name !== 'imp') for (const room of rooms) await person.join(room);
  }
  const id = (name: string) => people.get(name)!.userId;
  const rule = (kind: string, key: string, content: Record<string, unknown>) =>
    moderator.sendState(list, `m.policy.rule.${kind}`, key, content);
  await rule('user', 'ann', { entity: id('ann'), recommendation: 'm.ban', reason: 'spam' });
  await rule('user', 'bob', { entity: id('bob'), recommendation: 'm.ban', reason: 'spam' });
  await rule('user', 'cyd', { entity: `@cy?:${home.serverName}`, recommendation: 'm.ban', reason: 'glob' });
  await rule('server', 'evil', { entity: 'evil.example', recommendation: 'm.ban', reason: 'spam' });
  await rule('server', 'bad', { entity: 'bad.example', recommendation: 'm.ban', reason: 'spam' });
  await stage.command(`!heimdall rooms add #hall:${home.serverName}`, SLOW);
  await stage.command(`!heimdall watch #list:${home.serverName}`, SLOW);
  for (const name of ['ann', 'bob', 'cyd'])
    for (const room of rooms) await moderator.waitForMembership(room, id(name), 'ban', SLOW);
  // edited, emptied, and one more while trouble goes on
  await rule('user', 'ann', { entity: id('dan'), recommendation: 'm.ban', reason: 'another' });
  await rule('user', 'cyd', {});
  await rule('server', 'bad', {});
  await people.get('imp')!.join(stage.lobby);
  for (const room of rooms) {
    for (const name of ['bob', 'dan']) await moderator.waitForMembership(room, id(name), 'ban', SLOW);
    for (const name of ['ann', 'cyd']) await moderator.waitForMembership(room, id(name), 'leave', SLOW);
    await waitFor(
      async () =>
        JSON.stringify((await moderator.stateContent(room, 'm.room.server_acl'))?.deny) === '["evil.example"]',
      { ...SLOW, what: 'the ACL' },
    );
  }
  await moderator.waitForMembership(stage.lobby, id('imp'), 'ban', SLOW);
  await waitFor(() => stage.mailbox.about(id('imp')).length > 0, { ...SLOW, what: 'the mail' });
  const noticesOf = async (userId: string) =>
    (await stage.headNotices()).filter((event) => String(event.content.body).includes(userId)).length;
  await waitFor(async () => (await noticesOf(id('imp'))) > 0, { ...SLOW, what: 'the notice' });
  await sleep(5000);
  // server names hold a port of chance
  const plain = (text: string) => text.replaceAll(home.serverName, 'a.test');
  const memberships: EndState['memberships'] = {};
  for (const [name, room] of [
    ['lobby', stage.lobby],
    ['hall', hall],
  ] as const)
    memberships[name] = Object.fromEntries(
      [...(await moderator.members(room))].map(([userId, membership]) => [plain(userId), membership]),
    );
  const ids = [...people.values()].map(({ userId }) => userId);
  return {
    memberships,
    acls: await Promise.all(rooms.map((room) => moderator.stateContent(room, 'm.room.server_acl'))),
    rules: (await stage.rules()).map(({ type, content }) => plain(JSON.stringify({ type, content }))).sort(),
    notices: await Promise.all(ids.map(noticesOf)),
    mails: ids.map((userId) => new Set(stage.mailbox.about(userId).map(({ parsed }) => parsed.messageId)).size),
  };
}

describe('a homeserver that limits, fails, cuts connections and loses answers', () => {
  afterAll(async () => {
    await Promise.all(stages.map((stage) => stage.end()));
    await Promise.all(proxies.map((proxy) => proxy.close()));
  }, 60_000);

  it('ends in the same state as a good one, and no request comes again before its Retry-After', async () => {
    const good = await Stage.build({ name: 'trouble-none', remote: false });
    stages.push(good);
    const wanted = await play(good);
    await good.heimdall.stop();

    const ill = await Stage.build({ name: 'trouble', remote: false, start: false });
    stages.push(ill);
    const proxy = await TroubledHomeserver.before(ill.home.url);
    proxies.push(proxy);
    proxy.trouble = true;
    ill.heimdall.writeConfig({ ...ill.config, homeserver: { url: proxy.url, server_name: ill.home.serverName } });
    await ill.heimdall.start(90_000);
    await ill.admin.setAdmin(ill.botUserId, true);
    const add = () => ill.command(`!heimdall rooms add #lobby:${ill.home.serverName}`, SLOW);
    let answer = await add();
    // a command that failed five times says so, and people give it again
    for (let again = 0; again < 3 && String(answer.content.body).startsWith('That failed'); again += 1)
      answer = await add();
    expect(answer.content.body).toContain('is protected now');
    await ill.moderator.waitForMembership(ill.lobby, ill.botUserId, 'join', SLOW);
    const got = await play(ill);

    expect(got).toEqual(wanted);
    expect(wanted.notices).toEqual([0, 0, 0, 0, 0, 1]);
    expect(proxy.tooEarly).toEqual([]);
    // all kinds of trouble were met, not once by chance
    for (const fate of ['limited', 'fails', 'refused', 'lost'] as const) expect(proxy.counts[fate]).toBeGreaterThan(2);
  }, 400_000);
});
