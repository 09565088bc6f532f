import { describe, expect, it } from '@jest/globals';
import { commandActions } from '../../src/commands/given.js';
import { COMMANDS, findCommand, nearestCommands } from '../../src/commands/table.js';
import { event } from '../support/events.js';
import { ADDRESS, askedOf, payloadsOf } from './services.js';

const message = (body: unknown, more: Record<string, unknown> = {}) => payloadsOf({ msgtype: 'm.text', body, ...more });
const words = (body: string, more: Record<string, unknown> = {}) =>
  message(body, more).map((payload) => payload.words.map(({ text }) => text).join(' '));

describe('commands', () => {
  it('are messages that begin with a prefix, or with the name of the bot', () => {
    for (const body of [
      '!heimdall status',
      ' !Mjolnir status',
      '！heimdall status',
      '!heimdall: status',
      '!heimdall\u00a0status',
      'Heimdall: status',
      'heimdall, status',
      'Heimdall status',
      '@heimdall:example.org status',
      '@heimdall:example.org: status',
      '`!heimdall status`',
      '[Heimdall](https://matrix.to/#/@heimdall:example.org): status',
    ])
      expect([body, words(body)]).toEqual([body, ['status']]);
    expect(words('!heimdall')).toEqual(['']);
    for (const body of ['!heimdallstatus2', 'see !heimdall', 'Heimdall is great', 'heimdallstatus', 7, null, 'status'])
      expect(message(body).filter(({ misspelt }) => misspelt === undefined)).toEqual([]);
  });

  it('by a pill of the bot, as Element writes it', () => {
    const html = '<a href="https://matrix.to/#/@heimdall:example.org">Heimdall</a>: ban @x:y.example';
    expect(words('Heimdall: ban @x:y.example', { format: 'org.matrix.custom.html', formatted_body: html })).toEqual([
      'ban @x:y.example',
    ]);
  });

  it('whose prefix is misspelt get a hint', () => {
    for (const body of [
      '!heimdal status',
      '!hiemdall status',
      '/heimdall status',
      '! heimdall status',
      '!heimdallban @x:y',
    ])
      expect(message(body)).toEqual([expect.objectContaining({ misspelt: '!heimdall' })]);
    for (const body of ['!help', '!other status', 'hello']) expect(message(body)).toEqual([]);
  });

  it('are written as text, never as a notice, an emote or the caption of a picture', () => {
    for (const msgtype of ['m.notice', 'm.emote', 'm.image', 'm.file', undefined, 7])
      expect(message('!heimdall ban @x:y', { msgtype })).toEqual([]);
  });

  it('are not given again by an edit, and not by a ghost', () => {
    expect(message('!heimdall ban @x:y', { 'm.relates_to': { rel_type: 'm.replace', event_id: '$e' } })).toEqual([]);
    const ghost = event({ type: 'm.room.message', content: { msgtype: 'm.text', body: '!heimdall status' } });
    expect(commandActions(ghost, ADDRESS, () => true)).toEqual([]);
  });

  it('are found below what a reply quotes', () => {
    const relation = { 'm.relates_to': { 'm.in_reply_to': { event_id: '$n' } } };
    expect(words('> <@heimdall:x> Case 12\n> !heimdall ban @you:x\n\n!heimdall dismiss 12', relation)).toEqual([
      'dismiss 12',
    ]);
    const html =
      '<mx-reply><blockquote><a href="https://matrix.to/#/!r:x/$n">In reply to</a> <a href="https://matrix.to/#/@heimdall:x">@heimdall:x</a><br>Case 12</blockquote></mx-reply>!heimdall ban <a href="https://matrix.to/#/@bad:evil.example">Good Guy</a> spam';
    const [payload] = message('> <@heimdall:x> Case 12\n\n!heimdall ban Good Guy spam', {
      ...relation,
      format: 'org.matrix.custom.html',
      formatted_body: html,
    });
    expect(payload?.words.map(({ text, link }) => link?.id ?? text)).toEqual(['ban', '@bad:evil.example', 'spam']);
    expect(payload?.around.repliesTo).toBe('$n');
  });

  it('several lines are several commands, and a line without a prefix goes on with the one before', () => {
    expect(words('!heimdall ban @a:x spam\n!heimdall ban @b:x spam\n\n!mjolnir status')).toEqual([
      'ban @a:x spam',
      'ban @b:x spam',
      'status',
    ]);
    expect(words('!heimdall ban @a:x\n@b:x spam')).toEqual(['ban @a:x @b:x spam']);
    expect(words('hello\n!heimdall status')).toEqual([]);
    expect(words(Array.from({ length: 500 }, () => '!heimdall status').join('\n'))).toHaveLength(200);
  });

  it('keep all of a long message', () => {
    expect(words(`!heimdall note 1 ${'long '.repeat(10_000)}end`)[0]?.endsWith('end')).toBe(true);
  });

  it('that do not exist are answered with the nearest ones', () => {
    expect(nearestCommands('stauts')[0]).toBe('status');
    expect(nearestCommands('unbna')[0]).toBe('unban');
    expect(nearestCommands('qqqqqqqqqqqq')).toEqual([]);
  });

  it('each have names of their own, a sentence, and examples that are read', async () => {
    const names = COMMANDS.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
    for (const command of COMMANDS) {
      expect(command.summary.endsWith('.')).toBe(true);
      expect(command.examples.length).toBeGreaterThan(0);
      for (const example of command.examples) {
        const [payload] = message(`!heimdall ${example}`);
        expect([example, findCommand(payload?.words ?? [])?.command.name]).toEqual([example, command.name]);
      }
    }
    await expect(askedOf().say('status and more')).rejects.toMatchObject({ code: 'HEIMDALL_E_USAGE' });
  });
});
