import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Person } from '../../sandbox/synapse/person.js';
import { sleep, waitFor } from '../../sandbox/wait.js';
import { Stage } from './support/stage.js';

/** Rooms and lists as they live: they close, move, come and go, and we are put out of them. */
describe.each(['11', '12'])('rooms and lists of version %s', (roomVersion) => {
  let stage: Stage;
  let list: string;
  beforeAll(async () => {
    stage = await Stage.build({ name: `rooms-${roomVersion}`, remote: false, roomVersion });
    list = await stage.moderator.createRoom({ name: 'A private list', alias: 'list', invite: [stage.botUserId] });
    await stage.command(`!heimdall watch #list:${stage.home.serverName}`);
  }, 120_000);
  afterAll(() => stage?.end(), 60_000);

  const bodyOf = async (words: string) => String((await stage.command(words)).content.body);
  const person = (localpart: string) => Person.register(stage.home, localpart);
  const rule = (entity: string) => ({ entity, recommendation: 'm.ban', reason: 'test' });
  const banned = (roomId: string, userId: string) =>
    stage.moderator.waitForMembership(roomId, userId, 'ban', { timeoutMs: 20_000 });
  /** How many words in the management room hold all of these. */
  const said = async (...words: string[]) =>
    (await stage.headNotices()).filter((event) => words.every((word) => String(event.content.body).includes(word)))
      .length;
  const isSaid = (...words: string[]) =>
    waitFor(async () => (await said(...words)) > 0, { what: `a word about ${words.join(', ')}`, timeoutMs: 20_000 });
  /** Bans somebody by a rule and says whether it took in this room. */
  const guards = async (roomId: string, localpart: string) => {
    const someone = await person(localpart);
    await stage.moderator.invite(roomId, someone.userId);
    await someone.join(roomId);
    await stage.command(`!heimdall ban ${someone.userId} test`);
    await banned(roomId, someone.userId);
  };
  const restart = async () => {
    await stage.heimdall.stop();
    await stage.heimdall.start();
  };

  it('pass over a rule that would hit a moderator, say so once, and apply the rest', async () => {
    const spammer = await person('spammer');
    const local = await person('modest');
    for (const one of [spammer, local]) await one.join(stage.lobby);
    await stage.moderator.sendState(list, 'm.policy.rule.user', 'wide', rule(`@mod*:${stage.home.serverName}`));
    await stage.moderator.sendState(list, 'm.policy.rule.user', 'one', rule(spammer.userId));
    await banned(stage.lobby, spammer.userId);
    await isSaid('@mod*', stage.moderator.userId);
    expect(await stage.moderator.membership(stage.lobby, local.userId)).toBe('join');
    await restart();
    await sleep(1500);
    expect(await said('@mod*', stage.moderator.userId)).toBe(1);
    expect(await stage.moderator.membership(stage.lobby, local.userId)).toBe('join');
  }, 90_000);

  it('keep the last known rules of a list that we are put out of, also after a restart, and say so once', async () => {
    const late = await person('late');
    await stage.moderator.sendState(list, 'm.policy.rule.user', 'late', rule(late.userId));
    await stage.moderator.ban(list, stage.botUserId);
    await isSaid(list, 'last known rules');
    await restart();
    await late.join(stage.lobby);
    await banned(stage.lobby, late.userId);
    await sleep(1000);
    expect(await said(list, 'last known rules')).toBe(1);
    expect(await bodyOf('!heimdall lists')).toContain(list);
    await stage.moderator.unban(list, stage.botUserId);
    await stage.moderator.invite(list, stage.botUserId);
    await stage.moderator.waitForMembership(list, stage.botUserId, 'join', { timeoutMs: 20_000 });
    await stage.moderator.sendState(list, 'm.policy.rule.user', 'late', {});
    await waitFor(async () => (await stage.moderator.membership(stage.lobby, late.userId)) !== 'ban', {
      what: 'the ban to be lifted',
      timeoutMs: 20_000,
    });
  }, 90_000);

  it('say once that we were put out of a room, and protect it again when we are let in', async () => {
    const room = await stage.moderator.createRoom({
      name: 'Side room',
      invite: [stage.botUserId],
      powerLevels: {
        users: { [stage.botUserId]: 50, ...(roomVersion === '11' ? { [stage.moderator.userId]: 100 } : {}) },
      },
    });
    await stage.command(`!heimdall rooms add ${room}`);
    await guards(room, 'before');
    await stage.moderator.kick(room, stage.botUserId);
    await isSaid(room, 'no longer in the protected room');
    await stage.moderator.invite(room, stage.botUserId);
    await stage.moderator.waitForMembership(room, stage.botUserId, 'join', { timeoutMs: 20_000 });
    await guards(room, 'after');
  }, 90_000);

  it('say once which power is missing, and do what is due when it comes back', async () => {
    const room = await stage.moderator.createRoom({
      name: 'Weak room',
      invite: [stage.botUserId],
      powerLevels: { events: { 'm.room.server_acl': 50 } },
    });
    expect(await bodyOf(`!heimdall rooms add ${room}`)).toContain('power level 50');
    const someone = await person('waiting');
    await stage.moderator.invite(room, someone.userId);
    await someone.join(room);
    await stage.command(`!heimdall ban ${someone.userId} test`);
    await stage.moderator.setPowerLevel(room, stage.botUserId, 50);
    await banned(room, someone.userId);
    await sleep(500);
    expect(await said(room, 'power level 50')).toBe(0);
    await stage.moderator.setPowerLevel(room, stage.botUserId, 0);
    await isSaid(room, 'power level 50');
    await restart();
    await sleep(1000);
    expect(await said(room, 'power level 50')).toBe(1);
  }, 90_000);

  it('are shown before a list is watched, and are left as their people set them', async () => {
    const aclOf = async (): Promise<unknown> =>
      (await stage.moderator.stateContent(stage.lobby, 'm.room.server_acl'))?.deny;
    const someone = await person('previewed');
    await someone.join(stage.lobby);
    const other = await stage.moderator.createRoom({ name: 'Another list', alias: 'other', public: true });
    await stage.moderator.sendState(other, 'm.policy.rule.user', 'p', rule(someone.userId));
    await stage.moderator.sendState(other, 'm.policy.rule.server', 'p', rule('ours.example'));
    await stage.moderator.sendState(stage.lobby, 'm.room.server_acl', '', {
      allow: ['*'],
      deny: ['theirs.example'],
      allow_ip_literals: false,
    });
    expect(await bodyOf(`!heimdall preview #other:${stage.home.serverName}`)).toContain(someone.userId);
    expect(await stage.moderator.membership(stage.lobby, someone.userId)).toBe('join');
    expect(await aclOf()).toEqual(['theirs.example']);
    expect(await bodyOf(`!heimdall watch #other:${stage.home.serverName}`)).toContain(someone.userId);
    await banned(stage.lobby, someone.userId);
    await waitFor(async () => JSON.stringify(await aclOf()) === JSON.stringify(['ours.example', 'theirs.example']), {
      what: 'both in the ACL',
      timeoutMs: 20_000,
    });
    await restart();
    await stage.command(`!heimdall unwatch #other:${stage.home.serverName}`);
    await waitFor(async () => JSON.stringify(await aclOf()) === JSON.stringify(['theirs.example']), {
      what: 'the ACL of the people',
      timeoutMs: 20_000,
    });
  }, 90_000);

  it('are not read again for renames, joins and leaves', async () => {
    const someone = await person('renamer');
    await someone.join(stage.lobby);
    for (const name of ['One', 'Two', 'Three']) await someone.setDisplayName(name);
    await someone.leave(stage.lobby);
    await someone.join(stage.lobby);
    await stage.command(`!heimdall ban ${someone.userId} test`);
    await banned(stage.lobby, someone.userId);
    await stage.command(`!heimdall unban ${someone.userId}`);
    await waitFor(async () => (await stage.moderator.membership(stage.lobby, someone.userId)) !== 'ban', {
      what: 'the ban to be lifted',
      timeoutMs: 20_000,
    });
    const metrics = await (await fetch(`${stage.heimdall.url}/metrics`)).text();
    expect(metrics).not.toContain('kind="read_room"');
  }, 90_000);

  it('follow an upgrade of a protected room, with its bans to come', async () => {
    const { replacement_room: upgraded } = await stage.moderator.request<{ replacement_room: string }>(
      'POST',
      `/_matrix/client/v3/rooms/${encodeURIComponent(stage.lobby)}/upgrade`,
      { body: { new_version: '12' } },
    );
    await stage.moderator.waitForMembership(upgraded, stage.botUserId, 'join', { timeoutMs: 20_000 });
    await waitFor(async () => (await bodyOf('!heimdall rooms')).includes(upgraded), {
      what: 'the new room to be protected',
      timeoutMs: 20_000,
    });
    await waitFor(async () => !(await bodyOf('!heimdall rooms')).includes(stage.lobby), {
      what: 'the old room to be let go',
      timeoutMs: 20_000,
    });
    const someone = await person('upgraded');
    await someone.join(upgraded);
    await stage.command(`!heimdall ban ${someone.userId} test`);
    await banned(upgraded, someone.userId);
  }, 90_000);

  it('do not follow a tombstone to a room that somebody else made', async () => {
    const room = await stage.moderator.createRoom({
      name: 'Trap',
      public: true,
      alias: 'trap',
      invite: [stage.botUserId],
      powerLevels: {
        users: { [stage.botUserId]: 50, ...(roomVersion === '11' ? { [stage.moderator.userId]: 100 } : {}) },
      },
    });
    await stage.command(`!heimdall rooms add ${room}`);
    const villain = await person('villain');
    const target = await villain.createRoom({ name: 'Trap 2', public: true });
    await stage.moderator.sendState(room, 'm.room.tombstone', '', { body: 'moved', replacement_room: target });
    await isSaid(room, target, 'do not follow');
    expect(await bodyOf('!heimdall rooms')).not.toContain(target);
    expect(await bodyOf('!heimdall rooms')).toContain(room);
  }, 90_000);

  it('protect the rooms of a space as they come and go', async () => {
    const space = await stage.moderator.createRoom({ name: 'Space', type: 'm.space', invite: [stage.botUserId] });
    const child = await stage.moderator.createRoom({
      name: 'Child',
      public: true,
      powerLevels: {
        users: { [stage.botUserId]: 50, ...(roomVersion === '11' ? { [stage.moderator.userId]: 100 } : {}) },
      },
    });
    const closed = await stage.moderator.createRoom({ name: 'Closed child' });
    expect(await bodyOf(`!heimdall rooms add ${space}`)).toContain('space');
    await stage.moderator.sendState(space, 'm.space.child', child, { via: [stage.home.serverName] });
    await stage.moderator.sendState(space, 'm.space.child', closed, { via: [stage.home.serverName] });
    await waitFor(async () => (await bodyOf('!heimdall rooms')).includes(child), {
      what: 'the child to be protected',
      timeoutMs: 20_000,
    });
    await guards(child, 'inchild');
    await isSaid(closed, 'Invite');
    await stage.moderator.invite(closed, stage.botUserId);
    await waitFor(async () => (await bodyOf('!heimdall rooms')).includes(closed), {
      what: 'the closed child to be protected',
      timeoutMs: 20_000,
    });
    await stage.moderator.sendState(space, 'm.space.child', child, {});
    await waitFor(async () => !(await bodyOf('!heimdall rooms')).includes(child), {
      what: 'the child to be let go',
      timeoutMs: 20_000,
    });
    expect(await bodyOf('!heimdall rooms')).toContain(closed);
  }, 90_000);

  it('follow an upgrade of a list, and keep its rules', async () => {
    const someone = await person('listed');
    await stage.moderator.sendState(list, 'm.policy.rule.user', 'kept', rule(someone.userId));
    const { replacement_room: upgraded } = await stage.moderator.request<{ replacement_room: string }>(
      'POST',
      `/_matrix/client/v3/rooms/${encodeURIComponent(list)}/upgrade`,
      { body: { new_version: '12' } },
    );
    await stage.moderator.invite(upgraded, stage.botUserId);
    await stage.moderator.waitForMembership(upgraded, stage.botUserId, 'join', { timeoutMs: 20_000 });
    await isSaid(list, upgraded, 'watch both');
    expect(await bodyOf(`!heimdall rules matching ${someone.userId}`)).toContain(someone.userId);
    const other = await person('newlylisted');
    await stage.moderator.sendState(upgraded, 'm.policy.rule.user', 'new', rule(other.userId));
    await waitFor(async () => (await bodyOf(`!heimdall rules matching ${other.userId}`)).includes('ban user'), {
      what: 'the new list to be followed',
      timeoutMs: 20_000,
    });
  }, 90_000);

  it('follow an upgrade of the management room, also after a restart', async () => {
    const { replacement_room: upgraded } = await stage.moderator.request<{ replacement_room: string }>(
      'POST',
      `/_matrix/client/v3/rooms/${encodeURIComponent(stage.managementRoom)}/upgrade`,
      { body: { new_version: '12' } },
    );
    await stage.moderator.invite(upgraded, stage.botUserId);
    await stage.moderator.waitForMembership(upgraded, stage.botUserId, 'join', { timeoutMs: 20_000 });
    const answers = async () => {
      const asked = await stage.moderator.sendMessage(upgraded, '!heimdall status');
      return stage.moderator.waitForEvent(
        upgraded,
        (event) =>
          event.sender === stage.botUserId && JSON.stringify(event.content['m.relates_to'] ?? null).includes(asked),
        { timeoutMs: 20_000 },
      );
    };
    await stage.moderator.waitForEvent(upgraded, (event) => String(event.content.body).includes('replaces'), {
      timeoutMs: 20_000,
    });
    expect((await answers()).content.body).toContain('protected rooms');
    await restart();
    expect((await answers()).content.body).toContain('protected rooms');
  }, 90_000);
});
