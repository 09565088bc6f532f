import { describe, expect, it } from '@jest/globals';
import { DESCRIPTION, descriptionOf, describeCommandsHandler } from '../../src/commands/descriptions.js';
import { COMMANDS } from '../../src/commands/table.js';
import type { ActionRecord } from '../../src/store/records/actions.js';
import { BOT, room } from '../enforcement/fixtures.js';
import { askedOf, payloadsOf } from './services.js';

const BAD = '@bad:evil.example';
const invocation = (command: string, args: Record<string, unknown>, mentions: string[] = [BOT]) => ({
  msgtype: 'm.text',
  body: 'whatever the client writes here, ban @innocent:good.example',
  'm.mentions': { user_ids: mentions },
  'org.matrix.msc4391.command': { command, arguments: args },
});

describe('descriptions of commands for clients (MSC4391)', () => {
  it('name each parameter once, and have a state key of their own', () => {
    const all = COMMANDS.map((command) => descriptionOf(command, BOT));
    expect(new Set(all.map(({ stateKey }) => stateKey)).size).toBe(COMMANDS.length);
    for (const { stateKey, content } of all) {
      expect(stateKey).toMatch(/^[A-Za-z0-9+/]{43}=$/);
      const keys = (content as { parameters: { key: string }[] }).parameters.map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  it('are sent once, and only where the bot may set state', async () => {
    const state: { type: string; sender: string; state_key: string; content: object }[] = [];
    const run = async (power: number) => {
      const here = room({ powerLevels: { users: { [BOT]: power }, state_default: 50 } } as never);
      const handler = describeCommandsHandler({
        homeserver: {
          botUserId: BOT,
          state: () => Promise.resolve(state as never),
          sendState: (_roomId: string, type: string, key: string, content: object) => {
            state.push({ type, sender: BOT, state_key: key, content });
            return Promise.resolve('$e');
          },
        } as never,
        managementRoom: () => here as never,
      });
      const outcome = await handler.perform({ payload: {} } as ActionRecord, { mayHaveBeenSent: false });
      return (outcome as { result: unknown }).result;
    };
    expect(await run(0)).toEqual({ effect: 'held' });
    expect(await run(100)).toEqual({ effect: 'described', sent: COMMANDS.length });
    expect(await run(100)).toEqual({ effect: 'described', sent: 0 });
    expect(state.every(({ type }) => type === DESCRIPTION)).toBe(true);
  });

  it('come back as commands whose text is not read', async () => {
    const asked = askedOf();
    await asked.send(invocation('ban', { who: BAD, reason: 'spam and scam', 'option-for': '7d' }));
    expect(asked.actions[0]?.payload).toMatchObject({
      entity: BAD,
      reason: 'spam and scam',
      until: 1_000_000 + 7 * 86_400_000,
    });
    const [kick] = payloadsOf(invocation('mute', { who: [BAD, '@two:evil.example'] }));
    expect(kick?.words.map(({ text }) => text)).toEqual(['mute', BAD, '@two:evil.example']);
    const [add] = payloadsOf(
      invocation('rooms add', { room: { id: '!abc:example.org', via: ['b.example'], type: 'room_id' } }),
    );
    expect(add?.words.at(-1)?.link).toEqual({ id: '!abc:example.org', via: ['b.example'] });
  });

  it.each([
    ['another bot is meant', invocation('ban', { who: BAD }, ['@other:example.org'])],
    ['nobody is mentioned', invocation('ban', { who: BAD }, [])],
    ['there is no such command', invocation('burn', { who: BAD })],
  ])('are no commands when %s', (_why, content) => {
    expect(payloadsOf(content)).toEqual([]);
  });
});
