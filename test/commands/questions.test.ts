import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { commandActions } from '../../src/commands/given.js';
import { buttonHandler, commandHandler, roleFor } from '../../src/commands/handler.js';
import { parsePowerLevels } from '../../src/matrix/events.js';
import type { ActionRecord, NewAction } from '../../src/store/records/actions.js';
import type { Ledger } from '../../src/store/types.js';
import { openLedger } from '../../src/store/index.js';
import type { TrackedRoom } from '../../src/tracking/tracked-room.js';
import type { Logger } from '../../src/util/logger.js';
import { room } from '../enforcement/fixtures.js';
import { event } from '../support/events.js';
import { ADDRESS, askedOf, MANAGEMENT } from './services.js';

const MOD = '@mod:mods.example';
const OTHER = '@other:mods.example';
const GONE = '@gone:mods.example';
const management = (joinRule = 'invite') =>
  ({
    roomId: MANAGEMENT,
    members: new Map([
      ...[MOD, OTHER].map((id) => [id, { membership: 'join', eventId: `$${id}`, sender: id }] as const),
      [GONE, { membership: 'leave', eventId: '$gone', sender: GONE }],
    ]),
    joinRule,
    powerLevels: parsePowerLevels({ users: { [MOD]: 100 } }),
    create: { roomVersion: '11', roomType: null, creators: [MOD], creatorsAreInfinite: false },
  }) as unknown as TrackedRoom;
const logger = { error: () => undefined } as unknown as Logger;

let dataDir: string;
let ledger: Ledger;
let now = 1_000_000;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'heimdall-questions-'));
  ledger = await openLedger({ dataDir, clock: () => now });
  now = 1_000_000;
});
afterEach(async () => {
  await ledger.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** A desk on a real ledger: what is said is carried out, and messages get event ids. */
function desk(here = management(), levels: Record<string, number | null> = {}) {
  const asked = askedOf({
    rooms: [room({ members: { '@a:evil.example': 'join', '@b:evil.example': 'join' } })],
    end: () => ({ result: { effect: 'kicked' } }),
    more: { clock: () => now },
  });
  Object.assign(asked.services.config.commands.roles, levels);
  const stub = asked.services.ledger;
  Object.assign(asked.services, {
    ledger: new Proxy(ledger, {
      get: (real, key) =>
        key === 'actionsByKey'
          ? async (keys: string[]) => [...(await real.actionsByKey(keys)), ...(await stub.actionsByKey(keys))]
          : (Reflect.get(real, key) as { bind(self: unknown): unknown }).bind?.(real),
    }),
    mayCarryOut: (payload: unknown, userId: string) => roleFor(payload, userId, here, asked.services.config),
  });
  const options = { services: asked.services, managementRoom: () => here, logger };
  const handlers = [commandHandler(options), buttonHandler(options)];
  const bodies: string[] = [];
  let sent = 0;
  const run = async (actions: readonly NewAction[]): Promise<void> => {
    if (actions.length > 0) await ledger.commit((tx) => tx.addActions(actions));
    for (;;) {
      const [due] = await ledger.dueActions(now, new Set(), 1);
      if (due === undefined) return;
      const handler = handlers.find(({ kind }) => kind === due.kind);
      const outcome =
        handler === undefined
          ? { state: 'done' as const, result: { event_id: `$sent${(sent += 1)}` } }
          : await handler.perform(due as ActionRecord, { mayHaveBeenSent: false });
      if (due.kind === 'message') bodies.push(String((due.payload as { content: { body: string } }).content.body));
      if (outcome.state !== 'done') throw new Error(JSON.stringify(outcome));
      await ledger.endAction(due.id, { ...outcome, at: now });
    }
  };
  const say = async (body: string, sender = MOD, replyTo?: string) => {
    const relation = replyTo === undefined ? {} : { 'm.relates_to': { 'm.in_reply_to': { event_id: replyTo } } };
    const from = bodies.length;
    const content = { msgtype: 'm.text', body, ...relation };
    await run(commandActions(event({ type: 'm.room.message', room_id: MANAGEMENT, sender, content }), ADDRESS));
    return bodies.slice(from).join('\n');
  };
  const press = async (on: string, key: string, sender = MOD) => {
    const from = bodies.length;
    const content = { 'm.relates_to': { rel_type: 'm.annotation', event_id: on, key } };
    await run(commandActions(event({ type: 'm.reaction', room_id: MANAGEMENT, sender, content }), ADDRESS));
    return bodies.slice(from).join('\n');
  };
  const lastSent = () => `$sent${sent}`;
  const kicked = () => asked.actions.filter(({ kind }) => kind === 'kick').length;
  return { say, press, lastSent, kicked };
}

const GLOB = '!heimdall kick @*:evil.example';

describe('a question', () => {
  it('is done by a plain yes while it is the only one, once, and by anybody with the role', async () => {
    const one = desk();
    expect(await one.say(GLOB)).toContain('Reply yes');
    expect(one.kicked()).toBe(0);
    expect(await one.say('yes', OTHER)).toContain('Kicked');
    expect(one.kicked()).toBe(2);
    await one.say('yes');
    expect(one.kicked()).toBe(2);
  });

  it.each(['Yes.', 'ja', '!heimdall yes', 'Heimdall: yes'])('takes %s', async (words) => {
    const one = desk();
    await one.say(GLOB);
    await one.say(words);
    expect(one.kicked()).toBe(2);
  });

  it('is bound to its yes: of several none is done by a plain one, and a reply does just its own', async () => {
    const one = desk();
    await one.say('!heimdall kick @a*:evil.example');
    const first = one.lastSent();
    await one.say('!heimdall kick @b*:evil.example');
    expect(await one.say('yes')).toContain('Several questions');
    expect(one.kicked()).toBe(0);
    expect(await one.say('yes', MOD, first)).toContain('@a');
    expect(one.kicked()).toBe(1);
  });

  it('has buttons, which those without the role press in vain', async () => {
    const one = desk(management(), { moderator: 50 });
    await one.say(GLOB);
    const message = one.lastSent();
    await one.press(message, '✅ yes', GONE);
    await one.press(message, '✅ yes', OTHER);
    await one.press(message, '👍', MOD);
    await one.press('$other', '✅ yes', MOD);
    expect(one.kicked()).toBe(0);
    await one.press(message, '✅\ufe0f', MOD);
    expect(one.kicked()).toBe(2);
  });

  it('that was answered with no, or that is older than five minutes, does nothing', async () => {
    const one = desk();
    await one.say(GLOB);
    expect(await one.say('no')).toContain('Nothing was done');
    await one.say('yes');
    await one.say(GLOB);
    const message = one.lastSent();
    now += 5 * 60_000;
    await one.say('yes');
    expect(await one.press(message, '✅ yes')).toContain('expired');
    expect(one.kicked()).toBe(0);
  });

  it('yes without a question is not a command', async () => expect(await desk().say('yes')).toBe(''));
});

describe('who may command', () => {
  it('is told once a day when they may not, and nothing is done', async () => {
    const one = desk(management('public'));
    expect(await one.say('!heimdall kick @a:evil.example', OTHER)).toContain('You may not give commands');
    expect(await one.say('!heimdall kick @a:evil.example', OTHER)).toBe('');
    expect(await one.say('!heimdall kick @a:evil.example', GONE)).toBe('');
    expect(one.kicked()).toBe(0);
    now += 86_400_000;
    expect(await one.say('!heimdall version', OTHER)).toContain('You may not give commands');
    expect(await one.say('!heimdall kick @a:evil.example', MOD)).toContain('Kicked');
  });
});
