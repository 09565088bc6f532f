import { randomOf } from '../detection/attacks.js';
import { HOUR, link, MINUTE, Script, sentence, type Stream } from './world.js';

/** What honest people and their programs do. Whoever hits somebody in here is wrong. */
export function honestStreams(seed: number): Stream[] {
  const begin = (name: string) => new Script(name, randomOf(seed ^ hash(name)));
  return [chat, feeds, gameNight, stickers, news, newcomers, support, notes, bridged].map((stream) => stream(begin));
}

type Begin = (name: string) => Script;

function hash(text: string): number {
  let value = 7;
  for (const letter of text) value = (Math.imul(value, 31) + (letter.codePointAt(0) ?? 0)) | 0;
  return value;
}

/** Eight rooms, forty people, now and then a quick exchange; edits, reactions, answers, mentions, a picture, a link. */
function chat(begin: Begin): Stream {
  const script = begin('chat');
  const hours = 240;
  for (let at = 0; at < hours * HOUR; at += script.between(5, 400) * 1000) {
    const room = script.room(script.between(0, 7));
    const pair = [script.between(0, 39), script.between(0, 39)];
    let time = at;
    for (let turn = script.between(1, 8); turn > 0; turn--) {
      const who = `@p${script.pick(pair)}:a.test`;
      const id = script.say(time, room, who, sentence(script));
      if (script.chance(0.08)) edit(script, time + 8_000, room, who, id, sentence(script));
      if (script.chance(0.15)) react(script, time + 5_000, room, `@p${script.between(0, 39)}:a.test`, id);
      if (script.chance(0.03)) script.say(time + 2_000, room, who, link(script));
      if (script.chance(0.02)) picture(script, time + 2_000, room, who);
      if (script.chance(0.03)) script.say(time + 3_000, room, who, `@p${script.between(0, 39)}:a.test could you look?`);
      time += script.between(2, 25) * 1000;
    }
  }
  return script.done('eight rooms, forty people: talk, edits, reactions, links, pictures', hours);
}

/** A build reports each of its steps, a feed posts twenty items at once, a monitor says the same again and again. */
function feeds(begin: Begin): Stream {
  const script = begin('feeds');
  const hours = 100;
  const notice = { msgtype: 'm.notice' };
  for (let hour = 0; hour < hours; hour += 2) {
    const at = hour * HOUR;
    for (let step = 0; step < script.between(6, 14); step++)
      script.say(
        at + step * 4_000,
        script.room(),
        '@ci:a.test',
        `Build ${hour}: step ${step} of 14 has passed`,
        notice,
      );
    const items = script.between(3, 20);
    for (let item = 0; item < items; item++)
      script.say(
        at + 20 * MINUTE + item * 1_500,
        script.room(1),
        '@rss:a.test',
        `${sentence(script)} ${link(script)}`,
        notice,
      );
    for (let time = 0; time < 10; time++)
      script.say(
        at + 40 * MINUTE + time * 50_000,
        script.room(),
        '@monitor:a.test',
        'disk /srv is at 91 percent',
        notice,
      );
  }
  return script.done('a build bot, a feed, a monitor, all here for long, who write notices', hours);
}

/** Twelve people who play: short words, fast. */
function gameNight(begin: Begin): Stream {
  const script = begin('game');
  const hours = 20;
  for (let night = 0; night < 5; night++)
    for (let at = 0; at < 4 * HOUR; at += script.between(1, 9) * 1000) {
      const who = `@g${script.between(0, 11)}:a.test`;
      const id = script.say(
        night * 24 * HOUR + at,
        script.room(),
        who,
        script.pick([
          'go',
          'left',
          'gg',
          'hp low',
          'heal me',
          'wait',
          'gg wp',
          'again?',
          'lol',
          'I am down',
          'behind you',
        ]),
      );
      if (script.chance(0.2))
        react(script, night * 24 * HOUR + at + 700, script.room(), `@g${script.between(0, 11)}:a.test`, id);
    }
  return script.done('five nights of twelve people who play and write short words fast', hours);
}

/** People answer each other with stickers. */
function stickers(begin: Begin): Stream {
  const script = begin('stickers');
  const hours = 20;
  for (let at = 0; at < hours * HOUR; at += script.between(2, 20) * MINUTE) {
    const who = `@s${script.between(0, 9)}:a.test`;
    const cat = `mxc://a.test/cat${script.between(0, 3)}`;
    for (let n = script.between(1, 8); n > 0; n--)
      script.add(at + n * 5_000, script.room(), who, 'm.sticker', {
        content: { body: 'a cat that waves its paw', url: cat, info: {} },
      });
  }
  return script.done('sprints of up to eight stickers a person, often the same', hours);
}

/** A room that shares news: links all day, the same ones in two rooms, a newcomer who says hello first. */
function news(begin: Begin): Stream {
  const script = begin('news');
  const hours = 100;
  for (let at = 0; at < hours * HOUR; at += script.between(1, 12) * MINUTE) {
    const who = `@n${script.between(0, 14)}:a.test`;
    const text = `${sentence(script)} ${link(script)}`;
    script.say(at, script.room(), who, text);
    if (script.chance(0.2)) script.say(at + 30_000, script.room(1), who, text);
    if (script.chance(0.02)) {
      const guest = `@guest${Math.round(at / MINUTE)}:b.test`;
      script.join(at, script.room(), guest);
      script.say(at + MINUTE, script.room(), guest, 'hello all, good to be here');
      script.say(at + 3 * MINUTE, script.room(), guest, `have you seen ${link(script)}`);
    }
  }
  return script.done('links all day, some in two rooms; guests who say hello first', hours);
}

/** After a talk forty people come within an hour and say hello. */
function newcomers(begin: Begin): Stream {
  const script = begin('newcomers');
  const hours = 40;
  const greetings = [
    'Hello from FOSDEM!',
    'hi all',
    'Hello.how are you',
    'Hey everyone, great talk',
    'hello 👋',
    'Hi, is this the right room?',
    'Good evening.is the talk recorded',
  ];
  for (let event = 0; event < 10; event++)
    for (let person = 0; person < 40; person++) {
      const who = `@new${event}x${person}:s${person % 7}.test`;
      const at = event * 4 * HOUR + script.between(0, 58) * MINUTE;
      script.join(at, script.room(event % 2), who);
      script.say(at + script.between(5, 120) * 1000, script.room(event % 2), who, script.pick(greetings));
      if (script.chance(0.3)) script.say(at + 3 * MINUTE, script.room(event % 2), who, sentence(script));
    }
  return script.done('ten times forty newcomers within an hour, who say hello', hours);
}

const LOGGED =
  'timeout,refused,handshake failed,no such table,retrying,disk full,bad signature,unknown key,GET /sync'.split(',');

/** Newcomers ask for help: a log in many lines, an address of their own machine, a screenshot after the question. */
function support(begin: Begin): Stream {
  const script = begin('support');
  const hours = 60;
  for (let at = 0; at < hours * HOUR; at += script.between(10, 40) * MINUTE) {
    const who = `@ask${Math.round(at / 1000)}:c.test`;
    script.join(at, script.room(), who);
    const question = script.pick([
      'Hi.I have a problem with federation',
      'my server says http://localhost:8008 is down',
      'how do I set server.name = x in homeserver.yaml',
      'node.js 20 or main.rs, which one?',
      'Hello, can somebody help? It fails at 12.5 percent, costs 14.88 a month',
      'I get 192.168.1.5:8448 connection refused',
    ]);
    script.say(at + MINUTE, script.room(), who, question);
    for (let line = script.between(0, 8); line > 0; line--)
      script.say(
        at + 2 * MINUTE + line * 4_000,
        script.room(),
        who,
        `ERROR synapse.http ${script.between(1000, 9999)} ${script.pick(LOGGED)} ${script.pick(LOGGED)}`,
      );
    if (script.chance(0.4)) picture(script, at + 4 * MINUTE, script.room(), who);
    script.say(at + 5 * MINUTE, script.room(), '@helper:a.test', `${who} ${sentence(script)} ${link(script)}`);
  }
  return script.done('newcomers who paste logs, own addresses and screenshots', hours);
}

/** Somebody takes notes of a meeting, line by line. */
function notes(begin: Begin): Stream {
  const script = begin('notes');
  const hours = 20;
  for (let at = 0; at < hours * HOUR; at += script.between(5, 14) * 1000)
    script.say(at, script.room(), '@scribe:a.test', `${sentence(script)} ${script.between(1, 900)}`);
  return script.done('somebody who takes notes of a meeting, five to nine lines a minute', hours);
}

/** A bridge brings in people of another network, who answer each other with names, and rename themselves. */
function bridged(begin: Begin): Stream {
  const script = begin('bridged');
  const hours = 60;
  for (let at = 0; at < hours * HOUR; at += script.between(1, 6) * MINUTE) {
    const who = `@irc_${script.between(0, 29)}:a.test`;
    script.say(at, script.room(), who, `${script.pick(['ann', 'bob', 'eve'])}: ${sentence(script)}`);
    if (script.chance(0.05)) script.join(at + 5_000, script.room(), who, `name${script.between(0, 9)}`);
  }
  return script.done('people of another network, behind a bridge', hours);
}

function edit(script: Script, at: number, room: string, who: string, of: string, body: string): void {
  script.say(at, room, who, `* ${body}`, {
    'm.new_content': { msgtype: 'm.text', body },
    'm.relates_to': { rel_type: 'm.replace', event_id: of },
  });
}

function react(script: Script, at: number, room: string, who: string, to: string): void {
  script.add(at, room, who, 'm.reaction', {
    content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: to, key: script.pick(['👍', '❤️', '🎉']) } },
  });
}

function picture(script: Script, at: number, room: string, who: string): void {
  script.add(at, room, who, 'm.room.message', {
    content: { msgtype: 'm.image', body: 'screenshot.png', url: `mxc://a.test/p${Math.round(at)}` },
  });
}
