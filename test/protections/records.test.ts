import { describe, expect, it } from '@jest/globals';
import { EventId } from '../../src/protections/event-id.js';
import { RecentEvents } from '../../src/protections/recent.js';
import { OfPeople, Records } from '../../src/protections/records.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ids = (records: Records) => [...records.all()].map(({ key }) => key).sort();

describe('the records of active people', () => {
  it('are one for a person in a room, with one for all rooms together', () => {
    const records = new Records();
    const anna = records.of('!a:x', '@anna:x', 0);
    expect(records.of('!a:x', '@anna:x', 1)).toBe(anna);
    // the same texts again, as copies
    expect(records.of(['!a', 'x'].join(':'), ['@anna', 'x'].join(':'), 1)).toBe(anna);
    const elsewhere = records.of('!b:x', '@anna:x', 2);
    expect([elsewhere.key, elsewhere.home, anna.home]).toEqual(['!b:x|@anna:x', anna, anna]);
    expect(records.of('!a:x', '@bert:x', 3).home.userId).toBe('@bert:x');
  });

  it('are forgotten two lives after the last activity, and not within one', () => {
    const records = new Records();
    const anna = records.of('!a:x', '@anna:x', 0);
    records.of('!a:x', '@bert:x', 0);
    expect(records.of('!a:x', '@anna:x', 23 * HOUR)).toBe(anna);
    expect(records.of('!a:x', '@anna:x', 25 * HOUR)).toBe(anna);
    expect(ids(records)).toEqual(['!a:x|@anna:x', '!a:x|@bert:x']);
    records.of('!a:x', '@anna:x', 50 * HOUR);
    expect(ids(records)).toEqual(['!a:x|@anna:x']);
    expect(records.of('!a:x', '@anna:x', 500 * HOUR)).not.toBe(anna);
    expect(ids(records)).toEqual(['!a:x|@anna:x']);
  });

  it('keep the one for all rooms while somebody is active in any', () => {
    const records = new Records();
    const home = records.of('!a:x', '@anna:x', 0);
    for (let hours = 1; hours < 400; hours += 10) expect(records.of('!b:x', '@anna:x', hours * HOUR).home).toBe(home);
    expect(records.of('!a:x', '@anna:x', 400 * HOUR)).toBe(home);
    expect(records.of('!b:x', '@anna:x', 401 * HOUR).home).toBe(home);
  });

  it('are bounded, however many people there are', () => {
    const records = new Records(undefined, 100);
    for (let number = 0; number < 10_000; number++) records.of(`!r${number % 7}:x`, `@u${number}:x`, 1);
    expect(ids(records).length).toBeLessThanOrEqual(200);
    expect(records.find('!r4:x', '@u9999:x')).toBeUndefined();
    expect(records.find(`!r${9999 % 7}:x`, '@u9999:x')?.userId).toBe('@u9999:x');
  });

  it('hold what memories keep, each its own, and give back what matters after a restart', () => {
    const open = () => {
      const records = new Records();
      const options = { lifeMs: MINUTE, write: (value: string) => value, read: (data: unknown) => String(data) };
      return {
        records,
        memories: [
          new OfPeople<string>(records, { about: 'room', ...options }),
          new OfPeople<string>(records, { about: 'everywhere', ...options }),
          new OfPeople<string>(records, { about: 'room', ...options }),
        ] as const,
      };
    };
    const before = open();
    const [here, there] = ['!a:x', '!b:x'].map((room) => before.records.of(room, '@anna:x', 0)) as never as [
      ReturnType<Records['of']>,
      ReturnType<Records['of']>,
    ];
    before.memories[0].set(here, 'here', 0, true);
    before.memories[1].set(there, 'everywhere', 0, true);
    before.memories[2].set(here, 'lost', 0, false);
    expect([before.memories[1].get(here), before.memories[0].get(there)]).toEqual(['everywhere', undefined]);
    const rows = before.memories.map((memory) => memory.takeChanged());
    expect(rows.map(([row]) => row?.key)).toEqual(['!a:x|@anna:x', '@anna:x', undefined]);
    expect(before.memories[2].all(0).map(({ data }) => data)).toEqual(['lost']);
    const after = open();
    after.memories.forEach((memory, index) => memory.restore(rows[index] ?? [], 1));
    const again = after.records.of('!a:x', '@anna:x', 2);
    expect(after.memories.map((memory) => memory.get(again))).toEqual(['here', 'everywhere', undefined]);
    expect(after.memories[1].get(after.records.of('!b:x', '@anna:x', 2))).toBe('everywhere');
  });
});

describe('the latest events', () => {
  it('are found again by person and room, whatever their ids look like', () => {
    const records = new Records();
    const recent = new RecentEvents(8);
    const strange = ['$short', `$${'x'.repeat(63)}`, `$${'y'.repeat(64)}`, '$é:x', '$\u{1f600}'];
    const note = (eventId: string, room: string, at: number) =>
      recent.note(records.of(room, '@anna:x', 0), new EventId().read(eventId), at, at);
    for (let number = 0; number < 20; number++) note(`$old${'z'.repeat(number * 5)}`, '!a:x', number);
    for (const [index, eventId] of strange.entries()) note(eventId, '!a:x', 100 + index);
    note('$elsewhere', '!b:x', 200);
    expect(recent.of('@anna:x', 100, { roomId: '!a:x' }).map(({ eventId }) => eventId)).toEqual(strange);
    expect(recent.of('@anna:x', 0, { roomId: '!a:x' })).toHaveLength(7);
    expect(recent.of('@bert:x', 0, { roomId: '!a:x' })).toEqual([]);
  });
});
