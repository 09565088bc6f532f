/** `quarantine-media` with a link to an event: what is in the event, and nothing that is ours. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { HeimdallError } from '../../src/util/errors.js';
import { MODERATOR, room } from '../enforcement/fixtures.js';
import { askedOf, type Asked } from './services.js';

const SPAMMER = '@spammer:evil.example';
const ROOM = '!lobby:example.org';
const OFFICIAL = 'mxc://example.org/official';
const ROOM_PICTURE = 'mxc://example.org/lobby';

let asked: Asked;
let remembered: string[];
const events: Record<string, { sender: string; type?: string; content?: Record<string, unknown> }> = {};

beforeEach(() => {
  for (const id of Object.keys(events)) delete events[id];
  const lobby = Object.assign(room(), { avatarUrl: ROOM_PICTURE });
  remembered = [];
  const pictures = {
    isOn: true,
    remember: (files: string[]) => Promise.resolve(remembered.push(...files)),
    forget: () => Promise.resolve(1),
  };
  asked = askedOf({ events, rooms: [lobby], aliases: { '#lobby:example.org': ROOM }, more: { pictures } });
  Object.assign(asked.services.config, {
    protected_identities: [{ user_id: '@server:example.org', avatars: [OFFICIAL] }],
  });
});

const say = (words: string) =>
  asked.say(words).catch((error: unknown) => {
    if (error instanceof HeimdallError) return `REFUSED ${error.message}`;
    throw error;
  });
const paths = () => asked.actions.map(({ payload }) => (payload as { path: string }).path.replace(/.*\/media\//, ''));
const image = (url: string, more: Record<string, unknown> = {}) => ({ msgtype: 'm.image', body: 'x', url, ...more });
const LINK = `https://matrix.to/#/${ROOM}/$picture?via=example.org`;

describe('quarantine-media with an event', () => {
  it.each([
    LINK,
    `matrix:roomid/lobby:example.org/e/picture`,
    'https://matrix.to/#/#lobby:example.org/$picture',
    `$picture ${ROOM}`,
  ])('takes %s', async (link) => {
    events.$picture = { sender: SPAMMER, type: 'm.room.message', content: image('mxc://evil.example/one') };
    expect(await say(`quarantine-media ${link}`)).toMatch(/Quarantined: mxc:\/\/evil\.example\/one/);
    expect(paths()).toEqual(['quarantine/evil.example/one']);
  });

  it('takes its thumbnail, its gallery, its encrypted files and an avatar along', async () => {
    const thumbnail = { info: { thumbnail_url: 'mxc://evil.example/small' } };
    events.$picture = { sender: SPAMMER, type: 'm.room.message', content: image('mxc://evil.example/one', thumbnail) };
    await say(`quarantine-media ${LINK}`);
    expect(paths()).toEqual(['quarantine/evil.example/one', 'quarantine/evil.example/small']);
    asked.actions.length = 0;
    const file = { url: 'mxc://evil.example/two' };
    events.$picture = { sender: SPAMMER, type: 'm.room.message', content: { msgtype: 'm.file', body: 'x', file } };
    await say(`quarantine-media ${LINK}`);
    expect(paths()).toEqual(['quarantine/evil.example/two']);
    asked.actions.length = 0;
    const html = { msgtype: 'm.text', body: 'x', formatted_body: '<img src="mxc://evil.example/three">' };
    events.$picture = { sender: SPAMMER, type: 'm.room.message', content: html };
    await say(`quarantine-media ${LINK}`);
    expect(paths()).toEqual(['quarantine/evil.example/three']);
    asked.actions.length = 0;
    events.$picture = {
      sender: SPAMMER,
      type: 'm.room.member',
      content: { membership: 'join', avatar_url: 'mxc://evil.example/face' },
    };
    await say(`quarantine-media ${LINK}`);
    expect(paths()).toEqual(['quarantine/evil.example/face']);
  });

  it('leaves pictures of official accounts and protected rooms alone, which a spammer may show', async () => {
    const content = image('mxc://evil.example/one', { info: { thumbnail_url: OFFICIAL } });
    events.$picture = { sender: SPAMMER, type: 'm.room.message', content };
    expect(await say(`quarantine-media ${LINK}`)).toMatch(/Left alone.*mxc:\/\/example\.org\/official/);
    expect(paths()).toEqual(['quarantine/evil.example/one']);
    asked.actions.length = 0;
    events.$picture = { sender: SPAMMER, type: 'm.room.message', content: image(ROOM_PICTURE) };
    expect(await say(`quarantine-media ${LINK}`)).toMatch(/Left alone/);
    expect(asked.actions).toEqual([]);
  });

  it('asks the interlock about the sender, and remembers no picture of somebody whom it spares', async () => {
    events.$picture = { sender: MODERATOR, type: 'm.room.message', content: image('mxc://example.org/one') };
    await say(`quarantine-media ${LINK}`);
    expect(asked.actions).toMatchObject([{ payload: { userId: MODERATOR } }]);
    expect(remembered).toEqual([]);
    events.$picture = { ...events.$picture, sender: SPAMMER };
    await say(`quarantine-media ${LINK}`);
    expect(remembered).toEqual(['mxc://example.org/one']);
  });

  it.each([
    { body: 'hello', msgtype: 'm.text' },
    {},
    image('https://evil.example/x'),
    image('mxc://evil.example/../x'),
  ])('says so when there is nothing to take: %j', async (content) => {
    events.$picture = { sender: SPAMMER, type: 'm.room.message', content };
    expect(await say(`quarantine-media ${LINK}`)).toMatch(/^REFUSED I see no media in that event/);
    expect(asked.actions).toEqual([]);
  });

  it('says so when it cannot see the event', async () => {
    expect(await say(`quarantine-media ${LINK}`)).toMatch(/^REFUSED /);
    expect(asked.actions).toEqual([]);
  });
});

it('unquarantine-media gives back what an event shows', async () => {
  events.$picture = { sender: SPAMMER, type: 'm.room.message', content: image('mxc://evil.example/one') };
  expect(await say(`unquarantine-media ${LINK}`)).toContain('Out of quarantine');
  expect(paths()).toEqual(['unquarantine/evil.example/one']);
});
