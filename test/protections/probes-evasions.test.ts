/** Ways around the protections that clients leave open: what one client shows, and another does not. */
import { describe, expect, it } from '@jest/globals';
import { ROOMS, World } from './world.js';

const words = (): World => new World({ WordList: { words: ['free btc', 'casino'] } });
const link = { 'm.relates_to': { rel_type: 'm.replace', event_id: '$first' } };
const innocent = { 'm.new_content': { msgtype: 'm.text', body: 'good morning' }, ...link };
const html = (formatted: string) => ({ format: 'org.matrix.custom.html', formatted_body: formatted });

describe('an edit says one thing to clients that know edits, and another to those that do not', () => {
  it.each([
    ['the fallback', '* free btc', {}],
    ['the HTML of the fallback', '* good morning', html('* free <b>btc</b>')],
    ['the caption of the fallback', '* free btc', { msgtype: 'm.image', url: 'mxc://a/b' }],
  ])('a word in %s counts', (_, body, more) => {
    expect(words().say(body, { ...more, ...innocent })).toHaveLength(1);
  });

  it('a picture in the fallback counts', () => {
    const world = new World({ MessageIsMedia: {} });
    expect(world.say('* x', { msgtype: 'm.image', url: 'mxc://a/b', ...innocent })).toHaveLength(1);
  });

  it('a link in the fallback of an edit of the first message counts', () => {
    const world = new World({ FirstMessageIsLink: {} });
    world.say('hello', {}, { event_id: '$first' });
    expect(world.say('* https://spam.example', innocent)).toHaveLength(1);
  });

  it('what the edited reply quotes does not', () => {
    const world = words();
    expect(world.say('> <@other:b.test> free btc\n\n* good morning', innocent)).toEqual([]);
    const quoted = html('<mx-reply><blockquote>free btc</blockquote></mx-reply>* good morning');
    expect(world.say('* good morning', { ...quoted, ...innocent })).toEqual([]);
  });

  it('an edit without the word is none, and one with it is found once', () => {
    expect(words().say('* good morning', innocent)).toEqual([]);
    const bad = { 'm.new_content': { msgtype: 'm.text', body: 'free btc' }, ...link };
    expect(words().say('* free btc', bad)).toHaveLength(1);
  });
});

describe('HTML', () => {
  it('counts whatever `format` says, since some clients do not ask', () => {
    expect(words().say('x', { formatted_body: 'free <b>btc</b>' })).toHaveLength(1);
  });

  it.each([
    ['an unknown tag', 'cas<foo>ino</foo>'],
    ['a style sheet', 'cas<style>b {}</style>ino'],
    ['a tag that clients leave out', 'cas<center>ino</center>'],
    ['what most clients do not show', 'x <noscript>free <b>btc</b></noscript>'],
    ['an option that never ends', 'x <option>free btc'],
  ])('%s hides no word', (_, formatted) => {
    expect(words().html(formatted)).toHaveLength(1);
  });

  it.each(['<p>free</p><h1>x</h1><p>btc</p>', '<td>cas</td><td>ino</td>', 'cas<br>ino', 'cas<hr>ino'])(
    'blocks are words of their own: %s',
    (formatted) => {
      expect(new World({ WordList: { words: ['casino', 'freebtc'] } }).html(formatted)).toEqual([]);
    },
  );
});

describe('the topic as an extensible event', () => {
  it('is read', () => {
    const content = { topic: 'x', 'm.topic': { 'm.text': [{ body: 'free btc' }] } };
    const world = words();
    world.join('@new:a.test');
    expect(world.send({ type: 'm.room.topic', state_key: '', content })).toHaveLength(1);
  });
});

describe('what rings or stands in the timeline is a deed of a person', () => {
  const often = (type: string): unknown[] => {
    const world = new World({ BasicFlooding: {} });
    world.join('@new:a.test');
    return Array.from({ length: 11 }, () => {
      world.now += 100;
      return world.send({ type, room_id: ROOMS[0], content: {} });
    }).flat();
  };

  it.each([
    'm.call.invite',
    'm.rtc.notification',
    'org.matrix.msc4075.call.notify',
    'org.matrix.msc4075.rtc.notification',
    'm.poll.end',
    'org.matrix.msc3381.poll.end',
  ])('a flood of %s counts', (type) => {
    expect(often(type)).toHaveLength(1);
  });

  it.each(['m.call.candidates', 'm.call.answer', 'm.poll.response', 'org.matrix.msc4310.rtc.decline', 'm.beacon'])(
    'what a client sends by itself does not: %s',
    (type) => {
      expect(often(type)).toEqual([]);
    },
  );
});

describe('what a homeserver says about when something was sent', () => {
  const SPREAD = 3_700_000;
  /** A world that is not catching up, where people of another server come and go, each time an hour after the last. */
  const changes = (name: string, count: number, who: (i: number) => string, spread = SPREAD): unknown[] => {
    const world = new World({ [name]: {} });
    world.join('@local:a.test', ROOMS[1]);
    const from = world.now - 1000 * SPREAD;
    return Array.from({ length: count }, (_, i) => {
      world.now += 100;
      return world.send({
        type: 'm.room.member',
        sender: who(i),
        state_key: who(i),
        content: { membership: 'join', displayname: `name ${i}` },
        ...(who(0) === who(1) ? { unsigned: { prev_content: { membership: 'join' } } } : {}),
        origin_server_ts: from + i * spread,
      });
    }).flat();
  };
  const everybody = (i: number): string => `@user${i}:b.test`;

  it('hides a wave of joins up to a limit, as it may be true of a server that was cut off', () => {
    expect(changes('JoinWaveShortCircuit', 250, everybody)).toEqual([]);
    expect(changes('JoinWaveShortCircuit', 251, everybody)).toHaveLength(1);
    expect(changes('JoinWaveShortCircuit', 51, everybody, 1000)).toHaveLength(1);
  });

  it('and so with changes of one person, who are no wave', () => {
    const one = () => '@user:b.test';
    expect(changes('MembershipChange', 50, one)).toEqual([]);
    expect(changes('MembershipChange', 51, one)).toHaveLength(1);
    expect(changes('JoinWaveShortCircuit', 400, (i) => (i % 2 === 0 ? '@user:b.test' : '@other:b.test'))).toEqual([]);
  });
});
