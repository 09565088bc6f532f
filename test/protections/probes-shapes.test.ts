import { describe, expect, it } from '@jest/globals';
import { World } from './world.js';

/** What is sent, whether it is found, and how. */
type Probe = [what: string, isFound: boolean, send: (world: World) => readonly unknown[]];

const img = { msgtype: 'm.image', url: 'mxc://a/b' };
const t = { msgtype: 'm.text', body: 'x' };

const FIRST_IMAGES: Probe[] = [
  ['m.image', true, (x) => x.say('x', img)],
  ['encrypted attachment', true, (x) => x.say('x', { msgtype: 'm.image', file: { url: 'mxc://a/b' } })],
  ['video', true, (x) => x.say('x', { msgtype: 'm.video', url: 'mxc://a/b' })],
  ['html img', true, (x) => x.html('<img src="mxc://a/b">')],
  ['html IMG upper', true, (x) => x.html('<IMG SRC="mxc://a/b">')],
  ['html img/src', true, (x) => x.html('<img/src="mxc://a/b">')],
  ['emoticon', false, (x) => x.html('<img data-mx-emoticon src="mxc://a/b" alt=":cat:" height="32">')],
  [
    'gallery',
    true,
    (x) => x.say('x', { msgtype: 'm.gallery', itemtypes: [{ itemtype: 'm.image', url: 'mxc://a/b' }] }),
  ],
  [
    'file with image type',
    true,
    (x) => x.say('x', { msgtype: 'm.file', url: 'mxc://a/b', info: { mimetype: 'image/png' } }),
  ],
  ['file by name', true, (x) => x.say('x.jpg', { msgtype: 'm.file', url: 'mxc://a/b' })],
  ['pdf', false, (x) => x.say('x.pdf', { msgtype: 'm.file', url: 'mxc://a/b', info: { mimetype: 'application/pdf' } })],
  ['voice', false, (x) => x.say('x', { msgtype: 'm.audio', url: 'mxc://a/b', 'org.matrix.msc3245.voice': {} })],
  ['text', false, (x) => x.say('x')],
  ['sticker', false, (x) => x.send({ type: 'm.sticker', content: { body: 'x', url: 'mxc://a/b', info: {} } })],
  [
    'extensible',
    true,
    (x) =>
      x.send({
        type: 'm.image',
        content: { 'm.text': [{ body: 'x' }], 'm.file': { url: 'mxc://a/b', mimetype: 'image/png' } },
      }),
  ],
  [
    'second',
    false,
    (x) => {
      x.say('x');
      return x.say('y', img);
    },
  ],
  ['thread', true, (x) => x.say('x', { ...img, 'm.relates_to': { rel_type: 'm.thread', event_id: '$t' } })],
  [
    'audio with image thumbnail',
    false,
    (x) => x.say('x.ogg', { msgtype: 'm.audio', url: 'mxc://a/b', info: { mimetype: 'audio/ogg' } }),
  ],
];
const MEDIA: [protection: string, ...Probe][] = [
  ['MessageIsMedia', 'image', true, (x) => x.say('x', img)],
  ['MessageIsMedia', 'audio', true, (x) => x.say('x', { msgtype: 'm.audio', url: 'mxc://a/b' })],
  ['MessageIsMedia', 'file', true, (x) => x.say('x', { msgtype: 'm.file', url: 'mxc://a/b' })],
  ['MessageIsMedia', 'html', true, (x) => x.html('a <img src="mxc://a/b"/>')],
  ['MessageIsMedia', 'sticker', false, (x) => x.send({ type: 'm.sticker', content: { body: 'x', url: 'mxc://a/b' } })],
  ['MessageIsMedia', 'emoji html', false, (x) => x.html('<img data-mx-emoticon="" src="mxc://a/b"/>')],
  [
    'MessageIsMedia',
    'edit into',
    true,
    (x) =>
      x.say('* x', {
        'm.new_content': { body: 'x', ...img },
        'm.relates_to': { rel_type: 'm.replace', event_id: '$o' },
      }),
  ],
  [
    'MessageIsVoice',
    'voice',
    true,
    (x) => x.say('x', { msgtype: 'm.audio', url: 'mxc://a/b', 'org.matrix.msc3245.voice': {} }),
  ],
  [
    'MessageIsVoice',
    'voice v2',
    true,
    (x) => x.say('x', { msgtype: 'm.audio', url: 'mxc://a/b', 'org.matrix.msc3245.voice.v2': {} }),
  ],
  ['MessageIsVoice', 'm.voice', true, (x) => x.say('x', { msgtype: 'm.audio', url: 'mxc://a/b', 'm.voice': {} })],
  [
    'MessageIsVoice',
    'm.voice type',
    true,
    (x) => x.send({ type: 'm.voice', content: { 'm.file': { url: 'mxc://a/b' } } }),
  ],
  ['MessageIsVoice', 'music', false, (x) => x.say('x', { msgtype: 'm.audio', url: 'mxc://a/b' })],
  [
    'MessageIsVoice',
    'voice null',
    true,
    (x) => x.say('x', { msgtype: 'm.audio', url: 'mxc://a/b', 'org.matrix.msc3245.voice': true }),
  ],
  ['MessageIsVideo', 'video', true, (x) => x.say('x', { msgtype: 'm.video', url: 'mxc://a/b' })],
  [
    'MessageIsVideo',
    'file',
    true,
    (x) => x.say('x', { msgtype: 'm.file', url: 'mxc://a/b', info: { mimetype: 'video/mp4' } }),
  ],
  ['MessageIsVideo', 'file by name', true, (x) => x.say('x.mp4', { msgtype: 'm.file', url: 'mxc://a/b' })],
  ['MessageIsVideo', 'image', false, (x) => x.say('x', img)],
  [
    'MessageIsVideo',
    'gallery',
    true,
    (x) => x.say('x', { msgtype: 'dm.filament.gallery', itemtypes: [{ itemtype: 'm.video', url: 'mxc://a/b' }] }),
  ],
  [
    'MessageIsVideo',
    'mimetype case',
    true,
    (x) => x.say('x', { msgtype: 'm.file', url: 'mxc://a/b', info: { mimetype: 'Video/MP4' } }),
  ],
  ['MessageIsSticker', 'sticker', true, (x) => x.send({ type: 'm.sticker', content: { body: 'x', url: 'mxc://a/b' } })],
  ['MessageIsSticker', 'image', false, (x) => x.say('x', img)],
  ['MessageIsSticker', 'msgtype', true, (x) => x.say('x', { msgtype: 'm.sticker', url: 'mxc://a/b' })],
];

const BROKEN: Record<string, Record<string, unknown>> = {
  'body number': { ...t, body: 5 },
  'body object': { ...t, body: {} },
  'body array': { ...t, body: ['x'] },
  'body null': { ...t, body: null },
  'no body': { msgtype: 'm.text' },
  'msgtype number': { ...t, msgtype: 5 },
  'formatted number': { ...t, format: 'org.matrix.custom.html', formatted_body: 5 },
  'relates string': { ...t, 'm.relates_to': 'x' },
  'relates array': { ...t, 'm.relates_to': [] },
  'in_reply_to string': { ...t, 'm.relates_to': { 'm.in_reply_to': 'x' } },
  'reply id number': { ...t, 'm.relates_to': { 'm.in_reply_to': { event_id: 5 } } },
  'mentions array': { ...t, 'm.mentions': [] },
  'mentions string': { ...t, 'm.mentions': 'x' },
  'user_ids string': { ...t, 'm.mentions': { user_ids: 'x' } },
  'user_ids numbers': { ...t, 'm.mentions': { user_ids: [5] } },
  'room string': { ...t, 'm.mentions': { room: 'yes' } },
  'new_content string': { ...t, 'm.new_content': 'x', 'm.relates_to': { rel_type: 'm.replace', event_id: '$x' } },
  'new body number': {
    ...t,
    'm.new_content': { msgtype: 'm.text', body: 5 },
    'm.relates_to': { rel_type: 'm.replace', event_id: '$x' },
  },
  'info string': { ...t, ...img, info: 'x' },
  'info.w string': { ...img, body: 'x', info: { w: 'big' } },
  'info.w huge': { ...img, body: 'x', info: { w: 1e9, h: 1e9 } },
  'info.w negative': { ...img, body: 'x', info: { w: -5 } },
  'thumbnail info array': { ...img, body: 'x', info: { thumbnail_info: [] } },
  'thumbnail w string': { ...img, body: 'x', info: { thumbnail_info: { w: 'x' } } },
  'url object': { ...t, msgtype: 'm.image', url: {} },
  'file array': { ...t, msgtype: 'm.image', file: [] },
  'file url number': { ...t, msgtype: 'm.image', file: { url: 5 } },
  geo: { ...t, msgtype: 'm.location', geo_uri: 5 },
  'm.text number': { ...t, 'm.text': 5 },
  'msc1767 text object': { ...t, 'org.matrix.msc1767.text': {} },
  'msc1767 message of numbers': { ...t, 'org.matrix.msc1767.message': [5] },
  'rel_type number': { ...t, 'm.relates_to': { rel_type: 5, event_id: '$x' } },
  'filename number': { ...img, body: 'x', filename: 7 },
  'waveform string': { ...t, msgtype: 'm.audio', 'org.matrix.msc1767.audio': { waveform: 'x' } },
  'voice string': { ...t, msgtype: 'm.audio', 'org.matrix.msc3245.voice': 'x' },
  'per message profile': { ...t, 'com.beeper.per_message_profile': 'x' },
  'gallery no list': { ...t, msgtype: 'm.gallery', itemtypes: 'x' },
  'mimetype number': { ...img, body: 'x', info: { mimetype: 5 } },
};
const FINE: Record<string, Record<string, unknown>> = {
  'a message of a kind of its own': { msgtype: 'com.example.game', move: 'e4' },
  text: t,
  nulls: { ...t, formatted_body: null, 'm.relates_to': null },
  reply: { ...t, 'm.relates_to': { 'm.in_reply_to': { event_id: '$x' } } },
  'empty mentions': { ...t, 'm.mentions': {} },
  image: {
    ...img,
    body: 'x',
    info: { w: 5, h: 5, size: 5, mimetype: 'image/png', thumbnail_info: { w: 1, h: 1 }, thumbnail_url: 'mxc://a/b' },
  },
  'unknown keys': { ...t, 'com.foo': 5, bar: [] },
  thread: {
    ...t,
    'm.relates_to': {
      rel_type: 'm.thread',
      event_id: '$x',
      is_falling_back: true,
      'm.in_reply_to': { event_id: '$y' },
    },
  },
  'empty body': { ...t, body: '' },
  voice: {
    ...t,
    msgtype: 'm.audio',
    url: 'mxc://a/b',
    info: { duration: 5 },
    'org.matrix.msc1767.audio': { duration: 5, waveform: [1, 2] },
    'org.matrix.msc3245.voice': {},
    'org.matrix.msc1767.text': 'Voice message',
    'org.matrix.msc1767.file': { url: 'mxc://a/b' },
  },
  'empty extensible': { ...t, 'm.text': [{ body: 'x' }] },
  verification: { msgtype: 'm.key.verification.request', body: 'x', to: '@a:b', methods: [] },
};
const OF_TYPES: [what: string, isFound: boolean, type: string, content: Record<string, unknown>][] = [
  ['reaction key number', true, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: '$x', key: 5 } }],
  ['reaction no relation', true, 'm.reaction', { 'm.relates_to': 5 }],
  ['poll answers', true, 'm.poll.start', { 'm.poll': { question: {}, answers: 'x' } }],
  [
    'poll answers of numbers',
    true,
    'org.matrix.msc3381.poll.start',
    { 'org.matrix.msc3381.poll.start': { question: { body: 'x' }, answers: [5] } },
  ],
  [
    'poll question number',
    true,
    'org.matrix.msc3381.poll.start',
    { 'org.matrix.msc3381.poll.start': { question: 5, answers: [] } },
  ],
  [
    'encrypted relates string',
    true,
    'm.room.encrypted',
    { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: 'x', 'm.relates_to': 'x' },
  ],
  ['encrypted ciphertext number', true, 'm.room.encrypted', { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: 5 }],
  ['name number', true, 'm.room.member', { membership: 'join', displayname: 5 }],
  ['avatar object', true, 'm.room.member', { membership: 'join', avatar_url: {} }],
  ['sticker no texts', true, 'm.sticker', { body: 5, url: 'mxc://a/b', info: {} }],
  ['fine leave', false, 'm.room.member', { membership: 'leave' }],
  ['fine null name', false, 'm.room.member', { membership: 'join', displayname: null, avatar_url: null }],
  [
    'fine encrypted',
    false,
    'm.room.encrypted',
    {
      algorithm: 'm.megolm.v1.aes-sha2',
      ciphertext: 'x',
      session_id: 'y',
      'm.relates_to': { rel_type: 'm.thread', event_id: '$x' },
    },
  ],
  ['fine reaction', false, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: '$x', key: 'x' } }],
  ['fine redacted', false, 'm.room.message', {}],
  [
    'fine poll',
    false,
    'org.matrix.msc3381.poll.start',
    {
      'org.matrix.msc1767.text': 'x',
      'org.matrix.msc3381.poll.start': {
        kind: 'x',
        max_selections: 1,
        question: { 'org.matrix.msc1767.text': 'x', body: 'x', msgtype: 'm.text' },
        answers: [{ id: 'a', 'org.matrix.msc1767.text': 'y' }],
      },
    },
  ],
];

it.each(FIRST_IMAGES)('FirstMessageIsImage: %s (%j)', (_, isFound, send) =>
  expect(send(new World({ FirstMessageIsImage: {} })).length > 0).toBe(isFound),
);
it.each(MEDIA)('%s: %s (%j)', (name, _, isFound, send) =>
  expect(send(new World({ [name]: {} })).length > 0).toBe(isFound),
);

describe('InvalidEvent', () => {
  const send = (content: Record<string, unknown>, type = 'm.room.message') =>
    new World({ InvalidEvent: {} }).send({
      type,
      content,
      ...(type === 'm.room.member' ? { state_key: '@new:a.test' } : {}),
    });
  it.each(Object.entries(BROKEN))('finds %s', (_, content) => expect(send(content)).toHaveLength(1));
  it.each(Object.entries(FINE))('leaves in peace: %s', (_, content) => expect(send(content)).toEqual([]));
  it.each(OF_TYPES)('of other types: %s (%j)', (_, isFound, type, content) =>
    expect(send(content, type)).toHaveLength(isFound ? 1 : 0),
  );
  it('finds what is nested without end', () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 300; depth++) deep = { deep };
    expect(send({ ...t, deep })).toHaveLength(1);
  });
});
