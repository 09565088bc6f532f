/**
 * What the protections cost: honest talk (traffic.ts) through the whole way in (HTTP, parsing, detection, commit) with
 * all of them on in 100 rooms, the same with none on; memory for 100,000 people who were active within the hour; and
 * what 10,000 words and 10,000 domains cost a message, the worst of ordinary and hostile ones. A message that is large
 * costs no more than a small one in the mean, so the worst is what counts. The first two are processor time, the median
 * of their rounds, what sends included on both sides; the last are the best of several rounds.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { GuardContext } from '../../src/enforcement/types.js';
import { parseEvent } from '../../src/matrix/events.js';
import type { MatrixEvent } from '../../src/matrix/types.js';
import { createPolicy } from '../../src/policy/index.js';
import { Lexicon } from '../../src/protections/lexicon.js';
import { Message } from '../../src/protections/message.js';
import { PROTECTIONS } from '../../src/protections/table.js';
import { ProtectionWatch } from '../../src/protections/watch.js';
import { openLedger } from '../../src/store/index.js';
import type { Settings } from '../../src/store/settings/types.js';
import type { Ledger } from '../../src/store/types.js';
import { openOurs, timeToSend, type Door } from '../intake/door.js';
import { RoomStateCache } from '../../src/tracking/rooms.js';
import { silentLogger } from '../../src/util/logger.js';
import type { Row } from '../row.js';
import { NEWCOMERS, newcomerId, SPAN_MS, traffic } from './traffic.js';

const ROOMS = 100;
const BATCHES = 100;
const WARM_UP = 8;
const ROUNDS = 15;
const PEOPLE = 100_000;
const ENTRIES = 10_000;
const NOW = 1_790_000_000_000;

export async function run(): Promise<Row[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  try {
    const [off, on] = await microseconds(path.join(folder, 'talk'), false);
    const [joinsOff, joinsOn] = await microseconds(path.join(folder, 'joins'), true);
    const megabytes = await memoryOf(path.join(folder, 'memory'));
    const [words, domains] = [worst('words'), worst('domains')];
    return [
      {
        work: `intake by HTTP, honest talk; all ${PROTECTIONS.length} on in ${ROOMS} rooms, µs of processor an event`,
        rival: 'the same with none on',
        ours: on,
        theirs: off,
        ratio: off / on,
        target: '>= 0.7 x',
      },
      {
        work: 'the same, and in each transaction of 100 somebody joins whom it has never seen',
        rival: 'the same with none on',
        ours: joinsOn,
        theirs: joinsOff,
        ratio: joinsOff / joinsOn,
        target: '>= 0.7 x',
      },
      promise(`memory for ${PEOPLE.toLocaleString('en')} active people, MB`, megabytes, 50),
      promise(`${ENTRIES.toLocaleString('en')} words, µs for the worst message (${words.message})`, words.us, 20),
      promise(`${ENTRIES.toLocaleString('en')} domains, µs for the worst message (${domains.message})`, domains.us, 20),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function promise(work: string, ours: number, most: number): Row {
  return { work, rival: '–', ours, theirs: most, ratio: most / ours, target: `<= ${most}` };
}

const roomId = (index: number) => `!kQxWbTzRnVuYpLmS${index}:example.org`;
const ROOM_IDS = Array.from({ length: ROOMS }, (_, index) => roomId(index));

/** Rooms that are watched, and what makes a watch with every protection on, or none. */
function world(on: boolean) {
  const rooms = new RoomStateCache();
  for (let index = 0; index < ROOMS; index++)
    rooms.read(
      roomId(index),
      [
        {
          type: 'm.room.create',
          state_key: '',
          sender: '@maker:example.org',
          event_id: `$c${index}`,
          room_id: roomId(index),
          origin_server_ts: NOW,
          content: { room_version: '11' },
        },
      ],
      NOW,
    );
  const entries = (ending: string) => Array.from({ length: 1_000 }, (_, index) => `listed${index}${ending}`);
  const values: Record<string, Record<string, unknown>> = {
    WordList: { words: entries(' word') },
    LinkFilter: { deny: entries('.com') },
  };
  const settings = {
    protections: Object.fromEntries(
      PROTECTIONS.map(({ name }) => [name, { enabled: on, rooms: {}, values: values[name] ?? {} }]),
    ),
    protected_spaces: [],
    watched_lists: [],
  } as unknown as Settings;
  let now = NOW;
  const watchOver = (ledger: Ledger, facts: () => GuardContext) => {
    const watch = new ProtectionWatch({
      serverName: 'example.org',
      botUserId: '@heimdall:example.org',
      settings: { get: () => settings },
      rooms,
      ledger,
      facts,
      staff: () => undefined,
      isBridgeUser: () => false,
      see: () => Promise.resolve(undefined),
      means: () => ({ mail: false, policyList: '!list:example.org' }),
      clock: () => now,
      logger: silentLogger,
    });
    for (let number = 0; number < NEWCOMERS; number++) watch.learn(roomId(number), [joined(newcomerId(number))]);
    return watch;
  };
  return { rooms, watchOver, later: (ms: number) => (now += ms) };
}

const joined = (userId: string): MatrixEvent => ({
  type: 'm.room.member',
  state_key: userId,
  sender: userId,
  event_id: `$${userId}`,
  room_id: roomId(0),
  origin_server_ts: NOW,
  content: { membership: 'join' },
});

async function openWatch(folder: string, on: boolean) {
  const { rooms, watchOver, later } = world(on);
  const policy = createPolicy();
  const ledger = await openLedger({ dataDir: folder, databaseUrl: null });
  const watch = watchOver(ledger, () => ({
    botUserId: '@heimdall:example.org',
    serverName: 'example.org',
    protectedIdentities: [],
    moderators: new Set(),
    ownRooms: new Set(),
    policy,
    rooms,
  }));
  return { ledger, watch, later };
}

const TEXTS = [
  'the build works again, thanks for the quick look at it',
  'ok',
  'has somebody seen https://news.example.org/2026/11/29 today? It says the release is on the way',
  'no, I have not; what does the log say? Mine ends with "connection refused" and nothing behind it',
];

/** One transaction of honest talk. */
export function batch(number: number, joins: boolean): unknown[] {
  return traffic(number, { rooms: ROOM_IDS, began: NOW, joins });
}

/** A round of transactions through a door: µs of this process's processor time an event, sending included. */
export async function timeOfRound(door: Door, round: number, joins: boolean): Promise<number> {
  const bodies = Array.from({ length: BATCHES }, (_, number) =>
    JSON.stringify({ events: batch(round * BATCHES + number, joins) }),
  );
  const before = process.cpuUsage();
  await timeToSend(door.port, bodies, String(round));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (BATCHES * 100);
}

/** The whole way in, as a homeserver uses it. Round by round in turns, so that what else the machine does hits both. */
export async function microseconds(folder: string, joins: boolean): Promise<[off: number, on: number]> {
  const doors = [
    await openDoor(path.join(folder, 'off'), false),
    await openDoor(path.join(folder, 'on'), true),
  ] as const;
  const took: [number[], number[]] = [[], []];
  for (let round = 0; round < WARM_UP + ROUNDS; round++)
    for (const which of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const used = await timeOfRound(doors[which], round, joins);
      if (round >= WARM_UP) took[which].push(used);
    }
  for (const door of doors) await door.close();
  const [off, on] = took.map((all) => all.sort((a, b) => a - b)[all.length >> 1] ?? NaN) as [number, number];
  return [off, on];
}

/** A door, with a clock that goes with what comes in. */
export async function openDoor(folder: string, on: boolean) {
  const { rooms, watchOver, later } = world(on);
  const door = await openOurs(folder, rooms, watchOver);
  door.onRequest(() => later(SPAN_MS));
  return door;
}

async function memoryOf(folder: string): Promise<number> {
  const { ledger, watch, later } = await openWatch(folder, true);
  const used = () => {
    for (let times = 0; times < 3; times++) globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  const before = used();
  for (let person = 0; person < PEOPLE; person++) {
    if (person % 100 === 0) later(30);
    watch.decide({
      type: 'm.room.message',
      event_id: `$m${person}`,
      room_id: roomId(person % ROOMS),
      sender: `@active${person}:example.org`,
      origin_server_ts: NOW,
      content: { msgtype: 'm.text', body: `${TEXTS[person % TEXTS.length]} ${person}` },
    });
    if (person % 1_000 === 0) {
      watch.takeRows();
      watch.written();
    }
  }
  const megabytes = (used() - before) / 1e6;
  await ledger.close();
  return megabytes;
}

const HOSTILE: Readonly<Record<string, string>> = {
  'ordinary text': TEXTS.join(' '),
  '64 KiB of one letter': 'a'.repeat(65_000),
  '64 KiB of one-letter words': 'a '.repeat(32_000),
  '64 KiB of beginnings': 'listed word listed '.repeat(3_400),
  zalgo: `a${'\u0301\u0302\u0303'.repeat(5)}`.repeat(4_000),
  'disguised words': 'fr33 вtс '.repeat(6_000),
  'dots and letters': 'a.'.repeat(32_000),
  ideographs: '免费比特币'.repeat(4_300),
  emoji: '🚀💰'.repeat(8_000),
  'turned around': '\u202e'.repeat(60_000),
};

/**
 * The worst of the messages: what one more list of this size costs it. Folding is shared with all other protections.
 */
function worst(kind: 'words' | 'domains'): { us: number; message: string } {
  const entries = Array.from({ length: ENTRIES }, (_, index) =>
    kind === 'words'
      ? `listed${index.toString(36)} ${index % 3 === 0 ? 'word' : ''}`.trim()
      : `d${index.toString(36)}.example${index % 9}.com`,
  );
  const lexicon = new Lexicon(entries, kind);
  let found = { us: 0, message: '' };
  for (const [message, body] of Object.entries(HOSTILE)) {
    const event = parseEvent({
      type: 'm.room.message',
      event_id: '$x',
      room_id: roomId(0),
      sender: '@a:example.org',
      origin_server_ts: NOW,
      content: { msgtype: 'm.text', body },
    });
    if (event === undefined) throw new Error(message);
    let best = Infinity;
    for (let round = 0; round < 40; round++) {
      const times = 50;
      const began = performance.now();
      for (let time = 0; time < times; time++) lexicon.find(new Message(event).scan);
      best = Math.min(best, ((performance.now() - began) * 1000) / times);
    }
    if (best > found.us) found = { us: best, message };
  }
  return found;
}
