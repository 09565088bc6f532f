import { describe, expect, it } from '@jest/globals';
import { World } from './world.js';

/** What is sent, whether it is found, and how. */
type Probe = [what: string, isFound: boolean, send: (world: World) => readonly unknown[]];

const DENY = ['evil.example', 'bad.co.uk', 'xn--mnchen-spam-thb.de', 'spam.github.io', 't.me', '1.2.3.4'];
const HOUR = 3_600_000;

// prettier-ignore
const DENIED = [
  'https://evil.example', 'http://EVIL.example/path', 'https://sub.evil.example', 'evil.example', 'evil.example.',
  'www.evil.example', '//evil.example/x', 'hxxp://evil.example', 'hxxps[:]//evil[.]example', 'evil[.]example',
  'evil(.)example', 'evil{.}example', 'evil dot example', 'evil . example', 'evil [dot] example',
  'evil (dot) example', 'evil。example', 'evil．example', 'evil․example', 'evil｡example', 'еvil.example',
  'ev1l.example', 'evil.ехample', 'https://user:pass@evil.example/', 'https://good.org@evil.example/',
  'https://evil.example:8080', 'evil.example:443', '[text](https://evil.example)', '<https://evil.example>',
  '(see evil.example)', '"evil.example"', 'ftp://evil.example', 'go to evil.example/now', 'evil.example?x=1',
  'evil.example#x', 'https://google.com/url?q=https://evil.example',
  'https://google.com/url?q=https%3A%2F%2Fevil.example%2F', 'ev\u200bil.example', 'evil\u200b.example',
  'ev\u00adil.example', 'ｅｖｉｌ.example', '𝐞𝐯𝐢𝐥.example', 'ⓔⓥⓘⓛ.ⓔⓧⓐⓜⓟⓛⓔ', 'https:/evil.example', 'https:evil.example',
  'https:\\\\evil.example', 'HTTPS://EVIL.EXAMPLE', 'https://evil.example.', 'https://%65vil.example',
  'https://evil%2eexample', 'https://www.evil.example', 'bad.co.uk', 'x.bad.co.uk', 'https://münchen-spam.de',
  'münchen-spam.de', 'xn--mnchen-spam-thb.de', 'https://spam.github.io/x', 't.me/foo', 'https://t.me/+abc',
  't . me/foo', 't[.]me/foo', 'http://1.2.3.4/x', '1.2.3.4', 'http://16909060/', 'http://0x1.2.3.4/',
  'http://0x01020304/', 'http://1.2.3.4:80/', 'evil .example', 'evil DOT example', 'ｅｖｉｌ．ｅｘａｍｐｌｅ', 'evil‎.example',
  'see:evil.example', 'https://evil.example…', 'evil.example,good.org', 'tg evil.example', 'EVIL[.]EXAMPLE',
  'evil<.>example', 'https://еvil.example/x', 'telegram: t.me/x',
];
// prettier-ignore
const OTHERS = [
  'notevil.example', 'evil.example.org', 'evil.examples', 'my-evil.example', 'evil example', 'an evil. Example: foo',
  'that is evil.', 'evil: example', '@user:evil.example', '#room:evil.example',
  'https://matrix.to/#/@user:evil.example', 'https://matrix.to/#/#room:evil.example', 'matrix:r/room:evil.example',
  'devil.example', 'evil-example', 'co.uk', 'other.co.uk', 'other.github.io', 'github.io', 'bad.uk', 'at me',
  'let me', 'start.me', 'about.me/foo', 'tome', 'what.me', '11.2.3.4', '1.2.3.44', '1.2.3', 'version 1.2.3.4.5',
  'meet me. t. me', 'I dot example the i',
];
// prettier-ignore
const NOT_ALLOWED = [
  'https://evil.org', 'evil.org', 'http://8.8.8.8', 'github.com.evil.org', 'https://github.com@evil.org',
  'githubb.com', 'https://gіthub.com', 'notgithub.com', 'evil.org/github.com', 'hxxps://evil.org', 'evil[.]org',
  'http://[2001:db8::1]/', 'evil.co.uk', 'evil.xyz', 'bit.ly/x', 'youtu.be/abc', 'ipfs.io/x', 'http://evil',
  'http://xn--80ak6aa92e.com/', 'аррӏе.com', 'пример.рф',
];
// prettier-ignore
const ALLOWED = [
  'https://matrix.org/blog', 'matrix.org', 'www.matrix.org', 'spec.matrix.org', 'https://github.com/x/y', 'main.rs',
  'e.g. this', 'i.e. that', 'hello.how are you', 'see https://matrix.to/#/#a:b.c', 'http://localhost:3000',
  'http://127.0.0.1', 'ping 8.8.8.8', 'version 1.2.3', 'mail foo@gmail.com', 'Node.js', 'readme.md', 'script.sh',
  'a.b', 'foo.bar()', 'x.y.z', '@u:evil.org', '#r:evil.org', 'ok.so', 'U.S.A.', 'a...b', '10.5', 'P.S. hi',
  'https://GitHub.com', 'github.com.', '"github.com"', '12:30', 'https://', 'http', 'http://192.168.1.1/',
  'package.json', 'etc.', 'wow...ok', 'vue.js',
];

const PLACES: Probe[] = [
  ['href differs from text', true, (x) => x.html('<a href="https://evil.example">good.org</a>', 'good.org')],
  ['href entities', true, (x) => x.html('<a href="https://&#101;vil.example">good.org</a>', 'good.org')],
  ['href single quotes', true, (x) => x.html("<a href='https://evil.example'>good</a>")],
  ['href no quotes', true, (x) => x.html('<a href=https://evil.example>good</a>')],
  ['href upper', true, (x) => x.html('<A HREF="https://evil.example">good</A>')],
  ['href newline before', true, (x) => x.html('<a\nhref="https://evil.example">good</a>')],
  ['href slash separator', true, (x) => x.html('<a/href="https://evil.example">good</a>')],
  ['href tab inside', true, (x) => x.html('<a href="https://ev\til.example">good</a>')],
  ['href newline inside', true, (x) => x.html('<a href="https://ev\nil.example">good</a>')],
  ['href leading blank', true, (x) => x.html('<a href="  https://evil.example">good</a>')],
  ['href no scheme slashes', true, (x) => x.html('<a href="//evil.example">good</a>')],
  ['href backslash', true, (x) => x.html('<a href="https:\\\\evil.example">good</a>')],
  [
    'href two hrefs',
    true,
    (x) =>
      x.html(
        '<a href="https://good.org" href="https://evil.example">good</a> <a target="x" href="https://evil.example">x</a>',
      ),
  ],
  ['href cyrillic', true, (x) => x.html('<a href="https://еvil.example">good</a>')],
  ['href after 256 tags', true, (x) => x.html('<b>x</b>'.repeat(200) + '<a href="https://evil.example">y</a>')],
  [
    'href after 70 links',
    true,
    (x) => x.html('<a href="https://good.org/1">x</a>'.repeat(70) + '<a href="https://evil.example">y</a>'),
  ],
  ['href pill to a user of evil', false, (x) => x.html('<a href="https://matrix.to/#/@u:evil.example">u</a>')],
  ['href mailto', true, (x) => x.html('<a href="mailto:x@evil.example">mail</a>')],
  ['caption', true, (x) => x.say('evil.example', { msgtype: 'm.image', filename: 'x', url: 'mxc://a/b' })],
  [
    'edit',
    true,
    (x) =>
      x.say('* x', {
        'm.new_content': { msgtype: 'm.text', body: 'evil.example' },
        'm.relates_to': { rel_type: 'm.replace', event_id: '$o' },
      }),
  ],
  [
    'poll',
    true,
    (x) =>
      x.send({
        type: 'm.poll.start',
        content: { 'm.poll': { question: { 'm.text': [{ body: 'evil.example?' }] }, answers: [] } },
      }),
  ],
  [
    'reaction',
    true,
    (x) =>
      x.send({
        type: 'm.reaction',
        content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: '$x', key: 'evil.example' } },
      }),
  ],
  [
    'quoted',
    false,
    (x) => x.say('> <@a:b> evil.example\n\nno', { 'm.relates_to': { 'm.in_reply_to': { event_id: '$x' } } }),
  ],
  ['middle of 10k', true, (x) => x.say('lorem ipsum '.repeat(500) + 'evil.example' + ' dolor sit'.repeat(500))],
  [
    'middle of 50k',
    true,
    (x) => x.say('lorem ipsum '.repeat(2000) + 'https://evil.example' + ' dolor sit'.repeat(2000)),
  ],
];

const BOTH: [what: string, isFound: boolean, text: string, lists: { allow: string[]; deny: string[] }][] = [
  ['both: deny narrower', true, 'https://gist.github.com/x', { allow: ['github.com'], deny: ['gist.github.com'] }],
  ['both: allow broader', false, 'https://github.com/x', { allow: ['github.com'], deny: ['gist.github.com'] }],
  ['both: allow narrower', false, 'https://me.evil.example/x', { allow: ['me.evil.example'], deny: ['evil.example'] }],
  ['both: deny broader', true, 'https://evil.example/x', { allow: ['me.evil.example'], deny: ['evil.example'] }],
  ['both: another', true, 'https://third.org/x', { allow: ['me.evil.example'], deny: ['evil.example'] }],
  ['both the same', true, 'https://evil.example/x', { allow: ['evil.example'], deny: ['evil.example'] }],
];

describe('LinkFilter', () => {
  const denying = () => new World({ LinkFilter: { deny: DENY } });
  const allowing = () => new World({ LinkFilter: { allow: ['matrix.org', 'github.com'] } });
  it('finds a denied domain', () => expect(DENIED.filter((text) => denying().say(text).length !== 1)).toEqual([]));
  it('finds none in honest texts', () => expect(OTHERS.filter((text) => denying().say(text).length > 0)).toEqual([]));
  it.each(PLACES)('looks where links are: %s (%j)', (_, isFound, send) =>
    expect(send(denying()).length > 0).toBe(isFound),
  );
  it('finds a domain that is not allowed', () =>
    expect(NOT_ALLOWED.filter((text) => allowing().say(text).length !== 1)).toEqual([]));
  it('finds nothing that is not allowed in honest texts', () =>
    expect(ALLOWED.filter((text) => allowing().say(text).length > 0)).toEqual([]));
  it.each(BOTH)('lets the narrower entry count, %s (%j)', (_, isFound, text, lists) =>
    expect(new World({ LinkFilter: lists }).say(text).length > 0).toBe(isFound),
  );
});

// prettier-ignore
const FIRST_LINKS = [
  'https://x.org', 'look x.org/y', 'hi http://x.org', 'www.x.org', '[a](https://x.org)', 'hxxp://x.org', 't.me/abc',
  'discord.gg/abc', 'x[.]org', 'join https://matrix.to/#/#spam:evil.org', 'example.com', 'bit.ly/x',
  'https://ex.org)', 'matrix:r/spam:evil.org?action=join', 'HTTP://X.ORG', 'ｈttps://x.org',
];
// prettier-ignore
const NO_LINKS = [
  'hello', 'e.g. this', '1.5 or 2.0', 'hello.how are you', 'main.rs fails', 'mail me: x@y.org', '@bob:b.test hi',
  'http://localhost', 'ok.thanks', 'see https://matrix.to/#/@bob:b.test', 'v1.2.3', 'a/b', 'and/or',
  'https://matrix.to/#/!one:a.test/$ev',
];
const FIRST: Probe[] = [
  ['html only', true, (x) => x.html('<a href="https://x.org">x</a>')],
  ['pill', false, (x) => x.html('<a href="https://matrix.to/#/@bob:b.test">Bob</a> hi', 'Bob hi')],
  [
    'second',
    false,
    (x) => {
      x.say('hello');
      return x.say('https://x.org');
    },
  ],
  [
    'after a reaction',
    true,
    (x) => {
      x.send({
        type: 'm.reaction',
        content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: '$x', key: 'x' } },
      });
      return x.say('https://x.org');
    },
  ],
  [
    'after 25 h',
    false,
    (x) => {
      x.join('@new:a.test');
      x.now += 25 * HOUR;
      return x.say('https://x.org');
    },
  ],
  [
    'after 23 h',
    true,
    (x) => {
      x.join('@new:a.test');
      x.now += 23 * HOUR;
      return x.say('https://x.org');
    },
  ],
  [
    'edit of the first',
    true,
    (x) => {
      const id = '$firstone';
      x.send({ type: 'm.room.message', event_id: id, content: { msgtype: 'm.text', body: 'hi' } });
      return x.say('* x', {
        'm.new_content': { msgtype: 'm.text', body: 'https://x.org' },
        'm.relates_to': { rel_type: 'm.replace', event_id: id },
      });
    },
  ],
  ['caption', true, (x) => x.say('https://x.org', { msgtype: 'm.image', filename: 'x', url: 'mxc://a/b' })],
  [
    'poll',
    true,
    (x) =>
      x.send({
        type: 'm.poll.start',
        content: { 'm.poll': { question: { 'm.text': [{ body: 'https://x.org' }] }, answers: [] } },
      }),
  ],
  ['location', false, (x) => x.say('geo:1,2', { msgtype: 'm.location', geo_uri: 'geo:1,2' })],
];

describe('FirstMessageIsLink', () => {
  const world = () => new World({ FirstMessageIsLink: {} });
  it('sees a link', () => expect(FIRST_LINKS.filter((text) => world().say(text).length !== 1)).toEqual([]));
  it('sees none in honest texts', () => expect(NO_LINKS.filter((text) => world().say(text).length > 0)).toEqual([]));
  it.each(FIRST)('looks at the first message: %s (%j)', (_, isFound, send) =>
    expect(send(world()).length > 0).toBe(isFound),
  );
});
