/** False dates: when something was sent is the claim of a server, and a server that was cut off claims old ones too. */
import { describe, expect, it } from '@jest/globals';
import { campaign } from '../../src/protections/kinds/campaign.js';
import { repeatedMessage } from '../../src/protections/kinds/repeated-message.js';
import { Judge } from './judging.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const AD = 'Join our channel and get free coins for every new member today';

interface Series {
  count: number;
  /** how long before now the n-th was sent, as its server says */
  ago: (index: number) => number;
  /** the n-th one's room, of one otherwise */
  room?: (index: number) => number;
  body?: (index: number) => string;
  /** how long after the last one each comes in */
  gap?: number;
  catchingUp?: boolean;
  known?: boolean;
}

/** How many findings there are in these messages of one person. */
function found({ count, ago, room, body, gap, catchingUp, known }: Series): number {
  const judge = new Judge(repeatedMessage);
  judge.catchingUp = catchingUp ?? false;
  if (known === true) judge.person = { hereForMs: undefined };
  let findings = 0;
  for (let index = 0; index < count; index++) {
    judge.now += gap ?? SECOND;
    const content = { msgtype: 'm.text', body: body?.(index) ?? AD };
    const one = { event_id: `$copy${index}`, room_id: `!room${room?.(index) ?? 0}:a.test`, content };
    findings += judge.ask(one, ago(index)).filter(({ continues }) => continues !== true).length;
  }
  return findings;
}

const hourly = (index: number): number => DAY + (200 - index) * HOUR;
const backwards = (index: number): number => DAY + index * HOUR;
const scattered = (index: number): number => DAY + ((index * 7) % 31) * HOUR;
const each = (index: number): number => index;

const BAD: Record<string, Series> = {
  'one room, an hour apart': { count: 10, ago: hourly },
  'one room, six minutes apart': { count: 10, ago: (index) => DAY - index * 6 * MINUTE },
  'one room, backwards': { count: 10, ago: backwards },
  'one room, in no order': { count: 10, ago: scattered },
  'one room, days apart': { count: 10, ago: (index) => (60 - index) * DAY },
  'one room, years apart': { count: 10, ago: (index) => (60 - index) * 365 * DAY },
  'six rooms, an hour apart': { count: 6, ago: hourly, room: each },
  'six rooms, backwards': { count: 6, ago: backwards, room: each },
  'six rooms, in no order': { count: 6, ago: scattered, room: each },
  'six rooms, thirty seconds after each other': { count: 6, ago: hourly, room: each, gap: 30 * SECOND },
  'six rooms, each with another number and sign': {
    count: 6,
    ago: hourly,
    room: each,
    body: (index) => `${AD} ${index}${'!?.,;:'[index]}`,
  },
  'six rooms, each with another first word': {
    count: 6,
    ago: hourly,
    room: each,
    body: (index) => `${['hello', 'hey', 'friends', 'listen', 'people', 'psst'][index]} ${AD}`,
  },
  'six rooms, between other words': {
    count: 18,
    ago: hourly,
    room: (index) => Math.floor(index / 3),
    body: (index) => (index % 3 === 0 ? AD : `what do you think of the number ${['one', 'two', 'three'][index % 3]}`),
  },
  'by somebody known, sixty in one room': { count: 60, ago: hourly, known: true },
  'by somebody known, fifteen rooms': { count: 15, ago: hourly, room: each, known: true },
  'half of them dated now': { count: 20, ago: (index) => (index % 2 === 0 ? 0 : hourly(index)), room: each },
};

const HONEST: Record<string, Series> = {
  'a greeting each morning of a week, in two rooms, after our downtime': {
    count: 14,
    ago: (index) => (7 - Math.floor(index / 2)) * DAY,
    room: (index) => index % 2,
    body: () => 'good morning everybody',
    gap: 4 * SECOND,
    catchingUp: true,
  },
  'a note each hour of a week in one room, after our downtime': {
    count: 168,
    ago: (index) => (168 - index) * HOUR,
    body: () => 'the backup of this hour is complete',
    gap: 300,
    catchingUp: true,
  },
  'nine rooms on a day, after our downtime': {
    count: 9,
    ago: (index) => (9 - index) * HOUR,
    room: each,
    catchingUp: true,
  },
  'a greeting each morning of a week, from a server that was cut off': {
    count: 7,
    ago: (index) => (7 - index) * DAY,
    body: () => 'good morning everybody',
  },
  'two greetings on each of three days, from a server that was cut off': {
    count: 6,
    ago: (index) => (3 - Math.floor(index / 2)) * DAY,
    room: (index) => index % 2,
    body: () => 'good morning everybody',
  },
  'a known member, two greetings on each of two weeks’ days': {
    count: 28,
    ago: (index) => (14 - Math.floor(index / 2)) * DAY,
    room: (index) => index % 2,
    body: () => 'good morning everybody',
    known: true,
  },
  'a known member who told seven rooms, ten minutes apart': {
    count: 7,
    ago: (index) => HOUR + (7 - index) * 10 * MINUTE,
    room: each,
    known: true,
  },
  'a newcomer who asked in four rooms on a day': { count: 4, ago: (index) => (4 - index) * 2 * HOUR, room: each },
  'sixty other messages': {
    count: 60,
    ago: hourly,
    room: (index) => index % 9,
    body: (index) =>
      `${'abcdefghijklmnopqrstuvwxyz'.slice(index % 20, (index % 20) + 5)} is what came of my ${'xyzuvw'[index % 6]} try`,
  },
  'a server that is always an hour late': { count: 20, ago: () => HOUR, gap: 6 * MINUTE },
  'short words': { count: 60, ago: hourly, room: (index) => index % 9, body: () => 'lol yes' },
};

/** How many accounts of how many are told of, each with the same text. */
function campaignOf(
  count: number,
  ago: (index: number) => number,
  more: { catchingUp?: boolean; gap?: number } = {},
): number {
  const judge = new Judge(campaign);
  judge.catchingUp = more.catchingUp ?? false;
  let told = 0;
  for (let index = 0; index < count; index++) {
    judge.now += more.gap ?? SECOND;
    const sender = `@user${index}:b${index}.test`;
    const content = { msgtype: 'm.text', body: AD };
    const [finding] = judge.ask({ event_id: `$copy${index}`, sender, content }, ago(index));
    told = finding?.members?.length ?? told;
  }
  return told;
}

describe('copies by one person, whatever their server says about when they were sent', () => {
  it.each(Object.entries(BAD))('%s', (_, series) => expect(found(series)).toBeGreaterThan(0));

  it('are one offence until there are as many again', () => {
    expect(found({ count: 10, ago: hourly })).toBe(1);
    expect(found({ count: 19, ago: hourly })).toBe(1);
    expect(found({ count: 20, ago: hourly })).toBe(2);
    expect(found({ count: 9, ago: hourly, room: each })).toBe(1);
  });

  it('are all named, to be redacted', () => {
    const judge = new Judge(repeatedMessage);
    const findings = Array.from({ length: 6 }, (_, index) => {
      judge.now += SECOND;
      return judge.ask(
        { event_id: `$copy${index}`, room_id: `!room${index}:a.test`, content: { body: AD } },
        hourly(index),
      );
    }).flat();
    expect(findings).toHaveLength(1);
    expect(findings[0]?.events.map(({ eventId }) => eventId)).toEqual(Array.from({ length: 6 }, (_, n) => `$copy${n}`));
  });

  it.each(Object.entries(HONEST))('but not %s', (_, series) => expect(found(series)).toBe(0));
});

describe('a campaign, whatever its servers say about when something was sent', () => {
  it.each([
    ['an hour apart', hourly],
    ['backwards', backwards],
    ['in no order', scattered],
    ['days apart', (index: number) => (60 - index) * DAY],
  ])('is seen among 25 accounts, %s', (_, ago) => expect(campaignOf(25, ago)).toBeGreaterThan(22));

  it('is none of fewer, as it may be true of servers that were cut off', () => expect(campaignOf(24, hourly)).toBe(0));

  it('is none of the newcomers of a month after our downtime', () =>
    expect(campaignOf(60, hourly, { catchingUp: true })).toBe(0));

  it('is none of those who come in half an hour after each other', () =>
    expect(campaignOf(60, hourly, { gap: 31 * MINUTE })).toBe(0));

  it('goes on with each further tenth', () => expect(campaignOf(30, hourly)).toBe(29));
});
