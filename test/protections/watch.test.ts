import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { GuardContext } from '../../src/enforcement/types.js';
import { createPolicy } from '../../src/policy/policy.js';
import { ProtectionWatch } from '../../src/protections/watch.js';
import { openLedger } from '../../src/store/index.js';
import { defaultSettings } from '../../src/store/settings/document.js';
import { RoomStateCache } from '../../src/tracking/rooms.js';
import { pino } from 'pino';
import type { MatrixEvent } from '../../src/matrix/types.js';
import { event, member } from '../support/events.js';

const ROOM = '!room:a.test';
let dataDir: string;
let ledger: Awaited<ReturnType<typeof openLedger>>;
let watch: ProtectionWatch;
let policy = createPolicy();
const now = Date.now();
const settings = defaultSettings();

async function start(): Promise<void> {
  const rooms = new RoomStateCache();
  rooms.read(
    ROOM,
    [
      event({ type: 'm.room.create', state_key: '', sender: '@maker:a.test', content: { room_version: '11' } }),
      event({ type: 'm.room.power_levels', state_key: '', content: { users: { '@mod:a.test': 50 } } }),
    ],
    now,
  );
  const facts = (): GuardContext => ({
    botUserId: '@heimdall:a.test',
    serverName: 'a.test',
    protectedIdentities: [],
    moderators: new Set(['@staff:a.test']),
    ownRooms: new Set(),
    policy,
    rooms,
  });
  watch = new ProtectionWatch({
    serverName: 'a.test',
    botUserId: '@heimdall:a.test',
    settings: { get: () => settings },
    rooms,
    ledger,
    facts,
    staff: () => undefined,
    isBridgeUser: (userId) => userId.startsWith('@ghost'),
    see: () => Promise.resolve(undefined),
    means: () => ({ mail: false, policyList: '!list:a.test' }),
    clock: () => now,
    logger: pino({ level: 'silent' }),
  });
  await watch.load();
}

beforeEach(async () => {
  policy = createPolicy();
  dataDir = mkdtempSync(path.join(tmpdir(), 'heimdall-protections-'));
  ledger = await openLedger({ dataDir, databaseUrl: null });
  settings.protections = {
    BasicFlooding: { enabled: true, rooms: {}, values: {} },
    BanPropagation: { enabled: true, rooms: {}, values: { response: ['ban'] } },
    PolicyChangeNotification: { enabled: true, rooms: {}, values: { max: 3 } },
    TrustedReporters: {
      enabled: true,
      rooms: {},
      values: { reporters: ['@a:a.test', '@b:a.test', '@c:a.test'] },
    },
    InsecureRegistration: { enabled: true, rooms: {}, values: {} },
    MessageIsMedia: { enabled: true, rooms: {}, values: { response: ['redact+warn', 'kick', 'ban'] } },
  };
  await start();
});
afterEach(async () => {
  await ledger.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Looks at events and writes down what was found, as the pipeline does; returns the kinds of actions asked for. */
async function handle(...events: MatrixEvent[]): Promise<string[]> {
  const offences = events.flatMap((one) => watch.decide(one));
  const rows = watch.takeRows();
  const kinds = await ledger.commit(async (tx) => {
    const all: string[] = [];
    for (const offence of offences) {
      const actions = await watch.record(tx, offence);
      await tx.addActions(actions);
      all.push(...actions.map(({ kind }) => kind));
    }
    await tx.keepProtectionRows(rows);
    return all;
  });
  watch.written();
  return kinds;
}

const say = (sender: string, content: Record<string, unknown> = { msgtype: 'm.text', body: 'x' }) =>
  event({ type: 'm.room.message', room_id: ROOM, sender, origin_server_ts: now, content });
const picture = { msgtype: 'm.image', body: 'x', url: 'mxc://a/b' };
const counted = (kinds: string[]) =>
  Object.fromEntries([...new Set(kinds)].map((kind) => [kind, kinds.filter((one) => one === kind).length]));

describe('the watch of protections', () => {
  it('turns a flood into a case, a redaction of each event, and one rule', async () => {
    await handle(member('@new:a.test', 'join', { room_id: ROOM, origin_server_ts: now }));
    const kinds = await handle(...Array.from({ length: 12 }, () => say('@new:a.test')));
    expect(counted(kinds)).toMatchObject({ redact: 12, write_rule: 1, notice: 1 });
    expect(await ledger.caseOfSubject('user', '@new:a.test')).toBeDefined();
  });

  it('goes on counting after a restart', async () => {
    await handle(member('@new:a.test', 'join', { room_id: ROOM, origin_server_ts: now }));
    await handle(...Array.from({ length: 6 }, () => say('@new:a.test')));
    await start();
    expect(counted(await handle(...Array.from({ length: 5 }, () => say('@new:a.test'))))).toMatchObject({
      write_rule: 1,
      redact_user: 1,
    });
  });

  it('climbs the ladder, and begins anew after a dismissal', async () => {
    const step = async () =>
      (await handle(say('@artist:a.test', picture)))
        .filter((kind) => /^(redact|warn|kick|write_rule)$/.test(kind))
        .sort();
    expect(await step()).toEqual(['redact', 'warn']);
    expect(await step()).toEqual(['kick', 'redact']);
    expect(await step()).toEqual(['redact', 'write_rule']);
    const record = await ledger.caseOfSubject('user', '@artist:a.test');
    await ledger.commit((tx) => tx.setCaseState(record?.id ?? 0, 'dismissed', now));
    expect(await step()).toEqual(['redact', 'warn']);
  });

  it('warns once for an event that offends against two protections, and stores both', async () => {
    settings.protections.LinkFilter = {
      enabled: true,
      rooms: {},
      values: { deny: ['evil.test'], response: ['redact+warn'] },
    };
    await start();
    await handle(say('@artist:a.test', { ...picture, body: 'https://evil.test/', filename: 'x.png' }));
    const record = await ledger.caseOfSubject('user', '@artist:a.test');
    const actions = await ledger.actionsOf(record?.id ?? 0);
    expect(actions.filter(({ kind }) => kind === 'warn')).toHaveLength(1);
    expect(actions.filter(({ kind }) => kind === 'redact')).toHaveLength(1);
    expect((await ledger.findingsOf(record?.id ?? 0)).map(({ kind }) => kind)).toEqual(['protection', 'protection']);
  });

  it('leaves moderators, staff, bridge ghosts, ourselves and other rooms in peace', async () => {
    for (const who of ['@mod:a.test', '@staff:a.test', '@ghost_1:a.test', '@heimdall:a.test'])
      expect([who, await handle(say(who, picture))]).toEqual([who, []]);
    expect(await handle({ ...say('@artist:a.test', picture), room_id: '!other:a.test' })).toEqual([]);
  });

  it('says the same again about an event that could not be written down, and nothing once it was', () => {
    const one = say('@artist:a.test', picture);
    expect(watch.decide(one)).toHaveLength(1);
    expect(watch.decide(one)).toHaveLength(1);
    watch.written();
    expect(watch.decide(one)).toEqual([]);
  });

  describe('told of what moderators do in a client', () => {
    const done = (membership: string, before: string, who = '@bad:b.test', sender = '@mod:a.test') =>
      member(who, membership, {
        room_id: ROOM,
        sender,
        origin_server_ts: now,
        unsigned: { prev_content: { membership: before } },
      });

    it('bans nobody whose ban was lifted, whatever the ladder says', async () => {
      policy.apply({
        type: 'm.policy.rule.user',
        state_key: 'r',
        room_id: '!list:a.test',
        content: { entity: '@bad:b.test', recommendation: 'm.ban', reason: 'spam' },
      });
      expect(await handle(done('leave', 'ban'))).toEqual(['notice', 'notice_edit']);
      // the notice is there: the offer comes as a message
      expect(await handle(done('leave', 'ban'))).toEqual(['notice_edit', 'tell']);
    });

    it('opens a case about who was banned, not about the moderator, and says nothing of what we did ourselves', async () => {
      expect(await handle(done('ban', 'join'))).toContain('notice');
      expect(await ledger.caseOfSubject('user', '@bad:b.test')).toBeDefined();
      expect(await ledger.caseOfSubject('user', '@mod:a.test')).toBeUndefined();
      expect(await handle(done('ban', 'join', '@other:b.test', '@heimdall:a.test'))).toEqual([]);
      expect(await handle(done('ban', 'join', '@staff:a.test'))).toEqual([]);
    });
  });

  describe('told of reports', () => {
    let number = 0;
    const report = (
      reporter: string,
      more: { subject?: string; eventId?: string; key?: string; roomId?: string } = {},
    ) =>
      ledger.commit(async (tx) => {
        number += 1;
        const { subject = '@bad:b.test', eventId = `$e${number}`, key = `report:${number}`, roomId = ROOM } = more;
        const event = { roomId, eventId };
        const actions = await watch.reported(tx, { key, reporter, subject, event, at: now, raw: undefined });
        await tx.addActions(actions);
        return actions.map(({ kind }) => kind);
      });

    it('redacts what three trusted people reported, and bans who wrote it, also after a restart', async () => {
      expect(await report('@a:a.test')).toEqual([]);
      expect(await report('@a:a.test')).toEqual([]);
      expect(await report('@b:a.test')).toEqual([]);
      await start();
      expect(counted(await report('@c:a.test'))).toMatchObject({ redact: 3, write_rule: 1, notice: 1 });
      expect(await report('@c:a.test')).toEqual([]);
    });

    it('does not listen to others, to reports of oneself, and to reports from other rooms', async () => {
      for (const who of ['@x:a.test', '@y:a.test', '@z:a.test', '@A:a.test']) expect(await report(who)).toEqual([]);
      for (const who of ['@a:a.test', '@b:a.test', '@c:a.test'])
        expect(await report(who, { roomId: '!other:a.test' })).toEqual([]);
      expect(await report('@a:a.test')).toEqual([]);
      expect(await report('@b:a.test')).toEqual([]);
      expect(await report('@bad:b.test')).toEqual([]);
    });

    it('leaves moderators, staff, bridge ghosts and ourselves in peace, however many report them', async () => {
      for (const subject of ['@mod:a.test', '@staff:a.test', '@ghost_1:a.test', '@heimdall:a.test'])
        for (const who of ['@a:a.test', '@b:a.test', '@c:a.test'])
          expect([subject, await report(who, { subject })]).toEqual([subject, []]);
    });

    it('asks for the same again when it could not be written down', async () => {
      await report('@a:a.test');
      await report('@b:a.test');
      const last = { key: 'report:last', eventId: '$last' };
      const failing = ledger.commit(async (tx) => {
        const event = { roomId: ROOM, eventId: last.eventId };
        await watch.reported(tx, {
          ...last,
          reporter: '@c:a.test',
          subject: '@bad:b.test',
          event,
          at: now,
          raw: undefined,
        });
        throw new Error('no disk');
      });
      await expect(failing).rejects.toThrow('no disk');
      expect(await report('@c:a.test', last)).toContain('write_rule');
    });
  });

  describe('told of changes in lists', () => {
    const rule = (entity: string, more: Partial<MatrixEvent> = {}) =>
      event({
        type: 'm.policy.rule.user',
        state_key: entity,
        room_id: '!list:b.test',
        sender: '@keeper:b.test',
        content: { entity, recommendation: 'm.ban', reason: 'spam' },
        ...more,
      });
    const told = (one: MatrixEvent) =>
      watch.rulesChanged(one, policy.apply(one)).map(({ payload }) => JSON.stringify(payload));

    it('says who added, changed and removed which rule', () => {
      expect(told(rule('@bad:b.test'))[0]).toContain('added a rule to');
      const changed = rule('@bad:b.test', {
        content: { entity: '@bad:b.test', recommendation: 'm.ban', reason: 'worse' },
      });
      expect(told(changed)[0]).toMatch(/changed a rule of[^]*worse[^]*It was[^]*spam/);
      expect(told(rule('@bad:b.test', { content: {} }))[0]).toMatch(/@keeper:b\.test[^]*removed a rule from/);
    });

    it('says no more than is set, and says so with the last', () => {
      const messages = Array.from({ length: 50 }, (_, i) => told(rule(`@bad${i}:b.test`))).flat();
      expect(messages).toHaveLength(3);
      expect(messages[2]).toContain('at most 3 changes');
    });

    it('says nothing of what we wrote, of what changed nothing, and while it is off', () => {
      expect(told(rule('@bad:b.test', { sender: '@heimdall:a.test' }))).toEqual([]);
      expect(told(rule('@bad:b.test', { sender: '@heimdall:a.test' }))).toEqual([]);
      settings.protections = {};
      expect(told(rule('@other:b.test'))).toEqual([]);
    });

    it('says the same again about an event that could not be written down', () => {
      const one = rule('@bad:b.test');
      expect(told(one)).toHaveLength(1);
      expect(told(one)).toHaveLength(1);
      watch.written();
      expect(told(one)).toEqual([]);
    });
  });
});

describe('a homeserver where anybody can register', () => {
  const joins = (userId: string) => member(userId, 'join', { room_id: ROOM, origin_server_ts: now });
  const answer = async (userId: string, open: boolean | undefined): Promise<string[]> =>
    ledger.commit(async (tx) => {
      const actions = await watch.registrationAnswered(tx, {
        server: userId.slice(userId.indexOf(':') + 1),
        roomId: ROOM,
        userId,
        event: joins(userId),
        open,
      });
      await tx.addActions(actions);
      return actions.map(({ kind }) => kind);
    });

  it('is asked once, when somebody of it joins; our own and those without a protection are not', () => {
    expect(watch.toAsk(joins('@a:far.test')).map(({ payload }) => payload)).toMatchObject([{ server: 'far.test' }]);
    expect(watch.toAsk(joins('@b:far.test'))).toEqual([]);
    expect(watch.toAsk(joins('@a:a.test'))).toEqual([]);
    expect(watch.toAsk(member('@a:other.test', 'join', { room_id: '!else:a.test' }))).toEqual([]);
    expect(watch.toAsk(member('@a:third.test', 'leave', { room_id: ROOM }))).toEqual([]);
  });

  it('becomes one case about the homeserver, told once, also over a restart', async () => {
    expect(await answer('@a:far.test', true)).toContain('notice');
    expect((await ledger.caseOfSubject('server', 'far.test'))?.state).toBe('open');
    expect(await answer('@b:far.test', true)).toEqual([]);
    await start();
    expect(watch.toAsk(joins('@c:far.test'))).toEqual([]);
    expect(await answer('@c:far.test', true)).toEqual([]);
  });

  it('is no case when it asks for something, or says nothing', async () => {
    expect(await answer('@a:closed.test', false)).toEqual([]);
    expect(await answer('@a:silent.test', undefined)).toEqual([]);
    expect(await ledger.caseOfSubject('server', 'closed.test')).toBeUndefined();
    expect(watch.toAsk(joins('@b:closed.test'))).toEqual([]);
  });

  it('hits those who join where the response says so, and never a moderator', async () => {
    settings.protections.InsecureRegistration = { enabled: true, rooms: {}, values: { response: ['kick'] } };
    await start();
    expect(await answer('@a:far.test', true)).toContain('kick');
    expect(watch.toAsk(joins('@b:far.test'))).toHaveLength(1);
    expect(await answer('@b:far.test', true)).toContain('kick');
    expect(await answer('@mod:a.test', true)).toEqual([]);
    expect(await answer('@staff:a.test', true)).toEqual([]);
  });
});
