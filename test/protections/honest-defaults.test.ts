/** People and bots that do no harm, in rooms where all that works without settings is on: nobody may be found. */
import { expect, it } from '@jest/globals';
import type { Offence } from '../../src/protections/offence.js';
import { ROOMS, World } from './world.js';

const ALL =
  'BasicFlooding MentionLimit FirstMessageIsImage FirstMessageIsLink RepeatedMessage InvalidEvent MembershipChange ' +
  'JoinWaveShortCircuit Campaign';
const SECOND = 1000;
const HOUR = 3_600_000;
const everything = (): World => new World(Object.fromEntries(ALL.split(' ').map((name) => [name, {}])));
const times = (count: number, act: (i: number) => Offence[]): Offence[] =>
  Array.from({ length: count }, (_, i) => act(i)).flat();

const HONEST: [who: string, act: (world: World) => Offence[]][] = [
  [
    'somebody with an unusual name, who changes it a few times',
    (world) =>
      times(5, (i) => {
        world.now += 5 * SECOND;
        return world.join('@x0_o:a.test', ROOMS[0], { displayname: `꧁༒☬ ضياء 🇧🇷 ${'́'.repeat(i)}☬༒꧂` });
      }),
  ],
  [
    'a bot that has posted a feed for weeks',
    (world) => {
      world.join('@feed:a.test');
      world.now += 20 * 24 * HOUR;
      return times(25, (i) => {
        world.now += SECOND;
        const more = { msgtype: 'm.notice' };
        return world.say(`New post: release ${i} https://news.example.org/${i}`, more, { sender: '@feed:a.test' });
      });
    },
  ],
  [
    'a game night of newcomers',
    (world) =>
      times(12 * 8, (i) => {
        world.now += 600;
        const sender = `@player${i % 12}:a.test`;
        return world.say(['gg', 'nice one', 'again?', 'ready', 'go go go', 'lol'][i % 6]!, {}, { sender });
      }),
  ],
  [
    'somebody who pastes a log',
    (world) => {
      const line = (i: number): string =>
        `2026-11-30 10:00:${i % 60},123 - synapse.http.client - ${i} - INFO - GET https://matrix.example.org/_m/${i} ` +
        `@user${i % 8}:example.org <Client> ${'ab'.repeat(i % 9)}`;
      world.say('my server does not federate, the log is this:');
      const log = Array.from({ length: 400 }, (_, i) => line(i)).join('\n');
      return world.say(log, {
        format: 'org.matrix.custom.html',
        formatted_body: `<pre><code>${log.replace(/</g, '&lt;')}</code></pre>`,
      });
    },
  ],
  [
    'a newcomer of an hour, who answers three questions with links',
    (world) => {
      for (const room of [ROOMS[0], ROOMS[1]]) world.say('hello everybody', {}, { room_id: room });
      world.now += HOUR;
      return ['install', 'upgrade', 'backup'].flatMap((page, i) => {
        world.now += 20 * SECOND;
        const text = `This is explained at https://docs.example.org/admin/${page}`;
        return world.say(text, {}, { room_id: ROOMS[i % 2]! });
      });
    },
  ],
  [
    'a moderator who mentions fifteen people',
    (world) =>
      world.say(Array.from({ length: 15 }, (_, i) => `@member${i}:a.test`).join(' '), {}, { sender: '@mod:a.test' }),
  ],
  [
    'somebody who corrects a message nine times',
    (world) => {
      world.say('hello', {}, { event_id: '$first' });
      return times(9, (i) => {
        world.now += 4 * SECOND;
        const content = { 'm.new_content': { msgtype: 'm.text', body: `hello, number ${i} of my corrections` } };
        const relation = { 'm.relates_to': { rel_type: 'm.replace', event_id: '$first' } };
        return world.say(`* hello, number ${i} of my corrections`, { ...content, ...relation });
      });
    },
  ],
  [
    'somebody in a call',
    (world) =>
      ['m.call.invite', ...Array<string>(30).fill('m.call.candidates'), 'm.call.hangup'].flatMap((type) => {
        world.now += 100;
        return world.send({ type, content: { call_id: 'c', version: '1', lifetime: 60_000 } });
      }),
  ],
];

it.each(HONEST)('%s', (_, act) => {
  const world = everything();
  world.join('@local:a.test', ROOMS[3]);
  world.now += HOUR;
  expect(act(world).map(({ protection, finding }) => `${protection.name}: ${finding.why}`)).toEqual([]);
});
