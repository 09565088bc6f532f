/** What stands among the recent events alone is not lost: neither when they are overwritten, nor at a stop. */
import { describe, expect, it } from '@jest/globals';
import { protectionNamed } from '../../src/protections/table.js';
import { Judge } from './judging.js';

const judgeOf = (name: string, values?: Record<string, unknown>) => new Judge(protectionNamed(name)!, values);
const ADVERT = 'buy the best coins of all from us today';
/** more than are remembered */
const MANY = 17_000;

/** Very many others say something at once. */
function crowd(judge: Judge): void {
  for (let number = 0; number < MANY; number++)
    judge.say(`number ${number}`, { sender: `@other${number}:x`, event_id: `$other${number}` });
}

let made = 0;
/** Says something again, at intervals; returns how often until something is found. */
function until(judge: Judge, body: string, most: number, roomId = '!room:x'): number {
  for (let times = 1; times <= most; times++) {
    judge.now += 100;
    const found = judge.say(body, { sender: '@anna:x', event_id: `$anna${made++}`, room_id: roomId });
    if (found.length > 0) return times;
  }
  return Infinity;
}

describe('what stands among the recent events alone', () => {
  it('counts for a flood, although the events have been overwritten', () => {
    const judge = judgeOf('BasicFlooding');
    expect(until(judge, 'hm', 4)).toBe(Infinity);
    crowd(judge);
    expect(until(judge, 'hm', 10)).toBe(7);
  });

  it('counts as said, although the events have been overwritten', () => {
    const judge = judgeOf('RepeatedMessage');
    expect(until(judge, ADVERT, 2)).toBe(Infinity);
    crowd(judge);
    expect(until(judge, ADVERT.toUpperCase(), 5)).toBe(3);
  });

  it.each([
    ['BasicFlooding', 4, 7],
    ['RepeatedMessage', 2, 3],
  ])('is stored at a stop, and counts after it: %s', (name, before, after) => {
    const judge = judgeOf(name);
    expect(until(judge, ADVERT, before)).toBe(Infinity);
    expect(judge.memory.takeChanged()).toEqual([]);
    const rows = judge.memory.all(judge.now);
    expect(rows).toHaveLength(1);
    judge.restart(rows);
    expect(until(judge, ADVERT, 20)).toBe(after);
  });

  it('counts together with what has been read before', () => {
    const judge = judgeOf('RepeatedMessage');
    // in two rooms, so that they are compared
    expect(until(judge, ADVERT, 1, '!a:x')).toBe(Infinity);
    expect(until(judge, ADVERT, 1, '!b:x')).toBe(Infinity);
    judge.now += 200_000;
    expect(until(judge, 'and now something else entirely', 1, '!b:x')).toBe(Infinity);
    judge.now += 150_000;
    // the first two are over
    expect(until(judge, 'and now something else entirely', 1, '!b:x')).toBe(Infinity);
    expect(until(judge, 'and now something else entirely', 1, '!c:x')).toBe(Infinity);
    expect(until(judge, 'And now, something ELSE entirely', 1, '!d:x')).toBe(1);
  });

  it('is not believed for ever: other times than these are compared no more', () => {
    const judge = judgeOf('RepeatedMessage');
    for (let hour = 0; hour < 50; hour++) {
      expect(until(judge, ADVERT, 2)).toBe(Infinity);
      judge.now += 3_600_000;
    }
    const flood = judgeOf('BasicFlooding');
    for (let minute = 0; minute < 50; minute++) {
      expect(until(flood, 'hm', 4 + (minute % 7))).toBe(Infinity);
      flood.now += 61_000;
    }
    expect(until(flood, 'hm', 20)).toBe(11);
  });

  it('is evidence like the rest, also what was written in other letters', () => {
    const judge = judgeOf('RepeatedMessage', { times: 5 });
    const [first, second] = ['ñandú ñandú ñandú ñandú ñandú', 'привет всем, это тест'];
    for (const body of [first, second]) {
      made = 0;
      judge.now += 400_000;
      expect(until(judge, body, 4)).toBe(Infinity);
      judge.now += 1;
      const [found] = judge.say(body, { sender: '@anna:x', event_id: '$last', room_id: '!room:x' });
      expect(found?.events.map(({ eventId }) => eventId)).toEqual(['$anna0', '$anna1', '$anna2', '$anna3', '$last']);
    }
  });
});
