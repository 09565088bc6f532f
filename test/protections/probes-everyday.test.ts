/**
 * What people write every day, beside what only looks like it: each case in a watch of its own. Honest ones come first,
 * because a ban of somebody honest is worse than a spammer who is seen an hour later.
 */
import { describe, expect, it } from '@jest/globals';
import type { MatrixEvent } from '../../src/matrix/types.js';
import type { Offence } from '../../src/protections/offence.js';
import { ROOMS, World } from './world.js';

const DAY = 86_400_000;
const SECOND = 1000;

describe('words that only resemble one of the list', () => {
  it.each([
    ['hell', "he'll come"],
    ['hell', 'he’ll come'],
    ['shell', "she'll come"],
    ['whore', "the people who're late"],
    ['ass', 'Ich aß einen Apfel'],
    ['fass', 'Vorsicht, Fuß im Faß'],
    ['ano', '¡Feliz año nuevo!'],
    ['ばか', '来たばかりです'],
    ['หี', 'หีบเพลงสวย'],
  ])('%s: %s', (word, text) => {
    expect(new World({ WordList: { words: [word] } }).say(text)).toEqual([]);
  });

  it.each([
    ['hell', 'go to h.e.l.l'],
    ['scheisse', 'So eine Scheiße'],
    ['ass', 'you a.s.s'],
    ['casino', 'the best casiño'],
    ['free btc', 'freebtc'],
    ['ばか', 'お前はばかだ'],
    ['スパム', 'スパムメール'],
    ['หี', 'ดูหีหน่อย'],
    ['傻逼', '你是傻逼吗'],
  ])('but %s: %s', (word, text) => {
    expect(new World({ WordList: { words: [word] } }).say(text)).toHaveLength(1);
  });
});

describe('a denied domain that looks like a better known one', () => {
  it.each([
    ['paypa1.com', 'pay with https://paypal.com/me'],
    ['twltter.com', 'I am on twitter.com'],
    ['g00gle.com', 'https://www.google.com/search'],
  ])('%s leaves alone: %s', (deny, text) => {
    expect(new World({ LinkFilter: { deny: [deny] } }).say(text)).toEqual([]);
  });

  it.each([
    ['paypa1.com', 'pay with https://paypa1.com/me'],
    ['paypa1.com', 'pay with paypа1.com'],
    ['casino.com', 'c4sino.com'],
    ['google.com', 'gооgle.com'],
    ['spam.example', '\u202eelpmaxe.maps//:sptth'],
    ['spam-shop.example', 'spam-shop[.]example'],
  ])('%s is found in: %s', (deny, text) => {
    expect(new World({ LinkFilter: { deny: [deny] } }).say(text)).toHaveLength(1);
  });
});

describe('a missing space after a full stop makes no link', () => {
  it.each([
    'fine.im new here',
    'Danke.De nada',
    'Hola.Es bueno aqui',
    'wait.no',
    'SELECT o.total FROM orders o',
    'we use asp.net core, e.g. with socket.io',
    'is matrix.org down?',
  ])('%s', (text) => {
    expect(new World({ FirstMessageIsLink: {} }).say(text)).toEqual([]);
  });

  it.each([
    'besuche casino.de jetzt',
    'Casino.Com',
    'https://Casino.De',
    'casino.DE',
    'casino.no',
    't.me/gains',
    'x.com',
  ])('but %s', (text) => {
    expect(new World({ FirstMessageIsLink: {} }).say(text)).toHaveLength(1);
  });
});

describe('an "@" that names nobody', () => {
  const many = (one: (i: number) => string): string => Array.from({ length: 15 }, (_, i) => one(i)).join('\n');

  it.each([
    ['packages', many((i) => `@scope${i}/pkg:latest`)],
    ['times', many((i) => `@${i}:30`)],
  ])('%s', (_what, text) => {
    expect(new World({ MentionLimit: {} }).say(text)).toEqual([]);
  });

  it.each([
    ['a server without a dot', many((i) => `@user${i}:localhost`)],
    ['an id with a slash', many((i) => `@team/user${i}:b.test`)],
  ])('but %s', (_what, text) => {
    expect(new World({ MentionLimit: {} }).say(text)).toHaveLength(1);
  });
});

describe('people who have been here for more than 7 days, seen joining', () => {
  const settled = (on: Record<string, Record<string, unknown>>): World => {
    const world = new World(on);
    world.join('@new:a.test');
    world.now += 8 * DAY;
    return world;
  };
  const often = (world: World, times: number, text: (i: number) => string, more = {}): Offence[] =>
    Array.from({ length: times }, (_, i) => {
      world.now += SECOND;
      return world.say(text(i), more);
    }).flat();

  it('may write as fast as known people', () => {
    expect(often(settled({ BasicFlooding: {} }), 30, (i) => `word ${i}`)).toEqual([]);
    expect(often(settled({ BasicFlooding: {} }), 31, (i) => `word ${i}`)).not.toEqual([]);
  });

  it('and repeat themselves as they may, notices of a bot without end', () => {
    const text = 'The build of the main branch has passed';
    expect(often(settled({ RepeatedMessage: {} }), 11, () => text)).toEqual([]);
    expect(often(settled({ RepeatedMessage: {} }), 20, () => text, { msgtype: 'm.notice' })).toEqual([]);
  });

  it('but not on the sixth day', () => {
    const world = new World({ BasicFlooding: {} });
    world.join('@new:a.test');
    world.now += 6 * DAY;
    expect(often(world, 11, (i) => `word ${i}`)).not.toEqual([]);
  });
});

describe('RepeatedMessage', () => {
  const repeated = (text: string): Offence[] => {
    const world = new World({ RepeatedMessage: {} });
    return Array.from({ length: 6 }, () => world.say(text)).flat();
  };

  it.each(['hahahahahahahahaha', 'jajajajajajaja', 'ㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋ', 'wwwwwwwwwwwwwwww', '哈哈哈哈哈哈哈哈'])(
    'lets people laugh: %s',
    (text) => {
      expect(repeated(text)).toEqual([]);
    },
  );

  it('but not sell', () => {
    expect(repeated('haha, buy cheap')).not.toEqual([]);
  });
});

describe('Campaign', () => {
  const everybody = (people: number, send: (world: World, i: number, sender: string) => Offence[]): Offence[] => {
    const world = new World({ Campaign: {} });
    return Array.from({ length: people }, (_, i) => send(world, i, `@${'kxqzvwjpfh'[i]}${i * 7919}:b.test`)).flat();
  };
  const saying = (people: number, text: string): Offence[] =>
    everybody(people, (world, i, sender) => world.say(text, {}, { sender, room_id: ROOMS[i % 4] }));

  it('a short text with a link is one from five accounts on', () => {
    expect(saying(5, 'Join us at https://spam.example/x')).toHaveLength(1);
    expect(saying(4, 'Join us at https://spam.example/x')).toEqual([]);
  });

  it('the same link alone is one from ten on, since people share what was shown to them', () => {
    expect(saying(9, 'https://github.com/org/talk')).toEqual([]);
    expect(saying(9, 'https://wiki.uni.test/courses/introduction-to-matrix/exercise')).toEqual([]);
    expect(saying(10, 'https://github.com/org/talk')).not.toEqual([]);
  });

  it('a text of medium length is one from eight on', () => {
    expect(saying(7, 'Buy our cheap watches at the best price')).toEqual([]);
    expect(saying(8, 'Buy our cheap watches at the best price')).not.toEqual([]);
  });

  it.each(['Thanks for the great event!', 'Hallo zusammen, ich bin neu hier', 'is matrix.org down?'])(
    'ten newcomers may say: %s',
    (text) => {
      expect(saying(9, text)).toEqual([]);
    },
  );

  it('thanks at the end of an event are none, but accounts that greeted a minute before are', () => {
    const together = (pause: number): Offence[] => {
      const world = new World({ Campaign: {} });
      const people = Array.from({ length: 9 }, (_, i) => `@guest${i}:g${i}.test`);
      for (const sender of people) world.say('hello', {}, { sender });
      world.now += pause;
      return people.flatMap((sender) => {
        world.now += SECOND;
        return world.say('Vielen Dank an das ganze Team, es war ein toller Tag!', {}, { sender });
      });
    };
    expect(together(2 * 3_600_000)).toEqual([]);
    expect(together(60_000)).not.toEqual([]);
  });

  it('places that friends propose are none', () => {
    const said = everybody(8, (world, i, sender) =>
      world.say(`what about https://maps.example.org/place/${i}?`, {}, { sender }),
    );
    expect(said).toEqual([]);
  });

  it('accounts without a name are told apart by their ids', () => {
    const joins = (id: (i: number) => string): Offence[] =>
      everybody(10, (world, i) => world.join(`@${id(i)}:bad.test`));
    expect(joins((i) => `promo${1000 + 37 * i}`)).toHaveLength(1);
    expect(joins((i) => `s${3_104_512 + 211 * i}`)).toEqual([]);
  });
});

describe('JoinWaveShortCircuit', () => {
  const joins = (values: Record<string, unknown>): Offence[] => {
    const world = new World({ JoinWaveShortCircuit: { max: 5, ...values } });
    return Array.from({ length: 8 }, (_, i) => world.join(`@ghost${i}:a.test`)).flat();
  };

  it('a bridge that comes back with its people is no wave, unless bridges count', () => {
    expect(joins({})).toEqual([]);
    expect(joins({ bridge_users: false })).toHaveLength(1);
  });
});

describe('what no client sends', () => {
  const video = { msgtype: 'm.image', body: 'a', url: 'mxc://a.test/b', info: { mimetype: 'video/mp4' } };
  const sent = (name: string, content: MatrixEvent['content']): Offence[] =>
    new World({ [name]: {} }).send({ type: 'm.room.message', content });

  it('a video as a picture is a video', () => {
    expect(sent('MessageIsVideo', video)).toHaveLength(1);
    expect(sent('MessageIsVideo', { ...video, info: { mimetype: 'image/gif' } })).toEqual([]);
  });

  it('HTML nested without end', () => {
    const html = (open: string, times: number) => ({
      msgtype: 'm.text',
      body: 'x',
      format: 'org.matrix.custom.html',
      formatted_body: open.repeat(times),
    });
    expect(sent('InvalidEvent', html('<div>', 1000))).toHaveLength(1);
    expect(sent('InvalidEvent', html('<ul><li>', 20))).toEqual([]);
    expect(sent('InvalidEvent', html('<p>a<br>', 1000))).toEqual([]);
    expect(sent('InvalidEvent', html('<b>a</b> <img src="mxc://a/b">', 1000))).toEqual([]);
  });
});

describe('whoever leaves and comes back', () => {
  const URL = 'see https://docs.example.org/install';
  const change = (world: World, membership: string, before: string, by = '@new:a.test'): Offence[] =>
    world.send({
      type: 'm.room.member',
      sender: by,
      state_key: '@new:a.test',
      content: { membership },
      unsigned: { prev_content: { membership: before } },
    });
  const back = (world: World, by?: string): Offence[] => {
    change(world, 'leave', 'join', by);
    world.now += 10 * SECOND;
    change(world, 'join', 'leave');
    world.now += SECOND;
    return world.say(URL);
  };
  const after = (days: number, said: string[] = []): World => {
    const world = new World({ FirstMessageIsLink: {} });
    world.join('@new:a.test');
    for (const one of said) world.say(one);
    world.now += days * DAY;
    return world;
  };

  it('is still known after a month', () => expect(back(after(30))).toEqual([]));
  it('has still written, on the first day', () => expect(back(after(0, ['hello']))).toEqual([]));
  it('is as new as before without having written', () => {
    expect(back(after(0))).toHaveLength(1);
    expect(back(after(2))).toHaveLength(1);
  });
  it('is new after a removal by a moderator', () => {
    expect(back(after(30), '@mod:a.test')).toHaveLength(1);
    expect(back(after(0, ['hello']), '@mod:a.test')).toHaveLength(1);
    const twice = after(30);
    expect(back(twice)).toEqual([]);
    expect(back(twice, '@mod:a.test')).toHaveLength(1);
  });
  it('is new after more than a week away', () => {
    const world = after(30);
    change(world, 'leave', 'join');
    world.now += 8 * DAY;
    change(world, 'join', 'leave');
    expect(world.say(URL)).toHaveLength(1);
  });
  it('may not turn an earlier first message into a link', () => {
    const world = after(0);
    world.say('hello', {}, { event_id: '$hello' });
    change(world, 'leave', 'join');
    change(world, 'join', 'leave');
    const edit = { 'm.new_content': { msgtype: 'm.text', body: URL } };
    const relation = { 'm.relates_to': { rel_type: 'm.replace', event_id: '$hello' } };
    expect(world.say(`* ${URL}`, { ...edit, ...relation })).toHaveLength(1);
  });
  it('uses words of the list as a newcomer does', () => {
    const world = new World({ WordList: { words: ['casino'] } });
    world.join('@new:a.test');
    world.say('hello');
    world.now += 2 * DAY;
    change(world, 'leave', 'join');
    change(world, 'join', 'leave');
    expect(world.say('casino')).toHaveLength(1);
  });
});
