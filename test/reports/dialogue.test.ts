import { describe, expect, it } from '@jest/globals';
import { linksIn, reportCommand, understand } from '../../src/reports/dialogue.js';
import { growth } from '../support/effort.js';

const ID = '@mallory:evil.test';

describe('what somebody means who writes to the bot', () => {
  it.each([
    [`is ${ID} official?`, 'official', 'en'],
    [`${ID}?`, 'official', undefined],
    [`Ist ${ID} offiziell`, 'official', 'de'],
    [`https://matrix.to/#/%40mallory%3Aevil.test official`, 'official', 'en'],
    [`matrix:u/mallory:evil.test ?`, 'official', undefined],
    [`report ${ID} asks for my password?`, 'report', 'en'],
    [`${ID}, bitte melden: will Geld`, 'report', 'de'],
    [`report #bazaar:evil.test thieves`, 'report', 'en'],
    [`https://matrix.to/#/!room:a.test/$event?via=a.test`, 'report', undefined],
    ['stop', 'stop', undefined],
    ['Stop.', 'stop', undefined],
    ['start', 'start', undefined],
    ['hello', 'help', 'en'],
    ['Hallo', 'help', 'de'],
    ['official?', 'help', 'en'],
    ['report', 'help', 'en'],
    [ID, 'help', undefined],
    ['', 'help', undefined],
    ['https://matrix.to/#/@mallory:evil.test?', 'official', undefined],
    ['https://app.element.io/#/user/@mallory:evil.test official?', 'official', 'en'],
    ['https://element.evil.test/#/room/!room:a.test/$event', 'report', undefined],
    [`@heimdall:a.test: is ${ID} official?`, 'official', 'en'],
    ['@heimdall:a.test are you there?', 'help', 'en'],
    ['Heimdall: please stop', 'stop', 'en'],
    ['„stop“', 'stop', undefined],
    ["I can't stop", 'help', 'en'],
    [`reported ${ID} for spam`, 'report', 'en'],
    [`Spam von ${ID} (bitte meldet das)`, 'report', 'de'],
    [`matrix.to/#/${ID} official?`, 'official', 'en'],
    [`element://vector/webapp/#/user/${ID} official?`, 'official', 'en'],
    ['write to mallory@evil.test:25?', 'help', undefined],
    [`> <@heimdall:a.test> report @name:server why\n\nhello`, 'help', 'en'],
    [`> <@bob:a.test> ${ID} wrote to me\n\nstop`, 'stop', undefined],
  ])('%p is %s in %s', (text, kind, language) => {
    const { intent, language: told } = understand(text, [], '@heimdall:a.test');
    expect([intent.kind, told]).toEqual([kind, language]);
    if (intent.kind === 'official') expect(intent.id).toBe(ID);
  });

  it('takes the reason out of the words around', () => {
    expect(understand(`report ${ID}: asks for my password`).intent).toEqual({
      kind: 'report',
      id: ID,
      reason: 'asks for my password',
    });
    expect(understand('look https://matrix.to/#/!room:a.test/%24ev?via=a.test spam').intent).toEqual({
      kind: 'report',
      id: '!room:a.test',
      eventId: '$ev',
      reason: 'look spam',
    });
  });

  it.each([
    [`report [${ID}](https://matrix.to/#/${ID}) spam`, 'spam'],
    [`report <${ID}> spam`, 'spam'],
    [`“report” \u2068${ID}\u2069, spam.`, 'spam.'],
    [`Report\u00a0${ID}\u00a0— spam`, 'spam'],
    [`report ${ID}.`, ''],
    [`I want to report ${ID} because it lies`, 'I want to report because it lies'],
    [`will Geld: ${ID}, bitte melden`, 'will Geld:, bitte'],
  ])('takes of %p the reason %p', (text, reason) => {
    expect(understand(text).intent).toEqual({ kind: 'report', id: ID, reason });
  });

  it('asks whether a room is official too', () => {
    for (const room of ['#lobby:a.test', '!room:a.test', 'https://matrix.to/#/%23lobby%3Aa.test?via=a.test'])
      expect(understand(`is ${room} official?`).intent).toMatchObject({
        kind: 'official',
        id: expect.stringMatching(/^[#!]/),
      });
  });

  it('reports whom the words accuse and not the official account that they name beside', () => {
    const official = '@server:a.test';
    for (const text of [`report ${official} is imitated by ${ID}`, `${ID} plays ${official}, report`])
      expect(understand(text, [], undefined, (id) => id === official).intent).toMatchObject({ kind: 'report', id: ID });
    expect(understand(`report ${official}`, [], undefined, () => true).intent).toMatchObject({ id: official });
  });

  it('says of ourselves only what is asked about us', () => {
    expect(understand('is @heimdall:a.test official?', [], '@heimdall:a.test').intent).toEqual({
      kind: 'official',
      id: '@heimdall:a.test',
    });
  });

  it('reads no link of the message that is answered', () => {
    const links = linksIn(
      '<mx-reply><a href="https://matrix.to/#/!chat:a.test/$said">In reply to</a> <a href="https://matrix.to/#/@x:a.test">x</a></mx-reply>thanks',
    );
    expect(links).toEqual([]);
    expect(understand('> <@x:a.test> No.\n\nthanks', links).intent).toEqual({ kind: 'help' });
  });

  it('reads the pill of a client that writes only a name', () => {
    const links = linksIn('<a href="https://matrix.to/#/@mallory:evil.test">Mallory</a> official?');
    expect(understand('Mallory official?', links).intent).toEqual({ kind: 'official', id: ID });
  });

  it('answers to anything, however long', () => {
    for (const part of ['@', '@a:', 'https://matrix.to/#/', '?']) {
      const read = (size: number) => understand(part.repeat(size), [part.repeat(size)]).intent.kind;
      expect(['help', 'official']).toContain(read(20_000));
      expect([part, growth(read, 250, 8_000) < 300]).toEqual([part, true]);
    }
  });
});

describe('!report in a room', () => {
  const reply = (body: string, over: Record<string, unknown> = {}) =>
    reportCommand({ msgtype: 'm.text', body, 'm.relates_to': { 'm.in_reply_to': { event_id: '$bad' } }, ...over });
  it('is a reply, with or without a reason, also behind quoted lines', () => {
    expect(reply('!report')).toEqual({ target: '$bad', reason: '' });
    expect(reply('!Report sells rings')).toEqual({ target: '$bad', reason: 'sells rings' });
    expect(reply('> <@x:y> buy\n> more\n\n!report spam')).toEqual({ target: '$bad', reason: 'spam' });
    expect(
      reply('!report', {
        'm.relates_to': { rel_type: 'm.thread', event_id: '$root', 'm.in_reply_to': { event_id: '$bad' } },
      }),
    ).toEqual({ target: '$bad', reason: '' });
  });
  it.each<[string, Record<string, unknown>]>([
    ['!report spam', { 'm.relates_to': undefined }],
    ['!report spam', { 'm.relates_to': { rel_type: 'm.replace', event_id: '$x' } }],
    ['!report spam', { msgtype: 'm.notice' }],
    ['!reported', {}],
    ['please !report', {}],
    ['> !report', {}],
    ['!report', { 'm.relates_to': { 'm.in_reply_to': { event_id: 7 } } }],
    // a client in a thread names the latest message, which nobody answers
    [
      '!report',
      {
        'm.relates_to': {
          rel_type: 'm.thread',
          event_id: '$root',
          is_falling_back: true,
          'm.in_reply_to': { event_id: '$bad' },
        },
      },
    ],
  ])('%p with %p is none', (body, over) => expect(reply(body, over)).toBeUndefined());
});
