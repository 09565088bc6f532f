import { describe, expect, it } from '@jest/globals';
import { commandAction } from '../../src/commands/handler.js';
import { parseCommand } from '../../src/commands/parse.js';
import { COMMANDS, nearestCommands } from '../../src/commands/table.js';
import { event } from '../support/events.js';

describe('commands', () => {
  const message = (body: unknown, more: Record<string, unknown> = {}) =>
    commandAction(event({ type: 'm.room.message', content: { msgtype: 'm.text', body, ...more } }));

  it('are messages that begin with !heimdall or !mjolnir, and nothing else', () => {
    for (const body of ['!heimdall status', ' !Mjolnir ban x', '!heimdall'])
      expect(message(body)?.kind).toBe('command');
    for (const body of ['heimdall status', '!heimdallstatus', 'see !heimdall', 7, null])
      expect(message(body)).toBeUndefined();
  });

  it('are written as text, never as a notice, an emote or the caption of a picture', () => {
    for (const msgtype of ['m.notice', 'm.emote', 'm.image', undefined]) {
      expect(message('!heimdall ban @x:y', { msgtype })).toBeUndefined();
    }
  });

  it('are not given again by an edit', () => {
    expect(
      message('!heimdall ban @x:y', { 'm.relates_to': { rel_type: 'm.replace', event_id: '$e' } }),
    ).toBeUndefined();
  });

  it('have words, quoted words and flags', () => {
    expect(parseCommand('!heimdall ban @x:y "two words" --force more')).toEqual({
      name: 'ban',
      args: ['@x:y', 'two words', 'more'],
      flags: new Set(['force']),
      options: new Map(),
    });
    expect(parseCommand('!mjolnir').name).toBe('help');
  });

  it('that do not exist are answered with the nearest ones', () => {
    expect(nearestCommands('stauts')[0]).toBe('status');
    expect(nearestCommands('unbna')[0]).toBe('unban');
    expect(nearestCommands('qqqqqqqqqqqq')).toEqual([]);
  });

  it('each have a name of their own, a usage that begins with it, and a sentence', () => {
    expect(new Set(COMMANDS.map(({ name }) => name)).size).toBe(COMMANDS.length);
    for (const { name, usage, summary } of COMMANDS) {
      expect(usage.startsWith(name)).toBe(true);
      expect(summary.endsWith('.')).toBe(true);
    }
  });
});
