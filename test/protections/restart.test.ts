import { describe, expect, it } from '@jest/globals';
import type { MatrixEvent } from '../../src/matrix/types.js';
import { Records } from '../../src/protections/records.js';
import { protectionNamed } from '../../src/protections/table.js';
import {
  countReport,
  type ReportCounts,
  type TrustedReportersSettings,
} from '../../src/protections/kinds/trusted-reporters.js';
import type { Finding } from '../../src/protections/types.js';
import { People } from '../../src/protections/people.js';
import { event } from '../support/events.js';
import { Judge } from './judging.js';

const ROOM = '!room:a.test';
const MINUTE = 60_000;

const join = (userId: string, at: number): Partial<MatrixEvent> => ({
  type: 'm.room.member',
  room_id: ROOM,
  event_id: `$${userId}${at}`,
  sender: userId,
  state_key: userId,
  content: { membership: 'join' },
});
const said = (userId: string, body: string, at: number): Partial<MatrixEvent> => ({
  room_id: ROOM,
  event_id: `$${userId}${at}`,
  sender: userId,
  content: { msgtype: 'm.text', body },
});

/** Offences that take several events, with limits as small as they may be set and as they are by default. */
const COUNTING: readonly {
  name: string;
  settings: Record<string, unknown>;
  /** how many events make an offence */
  events: number;
  event: (number: number) => Partial<MatrixEvent>;
  late?: number;
}[] = [
  ...[3, 10].map((max) => ({
    name: 'MembershipChange',
    settings: { max },
    events: max + 1,
    event: (number: number) => join('@restless:a.test', number),
  })),
  ...[3, 8, 50].map((max) => ({
    name: 'JoinWaveShortCircuit',
    settings: { max },
    events: max + 1,
    event: (number: number) => join(`@joiner${number}:a.test`, number),
  })),
  ...[3, 5].map((people) => ({
    name: 'Campaign',
    settings: { people },
    events: people,
    event: (number: number) =>
      said(`@copier${number}:a.test`, 'Friends, I made four thousand in a single week with this coach', number),
  })),
  ...[5, 6].map((times) => ({
    name: 'RepeatedMessage',
    settings: { times },
    events: times,
    event: (number: number) =>
      said('@copier:a.test', `The same words again and again, this is number ${number}`, number),
  })),
  ...[4, 10].map((events) => ({
    name: 'FederationLag',
    settings: { events, lasting: '2m' },
    events,
    event: (number: number) => said('@slow:b.test', 'hello', number),
    late: 10 * MINUTE,
  })),
];

function restarted(judge: Judge): Judge {
  const after = new Judge(judge.protection, judge.values);
  after.now = judge.now;
  after.memory.restore(structuredClone(judge.memory.takeChanged()), after.now);
  return after;
}

function feed(judge: Judge, { event, late = 0 }: (typeof COUNTING)[number], from: number, to: number): Finding[] {
  const found: Finding[] = [];
  for (let number = from; number < to; number++) {
    if (late > 0) judge.now += MINUTE;
    found.push(...judge.ask(event(number), late));
  }
  return found;
}

describe('after a kill in the middle', () => {
  it.each(COUNTING)('$name with $settings goes on with the half that it had', (one) => {
    const protection = protectionNamed(one.name)!;
    const before = new Judge(protection, one.settings);
    const half = Math.ceil(one.events / 2);
    expect(feed(before, one, 0, half)).toEqual([]);
    const after = restarted(before);
    expect(feed(after, one, half, one.events - 1)).toEqual([]);
    expect(feed(after, one, one.events - 1, one.events)).toHaveLength(1);
  });

  it('FederationLag does not go on with a run that had ended', () => {
    const before = new Judge(protectionNamed('FederationLag')!);
    const late = COUNTING.find(({ name }) => name === 'FederationLag')!;
    feed(before, late, 0, 9);
    const kept = before.memory.takeChanged();
    before.ask(late.event(9));
    const after = new Judge(before.protection);
    after.now = before.now;
    after.memory.restore([...kept, ...before.memory.takeChanged()].slice(-1), after.now);
    expect(feed(after, late, 10, 19)).toEqual([]);
  });
});

describe('trusted reporters', () => {
  const settings = protectionNamed('TrustedReporters')!.settings.parse({
    reporters: ['@a:a.test', '@b:a.test', '@c:a.test'],
    reports: 2,
  }) as unknown as TrustedReportersSettings;
  const report = (reporter: string, eventId: string, now = 1_000) => ({
    key: `${reporter}${eventId}`,
    reporter,
    subject: '@bad:b.test',
    event: { roomId: ROOM, eventId },
    at: now,
  });
  const memoryOf = () => protectionNamed('TrustedReporters')!.memory(new Records()) as unknown as ReportCounts;

  it('may report another message of the same person, which is another offence', () => {
    let memory = memoryOf();
    const count = (reporter: string, eventId: string) =>
      countReport(report(reporter, eventId), memory, settings, 1_000).map(({ events }) =>
        events.map(({ eventId: id }) => id),
      );
    expect(count('@a:a.test', '$one')).toEqual([]);
    expect(count('@b:a.test', '$one')).toEqual([['$one']]);
    // the same reports again, and a third one of what was dealt with
    expect(count('@b:a.test', '$one')).toEqual([['$one']]);
    expect(count('@c:a.test', '$one')).toEqual([]);
    expect(count('@a:a.test', '$two')).toEqual([]);
    const rows = structuredClone(memory.all(1_000));
    memory = memoryOf();
    memory.restore(rows, 1_000);
    expect(count('@a:a.test', '$one')).toEqual([]);
    expect(count('@b:a.test', '$two')).toEqual([['$two']]);
    expect(count('@c:a.test', '$two')).toEqual([]);
  });
});

describe('somebody known who left', () => {
  const change = (membership: string, before: string, by = '@known:a.test'): MatrixEvent =>
    event({
      ...join('@known:a.test', 1),
      type: 'm.room.member',
      sender: by,
      content: { membership },
      unsigned: { prev_content: { membership: before } },
    });
  const again = (before: People, now: number): People => {
    const people = new People();
    people.restore(before.takeChanged(), now);
    return people;
  };

  it('is known when they come back after a restart, unless they were removed before it', () => {
    const now = 1_800_000_000_000;
    const people = new People();
    people.follow(change('leave', 'join'), now, now, true);
    const restarted = again(people, now);
    restarted.follow(change('join', 'leave'), now + MINUTE, now + MINUTE, true);
    expect(restarted.factsOf(ROOM, '@known:a.test', now + MINUTE).hereForMs).toBeUndefined();
    restarted.follow(change('leave', 'join', '@mod:a.test'), now + MINUTE, now + MINUTE, true);
    const removed = again(restarted, now + MINUTE);
    removed.follow(change('join', 'leave'), now + MINUTE, now + MINUTE, true);
    expect(removed.factsOf(ROOM, '@known:a.test', now + MINUTE).hereForMs).toBe(0);
  });
});
