import { describe, expect, it } from '@jest/globals';
import { judge, type EventContext } from '../../src/protections/judge.js';
import { Message } from '../../src/protections/message.js';
import type { CommonSettings } from '../../src/protections/settings.js';
import { Records } from '../../src/protections/records.js';
import { protectionNamed, PROTECTIONS } from '../../src/protections/table.js';
import { HARMS } from '../../src/store/harms.js';
import type { MatrixEvent } from '../../src/matrix/types.js';
import { event } from '../support/events.js';

const on = (name: string, values: Record<string, unknown> = {}) => {
  const protection = protectionNamed(name)!;
  return { protection, settings: protection.settings.parse(values) as unknown as CommonSettings };
};
const ACTIVE = [
  on('BasicFlooding', { max: 1 }),
  on('MentionLimit', { max: 1 }),
  on('WordList', { words: ['casino'] }),
  on('LinkFilter', { deny: ['evil.com'] }),
  on('MessageIsMedia'),
  on('InvalidEvent'),
  on('NewJoiner', { servers: ['bad.test'] }),
];

function verdictOn(partial: Partial<MatrixEvent>, more: Partial<EventContext> = {}) {
  const one = event({ type: 'm.room.message', ...partial });
  const { sender: userId, room_id: roomId } = one;
  const record = new Records().of(roomId, userId, 0);
  const person = { userId, roomId, record, hereForMs: 1000, spokeBefore: true, firstEventId: undefined };
  const context = { person, active: ACTIVE, isLeftInPeace: () => false, failed: () => undefined, ...more };
  const { harms, found } = judge({ event: one, message: new Message(one) }, context);
  return { harms, names: found.map(({ protection }) => protection.name) };
}
const text = (body: string) => ({ content: { msgtype: 'm.text', body } });

describe('an event by itself', () => {
  it.each<[string, Partial<MatrixEvent>, string[], string[]]>([
    ['honest', text('hello everybody'), [], []],
    ['a word and a link', text('casino at evil.com'), ['m.spam'], ['WordList', 'LinkFilter']],
    [
      'a picture',
      { content: { msgtype: 'm.image', body: 'casino', url: 'mxc://a/b' } },
      ['m.spam', 'm.tos'],
      ['WordList', 'MessageIsMedia'],
    ],
    ['broken', { content: { msgtype: 'm.text', body: 5 } }, ['m.tos.hacking'], ['InvalidEvent']],
    [
      'a join',
      { type: 'm.room.member', sender: '@a:bad.test', state_key: '@a:bad.test', content: { membership: 'join' } },
      ['m.other'],
      ['NewJoiner'],
    ],
  ])('%s', (_what, partial, harms, names) => expect(verdictOn(partial)).toEqual({ harms, names }));

  it('is judged the same however often it is asked about: nothing is counted', () => {
    for (let times = 0; times < 30; times++)
      expect(verdictOn(text('the same again'))).toEqual({ harms: [], names: [] });
  });

  it('is not judged by those who leave its sender in peace, nor stopped by one that fails', () => {
    const peaceful = { isLeftInPeace: ({ protection }: (typeof ACTIVE)[number]) => protection.name === 'WordList' };
    expect(verdictOn(text('casino at evil.com'), peaceful).names).toEqual(['LinkFilter']);
    const failed: string[] = [];
    const broken = {
      ...on('MentionLimit').protection,
      alone: () => {
        throw new Error('broken');
      },
    };
    const active = [{ ...on('MentionLimit'), protection: broken }, ...ACTIVE];
    expect(
      verdictOn(text('casino'), { active, failed: (name, error) => failed.push(`${name}: ${error}`) }).names,
    ).toEqual(['WordList']);
    expect(failed).toEqual(['MentionLimit: broken']);
  });
});

it.each(PROTECTIONS.map((protection) => [protection.name, protection] as const))(
  '%s names a harm that there is, and judges either alone or by what it remembers',
  (_name, { harm, alone, judge: byCourse }) => {
    expect(HARMS).toHaveProperty([harm]);
    expect(alone !== undefined && byCourse !== undefined).toBe(false);
  },
);
