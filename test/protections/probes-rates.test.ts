import { describe, expect, it } from '@jest/globals';
import { ROOMS, World } from './world.js';

/** What is sent, whether it is found, and how. */
type Probe = [what: string, isFound: boolean, send: (world: World) => readonly unknown[]];

const MINUTE = 60_000;
const img = { msgtype: 'm.image', url: 'mxc://a/b' };
const ids = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `@user${index + from}:b.test`);

/** The same person says these, in these rooms by turns. */
function rep(world: World, bodies: readonly string[], rooms: readonly string[] = [ROOMS[0]], gap = 1000): unknown[] {
  for (const room of new Set(rooms)) world.join('@new:a.test', room);
  world.now += MINUTE;
  return bodies.flatMap((body, index) => {
    const found = world.say(body, {}, { room_id: rooms[index % rooms.length] ?? ROOMS[0] });
    world.now += gap;
    return found;
  });
}

/** Something is sent so many times, one after the other. */
function times(world: World, count: number, gap: number, send: (index: number) => readonly unknown[]): unknown[] {
  world.join('@new:a.test');
  world.now += MINUTE;
  return Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const found = send(index);
    world.now += gap;
    return found;
  });
}

const MENTIONS: Probe[] = [
  ['10 in text', false, (x) => x.say(ids(10).join(' '))],
  ['11 in text', true, (x) => x.say(ids(11).join(' '))],
  ['11 in text with commas', true, (x) => x.say(ids(11).join(','))],
  [
    '11 with newlines and colons',
    true,
    (x) =>
      x.say(
        ids(11)
          .map((i) => i + ':')
          .join('\n'),
      ),
  ],
  ['10 twice', false, (x) => x.say([...ids(10), ...ids(10)].join(' '), { 'm.mentions': { user_ids: ids(10) } })],
  ['5 text + 6 mentions', true, (x) => x.say(ids(5).join(' '), { 'm.mentions': { user_ids: ids(6, 100) } })],
  ['5 text + 5 mentions', false, (x) => x.say(ids(5).join(' '), { 'm.mentions': { user_ids: ids(5, 100) } })],
  [
    '4 text 4 pills 4 mentions',
    true,
    (x) =>
      x.say(ids(4).join(' '), {
        format: 'org.matrix.custom.html',
        formatted_body: ids(4, 50)
          .map((i) => `<a href="https://matrix.to/#/${i}">u</a>`)
          .join(' '),
        'm.mentions': { user_ids: ids(4, 100) },
      }),
  ],
  [
    '11 pills encoded',
    true,
    (x) =>
      x.html(
        ids(11)
          .map((i) => `<a href="https://matrix.to/#/${encodeURIComponent(i)}">u</a>`)
          .join(' '),
      ),
  ],
  [
    '11 matrix uris',
    true,
    (x) =>
      x.html(
        ids(11)
          .map((i) => `<a href="matrix:u/${i.slice(1)}">u</a>`)
          .join(' '),
      ),
  ],
  [
    '11 pills empty',
    true,
    (x) =>
      x.html(
        ids(11)
          .map((i) => `<a href="https://matrix.to/#/${i}"></a>`)
          .join(''),
      ),
  ],
  [
    '11 matrix.to in text',
    true,
    (x) =>
      x.say(
        ids(11)
          .map((i) => `https://matrix.to/#/${i}`)
          .join(' '),
      ),
  ],
  [
    '70 matrix.to in html',
    true,
    (x) =>
      x.html(
        ids(11)
          .map((i) => `<a href='https://matrix.to/#/${i}?via=b.test'>u</a>`)
          .join(' '),
      ),
  ],
  [
    '11 in an edit',
    true,
    (x) =>
      x.say('* x', {
        'm.new_content': { msgtype: 'm.text', body: 'x', 'm.mentions': { user_ids: ids(11) } },
        'm.relates_to': { rel_type: 'm.replace', event_id: '$o' },
        'm.mentions': {},
      }),
  ],
  [
    '11 in encrypted',
    true,
    (x) =>
      x.send({
        type: 'm.room.encrypted',
        content: { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: 'x', 'm.mentions': { user_ids: ids(11) } },
      }),
  ],
  ['11 in a caption', true, (x) => x.say(ids(11).join(' '), { msgtype: 'm.image', filename: 'x', url: 'mxc://a/b' })],
  [
    '11 in a poll',
    true,
    (x) =>
      x.send({
        type: 'm.poll.start',
        content: { 'm.poll': { question: { 'm.text': [{ body: ids(11).join(' ') }] }, answers: [] } },
      }),
  ],
  [
    '11 in a reaction',
    true,
    (x) =>
      x.send({
        type: 'm.reaction',
        content: {
          'm.mentions': { user_ids: ids(11) },
          'm.relates_to': { rel_type: 'm.annotation', event_id: '$x', key: 'x' },
        },
      }),
  ],
  [
    '11 in the quote of a reply',
    false,
    (x) =>
      x.say(`> <@a:b.test> ${ids(11).join(' ')}\n\nyes`, { 'm.relates_to': { 'm.in_reply_to': { event_id: '$x' } } }),
  ],
  ['11 mail addresses', false, (x) => x.say(Array.from({ length: 12 }, (_, i) => `u${i}@b.test`).join(' '))],
  [
    'mixed case dup',
    false,
    (x) =>
      x.say(
        ids(10).join(' ') +
          ' ' +
          ids(10)
            .map((i) => i.replace('b.test', 'B.test'))
            .join(' '),
      ),
  ],
  ['mentions of 11 rooms', false, (x) => x.say(Array.from({ length: 12 }, (_, i) => `#r${i}:b.test`).join(' '))],
  [
    'sticker with mentions',
    true,
    (x) =>
      x.send({
        type: 'm.sticker',
        content: { body: 'x', url: 'mxc://a/b', info: {}, 'm.mentions': { user_ids: ids(11) } },
      }),
  ],
  ['spoiler', true, (x) => x.html(`<span data-mx-spoiler>${ids(11).join(' ')}</span>`)],
  ['m.mentions with dup', false, (x) => x.say('x', { 'm.mentions': { user_ids: Array(20).fill('@a:b.test') } })],
  ['m.mentions garbage', false, (x) => x.say('x', { 'm.mentions': { user_ids: Array(20).fill(5) } })],
  [
    'in the middle of a very long body',
    true,
    (x) => x.say('lorem '.repeat(4000) + ids(11).join(' ') + ' lorem'.repeat(4000)),
  ],
];
const FLOODS: Probe[] = [
  ['10 in a second', false, (x) => times(x, 10, 100, (i) => x.say(`m${i}`))],
  ['11 in a second', true, (x) => times(x, 11, 100, (i) => x.say(`m${i}`))],
  ['11 in 59 s', true, (x) => times(x, 11, 5900, (i) => x.say(`m${i}`))],
  ['11 in 61 s', false, (x) => times(x, 11, 6100, (i) => x.say(`m${i}`))],
  [
    '11 reactions',
    true,
    (x) =>
      times(x, 11, 100, () =>
        x.send({
          type: 'm.reaction',
          content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: '$x', key: 'x' } },
        }),
      ),
  ],
  ['11 encrypted', true, (x) => times(x, 11, 100, () => x.send({ type: 'm.room.encrypted', content: {} }))],
  [
    '11 edits',
    true,
    (x) =>
      times(x, 11, 100, () =>
        x.say('* x', {
          'm.new_content': { body: 'x', msgtype: 'm.text' },
          'm.relates_to': { rel_type: 'm.replace', event_id: '$o' },
        }),
      ),
  ],
  ['11 stickers', true, (x) => times(x, 11, 100, () => x.send({ type: 'm.sticker', content: { body: 'x' } }))],
  ['11 polls', true, (x) => times(x, 11, 100, () => x.send({ type: 'm.poll.start', content: {} }))],
  ['11 unknown types', true, (x) => times(x, 11, 100, () => x.send({ type: 'com.evil.spam', content: {} }))],
  [
    '11 redactions',
    false,
    (x) => times(x, 11, 100, () => x.send({ type: 'm.room.redaction', content: {}, redacts: '$x' } as never)),
  ],
  ['11 beacons', false, (x) => times(x, 11, 100, () => x.send({ type: 'm.beacon', content: {} }))],
  ['6 in each of two rooms', false, (x) => times(x, 12, 100, (i) => x.say('m', {}, { room_id: ROOMS[i % 2]! }))],
  [
    '11 of two people',
    false,
    (x) => times(x, 20, 100, (i) => x.say('m', {}, { sender: i % 2 ? '@new:a.test' : '@other:a.test' })),
  ],
  [
    'claims of the future',
    true,
    (x) => times(x, 11, 100, (i) => x.say('m', {}, { origin_server_ts: x.now + i * 3_600_000 })),
  ],
  [
    'claims of the past, spread',
    true,
    (x) =>
      times(x, 60, 100, (i) =>
        x.say('m', {}, { sender: '@new:b.test', origin_server_ts: x.now - 86_400_000 + i * 60_000 }),
      ),
  ],
  [
    'soft-failed',
    false,
    (x) =>
      times(x, 11, 100, () =>
        x.say('m', {}, { unsigned: { 'io.element.synapse.soft_failed': true, soft_failed: true } as never }),
      ),
  ],
];
const COPIES: Probe[] = [
  ['4 times', false, (x) => rep(x, Array(4).fill('join my channel now'))],
  ['5 times', true, (x) => rep(x, Array(5).fill('join my channel now'))],
  ['5 times in 6 minutes', false, (x) => rep(x, Array(5).fill('join my channel now'), [ROOMS[0]], 76_000)],
  ['5 times in 4.9 minutes', true, (x) => rep(x, Array(5).fill('join my channel now'), [ROOMS[0]], 73_000)],
  ['3 rooms', true, (x) => rep(x, Array(3).fill('join my channel now'), ROOMS)],
  ['2 rooms twice', false, (x) => rep(x, Array(4).fill('join my channel now'), [ROOMS[0], ROOMS[1]])],
  [
    '3 rooms with emoji added',
    true,
    (x) => rep(x, ['join my channel now', 'join my channel now 🎉', '🔥 join my channel now!!!'], ROOMS),
  ],
  [
    '3 rooms with numbers',
    true,
    (x) => rep(x, ['join my channel now 1', 'join my channel now 2', 'join my channel now 3'], ROOMS),
  ],
  [
    '3 rooms with case',
    true,
    (x) => rep(x, ['join my channel now', 'JOIN MY CHANNEL NOW', 'Join My Channel Now.'], ROOMS),
  ],
  [
    '3 rooms with homoglyphs',
    true,
    (x) => rep(x, ['join my channel now', 'jоin my channel now', 'join my chаnnel now'], ROOMS),
  ],
  [
    '3 rooms with zero width',
    true,
    (x) => rep(x, ['join my channel now', 'join my chan\u200bnel now', 'join\u200b my channel now'], ROOMS),
  ],
  [
    '3 rooms one word differs, short',
    true,
    (x) =>
      rep(
        x,
        [
          'hello alice join my channel right now',
          'hello bobby join my channel right now',
          'hello carol join my channel right now',
        ],
        ROOMS,
      ),
  ],
  [
    '3 rooms one word differs, long',
    true,
    (x) =>
      rep(
        x,
        ['alice', 'bob', 'carol'].map(
          (n) => `Hello ${n}, I found a great way to earn money from home every single day, write to me`,
        ),
        ROOMS,
      ),
  ],
  [
    '3 rooms with a random suffix',
    true,
    (x) =>
      rep(
        x,
        ['xkcd', 'qwop', 'zzyx'].map((n) => `earn money from home every single day ${n}`),
        ROOMS,
      ),
  ],
  [
    '3 rooms with another link',
    true,
    (x) =>
      rep(
        x,
        ['a1', 'b2', 'c3'].map((n) => `earn money from home every day https://x.example/${n}`),
        ROOMS,
      ),
  ],
  ['3 rooms hello all', false, (x) => rep(x, Array(3).fill('hello all'), ROOMS)],
  [
    '3 rooms honest different',
    false,
    (x) =>
      rep(
        x,
        [
          'how do I install synapse on debian',
          'how do I install dendrite on arch',
          'where can I read about federation',
        ],
        ROOMS,
      ),
  ],
  ['5 lol', false, (x) => rep(x, Array(5).fill('lol'))],
  [
    '3 rooms same image',
    true,
    (x) => {
      let all: unknown[] = [];
      for (const r of ROOMS.slice(0, 3)) all = [...all, ...x.say('x.png', img, { room_id: r })];
      return all;
    },
  ],
  [
    '3 rooms polls',
    true,
    (x) => {
      let all: unknown[] = [];
      for (const r of ROOMS.slice(0, 3))
        all = [
          ...all,
          ...x.send({
            type: 'm.poll.start',
            room_id: r,
            content: { 'm.poll': { question: { 'm.text': [{ body: 'join my channel now?' }] }, answers: [] } },
          }),
        ];
      return all;
    },
  ],
  [
    '5 edits to the same',
    false,
    (x) => {
      let all: unknown[] = [];
      for (let i = 0; i < 5; i++)
        all = [
          ...all,
          ...x.say('* y', {
            'm.new_content': { msgtype: 'm.text', body: 'join my channel now' },
            'm.relates_to': { rel_type: 'm.replace', event_id: '$o' },
          }),
        ];
      return all;
    },
  ],
  [
    '3 rooms by edits',
    true,
    (x) => {
      let all: unknown[] = [];
      ROOMS.slice(0, 3).forEach((r, i) => {
        x.say(`hello there room ${'abc'[i]}`, {}, { room_id: r, event_id: `$orig${i}` });
        all = [
          ...all,
          ...x.say(
            '* y',
            {
              'm.new_content': { msgtype: 'm.text', body: 'join my channel now' },
              'm.relates_to': { rel_type: 'm.replace', event_id: `$orig${i}` },
            },
            { room_id: r },
          ),
        ];
      });
      return all;
    },
  ],
  [
    'html only 3 rooms',
    true,
    (x) => {
      let all: unknown[] = [];
      for (const r of ROOMS.slice(0, 3))
        all = [
          ...all,
          ...x.say(
            ' ',
            { format: 'org.matrix.custom.html', formatted_body: '<b>join my channel now</b>' },
            { room_id: r },
          ),
        ];
      return all;
    },
  ],
  [
    'files in 3 rooms of other address, same name',
    false,
    (x) => {
      let all: unknown[] = [];
      ROOMS.slice(0, 3).forEach((r, i) => {
        all = [...all, ...x.say('image.png', { msgtype: 'm.image', url: `mxc://a/b${i}` }, { room_id: r })];
      });
      return all;
    },
  ],
  ['buy now x5', true, (x) => rep(x, Array(5).fill('buy bitcoin'))],
  ['chinese 5', true, (x) => rep(x, Array(5).fill('加我微信免费赚钱'))],
];
const JOINS: [what: string, isFound: boolean, count: number, gap: number][] = [
  ['50', false, 50, 1000],
  ['51', true, 51, 1000],
  ['51 in 59 minutes', true, 51, 70_000],
  ['51 in 61 minutes', false, 51, 73_000],
];
const COMINGS: [what: string, isFound: boolean, count: number, gap: number][] = [
  ['10', false, 10, 1000],
  ['11', true, 11, 1000],
  ['11 in 12 minutes', false, 11, 66_000],
];
const NEWCOMERS: [what: string, isFound: boolean, userId: string, servers: string[]][] = [
  ['listed', true, '@a:evil.test', ['evil.test']],
  ['case', true, '@a:Evil.test', ['EVIL.test']],
  ['port', true, '@a:evil.test:8448', ['evil.test']],
  ['entry port', true, '@a:evil.test', ['evil.test:8448']],
  ['other', false, '@a:good.test', ['evil.test']],
  ['sub', false, '@a:x.evil.test', ['evil.test']],
  ['glob', true, '@a:x.evil.test', ['*.evil.test']],
  ['empty', false, '@a:evil.test', []],
  ['ours, since moderators may want that too', true, '@a:a.test', ['a.test']],
];

const founds = (name: string, send: Probe[2]) => send(new World({ [name]: {} })).length > 0;

it.each(MENTIONS)('MentionLimit: %s (%j)', (_, isFound, send) => expect(founds('MentionLimit', send)).toBe(isFound));
it.each(FLOODS)('BasicFlooding: %s (%j)', (_, isFound, send) => expect(founds('BasicFlooding', send)).toBe(isFound));
it.each(COPIES)('RepeatedMessage: %s (%j)', (_, isFound, send) =>
  expect(founds('RepeatedMessage', send)).toBe(isFound),
);

describe('MembershipChange', () => {
  it.each(COMINGS)('joins and leaves: %s (%j)', (_, isFound, count, gap) => {
    const world = new World({ MembershipChange: {} });
    let before: string | undefined;
    const found = Array.from({ length: count }, (_, index) => (index % 2 === 0 ? 'join' : 'leave')).flatMap(
      (membership) => {
        const unsigned = before === undefined ? {} : { unsigned: { prev_content: { membership: before } } };
        const one = { type: 'm.room.member', state_key: '@new:a.test', content: { membership }, ...unsigned };
        before = membership;
        const offences = world.send(one);
        world.now += gap;
        return offences;
      },
    );
    expect(found.length > 0).toBe(isFound);
  });

  it('a join and ten names', () => {
    const world = new World({ MembershipChange: {} });
    world.join('@new:a.test');
    const rename = (displayname: string) =>
      world.send({
        type: 'm.room.member',
        state_key: '@new:a.test',
        content: { membership: 'join', displayname },
        unsigned: { prev_content: { membership: 'join' } },
      });
    const found = [...'abcdefghi'].flatMap(rename);
    expect(found).toEqual([]);
    expect(rename('j')).toHaveLength(1);
  });

  it('what somebody does to others does not count', () => {
    const world = new World({ MembershipChange: {} });
    const invited = Array.from({ length: 20 }, (_, index) =>
      world.send({
        type: 'm.room.member',
        sender: '@other:a.test',
        state_key: `@v${index}:a.test`,
        content: { membership: 'invite' },
      }),
    );
    expect(invited.flat()).toEqual([]);
  });
});

describe('JoinWaveShortCircuit', () => {
  it.each(JOINS)('%s people (%j)', (_, isFound, count, gap) => {
    const world = new World({ JoinWaveShortCircuit: {} });
    const found = ids(count).flatMap((id) => {
      const offences = world.join(id);
      world.now += gap;
      return offences;
    });
    expect(found).toHaveLength(isFound ? 1 : 0);
  });

  it('one person who comes again and again is one', () => {
    const world = new World({ JoinWaveShortCircuit: {} });
    expect(Array.from({ length: 80 }, () => world.join('@new:b.test')).flat()).toEqual([]);
  });
});

it.each(NEWCOMERS)('NewJoiner: %s (%j)', (_, isFound, userId, servers) =>
  expect(new World({ NewJoiner: { servers } }).join(userId)).toHaveLength(isFound ? 1 : 0),
);
