import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { readHtml } from '../../src/protections/html.js';
import { Message } from '../../src/protections/message.js';
import { event } from '../support/events.js';
import { growth } from '../support/effort.js';

const message = (content: Record<string, unknown>, type = 'm.room.message') => new Message(event({ type, content }));
const texts = (content: Record<string, unknown>, type?: string) =>
  message(content, type).texts.map((text) => text.trim());
const media = (content: Record<string, unknown>, type?: string) => [...message(content, type).media].sort();
const html = (formatted: string) => ({
  msgtype: 'm.text',
  body: 'b',
  format: 'org.matrix.custom.html',
  formatted_body: formatted,
});

describe('what people read of a message', () => {
  it('is the new content of an edit', () =>
    expect(
      texts({
        body: '* old',
        'm.new_content': { body: 'new' },
        'm.relates_to': { rel_type: 'm.replace', event_id: '$x' },
      }),
    ).toEqual(['new']));

  it('is an answer without the quotes of older clients', () => {
    const reply = { 'm.relates_to': { 'm.in_reply_to': { event_id: '$x' } } };
    expect(texts({ body: '> <@a:b> spam\n> more\n\nno', ...reply })).toEqual(['no']);
    expect(texts({ ...html('<mx-reply><blockquote>spam</blockquote></mx-reply>no'), ...reply })).toEqual(['b', 'no']);
    expect(texts({ body: '> <@a:b> said so', msgtype: 'm.text' })).toEqual(['> <@a:b> said so']);
  });

  it('is its HTML as clients show it: inline tags break no word, hidden text is text, entities are letters', () => {
    expect(readHtml('fr<b>ee</b> b<!-- x -->tc<p>new</p>').text).toBe('free btc\nnew\n');
    expect(readHtml('<span data-mx-spoiler="why">f&#114;&#x65;e</span> a &lt; b').text).toBe(' why free a < b');
    expect(readHtml('<img src="mxc://a/b" alt="casino">').text).toContain('casino');
    expect(readHtml('a < b and 1<2')).toMatchObject({ text: 'a < b and 1<2' });
  });

  it('is what stands beside it: the place, the name for this message, the reason of a leave', () => {
    expect(texts({ msgtype: 'm.location', body: 'a', 'org.matrix.msc3488.location': { description: 'b' } })).toEqual([
      'a',
      'b',
    ]);
    expect(texts({ body: 'a', 'com.beeper.per_message_profile': { displayname: 'b' } })).toEqual(['a', 'b']);
    expect(texts({ membership: 'leave', displayname: 'a', reason: 'b' }, 'm.room.member')).toEqual(['a', 'b']);
  });

  it('is looked at for words as an override of its direction turns it', () =>
    expect(message({ body: '\u202ectb eerf\u202c ok' }).scan.texts).toContain('free btc'));

  it('is its caption and its file name, the question and the answers of a poll, the key of a reaction', () => {
    expect(texts({ msgtype: 'm.image', body: 'caption', filename: 'name.png' })).toEqual(['caption', 'name.png']);
    const poll = { question: { 'm.text': [{ body: 'Which?' }] }, answers: [{ 'm.text': [{ body: 'this' }] }] };
    expect(texts({ 'm.poll': poll }, 'm.poll.start')).toEqual(['Which?', 'this']);
    const older = {
      question: { 'org.matrix.msc1767.text': 'Which?' },
      answers: [{ 'org.matrix.msc1767.text': 'this' }],
    };
    expect(texts({ 'org.matrix.msc3381.poll.start': older }, 'org.matrix.msc3381.poll.start')).toEqual([
      'Which?',
      'this',
    ]);
    expect(texts({ 'm.relates_to': { rel_type: 'm.annotation', key: 'spam' } }, 'm.reaction')).toEqual(['spam']);
    expect(texts({ itemtypes: [{ body: 'one', itemtype: 'm.image' }, { body: 'two' }] })).toEqual(['one', 'two']);
    expect(
      texts({ 'm.text': [{ body: 'plain' }, { body: '<b>rich</b>', mimetype: 'text/html' }] }, 'm.message'),
    ).toEqual(['rich', 'plain']);
  });

  it('is nothing of an encrypted event, which is an activity all the same', () => {
    const encrypted = message({ ciphertext: 'spam', body: 'spam' }, 'm.room.encrypted');
    expect([encrypted.texts, encrypted.isActivity, encrypted.isWriting]).toEqual([[], true, true]);
    for (const type of ['m.call.candidates', 'm.key.verification.start', 'm.beacon', 'm.room.redaction'])
      expect([type, message({}, type).isActivity]).toEqual([type, false]);
  });
});

describe('what a message shows', () => {
  it.each([
    [{ msgtype: 'm.image' }, ['image']],
    [{ msgtype: 'm.file', info: { mimetype: 'image/png' } }, ['file', 'image']],
    [{ msgtype: 'm.audio', 'org.matrix.msc3245.voice': {} }, ['audio', 'voice']],
    [{ msgtype: 'm.gallery', itemtypes: [{ itemtype: 'm.video' }, { itemtype: 'm.image' }] }, ['image', 'video']],
    [html('look <img src="mxc://a/b">'), ['image']],
    [html(':) <img data-mx-emoticon src="mxc://a/b">'), []],
    [{ msgtype: 'm.text', body: 'm.image' }, []],
  ])('%j', (content, kinds) => expect(media(content)).toEqual(kinds));

  it('is a sticker, or an extensible event', () => {
    expect(media({ body: 'x', info: {}, url: 'mxc://a/b' }, 'm.sticker')).toEqual(['sticker']);
    expect(
      media({ 'm.text': [{ body: 'x' }], 'm.file': { url: 'mxc://a/b', mimetype: 'image/png' } }, 'm.image'),
    ).toEqual(['image']);
  });
});

describe('a file', () => {
  const shown = (more: Record<string, unknown>) =>
    [...message({ msgtype: 'm.file', body: 'x', url: 'mxc://a.test/x', ...more }).media].sort();
  it.each([
    [{ body: 'photo.JPG' }, ['file', 'image']],
    [{ body: 'see this', filename: 'film.mp4' }, ['file', 'video']],
    [{ body: 'photo.jpg', info: { mimetype: 'application/pdf' } }, ['file']],
    [{ body: 'notes.txt' }, ['file']],
    [{ body: 'x', info: { mimetype: 'image/png' } }, ['file', 'image']],
  ])('counts as what it says it is, and where it says nothing, as what its name says: %j', (more, kinds) =>
    expect(shown(more)).toEqual(kinds),
  );
});

describe('whom a message names', () => {
  it('is counted once over text, pills and m.mentions, and over both contents of an edit', () => {
    const content = {
      ...html('<a href="https://matrix.to/#/%40pill%3Aa.test">P</a> <a href="matrix:u/uri:a.test">U</a>'),
      body: '@text:a.test, @text:a.test: [M](https://matrix.to/#/@md:a.test) mail@a.test',
      'm.mentions': { user_ids: ['@list:a.test', 5] },
    };
    expect([...message(content).mentions].sort()).toEqual([
      '@list:a.test',
      '@md:a.test',
      '@pill:a.test',
      '@text:a.test',
      '@uri:a.test',
    ]);
  });
});

describe('where a message links to', () => {
  it.each([
    ['see https://a.example/x, and b.example.com.', ['https://a.example/x', 'b.example.com']],
    ['README.md, main.rs, node.js, e.g. this... 1.2.3', []],
    ['evil.md/path', ['evil.md/path']],
    ['hxxp://evil.example', ['hxxp://evil.example']],
    ['mail me: a@b.com', []],
  ])('%s', (body, links) => expect(message({ msgtype: 'm.text', body }).links).toEqual(links));

  it('is read from HTML too', () =>
    expect(message(html('<a href="https://evil.example">nice.example</a>')).links).toContain('https://evil.example'));
});

it('finds out whom it names without much effort, whatever a stranger writes', () => {
  for (const part of [
    '<a ',
    '[',
    '@a',
    '@a.b:c.d',
    '<a href="https://matrix.to/#/@a:b.c">a</a>',
    '[a](https://matrix.to/#/@a:b.c)',
  ]) {
    const read = (units: number) => message(html(part.repeat(units / part.length))).textsWithoutNames.length;
    expect([part, growth(read, 1_875, 60_000) < 300]).toEqual([part, true]);
  }
});

it('takes whatever a stranger writes, quickly', () => {
  const anything = fc.jsonValue({ maxDepth: 4 });
  const keys = [
    'body',
    'formatted_body',
    'format',
    'msgtype',
    'm.relates_to',
    'm.new_content',
    'm.mentions',
    'm.poll',
    'itemtypes',
    'm.text',
    'info',
    'url',
    'file',
  ];
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...keys), anything),
      fc.constantFrom('m.room.message', 'm.poll.start', 'm.sticker', 'm.reaction'),
      (content, type) => {
        const read = message(content as Record<string, unknown>, type);
        expect([read.texts, [...read.media], [...read.mentions], read.links, read.isWriting]).toHaveLength(5);
        return read.scan.pieces.length >= 0;
      },
    ),
    { numRuns: 500 },
  );
  for (const part of ['<', '<b>', '<a href="', '@', '@a:', 'a.', '.', '&#', 'https://', 'xn--.']) {
    const read = (units: number) => {
      const { texts, links, mentions } = message(html(part.repeat(units / part.length)));
      return texts.length + links.length + mentions.size;
    };
    expect([part, growth(read, 1_875, 60_000) < 300]).toEqual([part, true]);
  }
});
