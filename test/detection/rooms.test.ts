import { describe, expect, it } from '@jest/globals';
import { loadRules } from '../../src/config/rules.js';
import { createRoomDetector, type OfficialRoom, type RoomSighting } from '../../src/detection/rooms.js';

const rules = loadRules();
const announcements: OfficialRoom = {
  reference: '#asgard-news:asgard.test',
  name: 'Asgard Announcements',
  topic: 'What is new in Asgard: releases, downtimes, feasts.',
  aliases: ['#asgard-news:asgard.test'],
  avatarUrl: 'mxc://asgard.test/news',
};
const lobby: OfficialRoom = {
  reference: '#lobby:asgard.test',
  name: 'Lobby',
  topic: 'Say hello',
  aliases: ['#lobby:asgard.test'],
  avatarUrl: null,
};
const nameless: OfficialRoom = {
  reference: '!valhalla:asgard.test',
  name: 'The Halls of Valhalla',
  topic: null,
  aliases: [],
  avatarUrl: null,
};
const detector = createRoomDetector([announcements, lobby, nameless], rules);
const inspect = (room: Omit<RoomSighting, 'roomId'>) => detector.inspect({ roomId: '!other:b.test', ...room });
const verdict = (room: Omit<RoomSighting, 'roomId'>) => inspect(room).verdict;

describe('a room that copies an official one', () => {
  it('is possible by its name alone, however exactly it is the same: honest rooms are called alike', () => {
    expect(inspect({ name: 'Asgard Announcements' })).toMatchObject({
      verdict: 'possible',
      protected: '#asgard-news:asgard.test',
      evidence: [{ field: 'room_name' }],
    });
    expect(verdict({ name: 'The Halls of Valhalla' })).toBe('possible');
  });

  it('is likely when the name is written in letters that merely look alike', () => {
    expect(verdict({ name: 'Аsgаrd Аnnouncements' })).toBe('likely');
    expect(verdict({ name: 'Asgard\u200b Announcements' })).toBe('likely');
    expect(inspect({ name: 'Аsgаrd Аnnouncements' }).evidence[0]?.sentence).toContain('in disguise');
  });

  it('is likely with the alias on another server, the topic or the picture, and certain with several', () => {
    const name = 'Asgard Announcements';
    expect(verdict({ name, aliases: ['#asgard-news:b.test'] })).toBe('likely');
    expect(verdict({ name, topic: announcements.topic })).toBe('likely');
    expect(verdict({ name, avatarUrl: announcements.avatarUrl })).toBe('likely');
    expect(
      verdict({
        name,
        avatarUrl: 'mxc://b.test/x',
        avatarLike: [{ protected: announcements.reference, likeness: 'near' }],
      }),
    ).toBe('likely');
    expect(verdict({ name, topic: announcements.topic, avatarUrl: announcements.avatarUrl })).toBe('certain');
  });

  it('is likely when it claims the official alias, or bears it in another spelling', () => {
    expect(verdict({ aliases: ['#asgard-news:asgard.test'] })).toBe('likely');
    expect(verdict({ aliases: ['#Asgard-News:asgard.test'] })).toBe('likely');
    expect(verdict({ name: 'Asgard Announcements', aliases: ['#asgard-news:asgard.test'] })).toBe('certain');
  });

  it('is possible by an alias in disguise: nobody writes so by habit', () => {
    expect(verdict({ aliases: ['#lоbby:b.test'] })).toBe('possible');
  });

  it('is certain with the official alias on a server that cannot be told from the official one', () => {
    expect(verdict({ aliases: ['#asgard-news:xn--sgard-3ve.test'] })).toBe('certain');
  });
});

describe('an honest room', () => {
  it.each([
    ['a common word', { name: 'Lobby' }],
    ['a common word on another server', { name: 'Lobby', aliases: ['#lobby:b.test'] }],
    ['a common word in disguise, which names no room', { name: 'Lоbby' }],
    ['words that all rooms have', { name: 'General Chat', aliases: ['#general:asgard.test'] }],
    ['the brand beside other words', { name: 'Asgard users', aliases: ['#asgard-users:b.test'] }],
    ['the brand beside a role', { name: 'Asgard Support', aliases: ['#asgard-support:b.test'] }],
    ['the brand alone', { name: 'Asgard', aliases: ['#asgard:b.test'] }],
    ['the official alias on another server', { aliases: ['#asgard-news:b.test'] }],
    ['a room of the official server', { name: 'Knitting', aliases: ['#knitting:asgard.test'] }],
    ['a server that looks like ours, with a room of its own', { name: 'Knitting', aliases: ['#knitting:asgarb.test'] }],
    ['our topic', { name: 'Knitting', topic: announcements.topic }],
    ['our picture', { name: 'Knitting', avatarUrl: announcements.avatarUrl }],
    [
      'a picture like ours',
      {
        name: 'Knitting',
        avatarUrl: 'mxc://b.test/x',
        avatarLike: [{ protected: announcements.reference, likeness: 'same' as const }],
      },
    ],
    ['another name with a word of ours', { name: 'Announcements' }],
    ['no name at all', {}],
    ['names of other scripts', { name: 'Объявления' }],
    ['words of ours in another order', { name: 'Announcements Asgard' }],
  ])('with %s is none', (_what, room) => {
    expect(inspect(room)).toEqual({ verdict: 'none', score: 0, protected: null, evidence: [] });
  });

  it('is not looked at twice unless something in it resembles', () => {
    const touches = (room: Omit<RoomSighting, 'roomId'>) => detector.touches({ roomId: '!other:b.test', ...room });
    expect(
      [
        { name: 'Asgard Announcements' },
        { topic: announcements.topic },
        { avatarUrl: announcements.avatarUrl },
        { aliases: ['#asgard-news:b.test'] },
      ].map(touches),
    ).toEqual([true, true, true, true]);
    expect(
      [
        { name: 'Knitting' },
        { topic: 'Say hello' },
        { avatarUrl: 'mxc://b.test/1' },
        { aliases: ['#knitting:b.test'] },
        { name: 'Lobby' },
      ].map(touches),
    ).toEqual([false, false, false, false, false]);
  });
});

it('no official rooms, no copies; hostile aliases and names do no harm', () => {
  expect(createRoomDetector([], rules).inspect({ roomId: '!x:b.test', name: 'Asgard Announcements' }).verdict).toBe(
    'none',
  );
  for (const aliases of [
    ['#'],
    ['#:'],
    ['#a'],
    ['no alias'],
    ['#\u202ea:b'],
    Array.from({ length: 1000 }, (_, n) => `#a${n}:b.test`),
  ])
    expect(verdict({ name: '\u202e'.repeat(5000), aliases })).toBe('none');
});
