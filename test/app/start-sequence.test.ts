import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { StartSequence } from '../../src/app/start-sequence.js';
import { MatrixError } from '../../src/matrix/types.js';
import { silentLogger } from '../../src/util/logger.js';

const LIST = '!list:a.test';
const ROOM = '!management:a.test';

function promised<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

/** A start whose steps end when the test says so. */
function starting(who: string | Error = '@heimdall:a.test') {
  const made = promised<string>();
  const read = promised<void>();
  const settings = { policy_list_room: null as string | null, management_room: ROOM, followed_upgrades: [] };
  const watched: string[] = [];
  const refusals: Error[] = [];
  let reads = 0;
  const start = new StartSequence({
    config: {
      dry_run: false,
      bot: { display_name: 'Heimdall' },
      appservice: { url: 'http://here' },
      homeserver: { server_name: 'a.test' },
    },
    homeserver: {
      botUserId: '@heimdall:a.test',
      registerBot: () => Promise.resolve(),
      whoami: () => (who instanceof Error ? Promise.reject(who) : Promise.resolve(who)),
      setDisplayName: () => Promise.resolve(),
      stateContent: () => Promise.resolve({ membership: 'join' }),
      pingAppservice: () => Promise.resolve(1),
    },
    settings: { get: () => settings },
    managementRoom: {
      enter: () => Promise.resolve({ roomId: ROOM }),
      checkAlias: () => Promise.resolve(),
      checkEncryption: () => Promise.resolve(),
      inviteAdmins: () => Promise.resolve(),
    },
    protection: {
      start: () => {
        reads += 1;
        return read.promise;
      },
      onModeratorsLoaded: () => Promise.resolve(),
      lists: {
        ownTrouble: () => (watched.includes(LIST) ? undefined : 'not watched'),
        watch: (roomId: string) => {
          const refusal = refusals.pop();
          if (refusal !== undefined) return Promise.reject(refusal);
          watched.push(roomId);
          return Promise.resolve();
        },
      },
    },
    officialRooms: { start: () => Promise.resolve() },
    executor: { start: () => undefined },
    watchers: [],
    ownList: async () => (settings.policy_list_room = await made.promise),
    history: { mark: () => Promise.resolve() },
    concerns: { report: () => Promise.resolve() },
    ownRooms: { load: () => Promise.resolve() },
    clock: () => Date.now(),
    logger: silentLogger,
  } as never);
  return { start, made, read, watched, refusals, reads: () => reads };
}

describe('our own list, made late', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it.each([
    ['while the other lists are being read', 'during'],
    ['after everything stands', 'after'],
  ])('is watched all the same: %s', async (_when, when) => {
    const { start, made, read, watched, reads } = starting();
    start.begin();
    // longer than a start waits for it
    await jest.advanceTimersByTimeAsync(6_000);
    expect([reads(), watched]).toEqual([1, []]);
    for (const step of when === 'during' ? [made, read] : [read, made]) {
      step.resolve(LIST as never);
      await jest.advanceTimersByTimeAsync(10);
    }
    expect(watched).toEqual([LIST]);
    expect(start.notReady()).toEqual([]);
    start.stop();
  });

  it('is watched at the next try when the first one failed', async () => {
    const { start, made, read, watched, refusals } = starting();
    refusals.push(new MatrixError(502, 'M_UNKNOWN', 'bad gateway'));
    start.begin();
    await jest.advanceTimersByTimeAsync(6_000);
    read.resolve();
    made.resolve(LIST);
    await jest.advanceTimersByTimeAsync(10);
    expect([watched, start.notReady()]).toEqual([[], ['not watched']]);
    await jest.advanceTimersByTimeAsync(3_000);
    expect([watched, start.notReady()]).toEqual([[LIST], []]);
    start.stop();
  });

  it('is read with the others when it is there in time', async () => {
    const { start, made, read, watched } = starting();
    start.begin();
    made.resolve(LIST);
    read.resolve();
    await jest.advanceTimersByTimeAsync(10);
    expect(watched).toEqual([]);
    start.stop();
  });
});

describe('what the homeserver calls us', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it.each([
    ['@heimdall:other.test', /Heimdall is @heimdall:other\.test there.*Set homeserver\.server_name/],
    ['@watchman:a.test', /Heimdall is @watchman:a\.test there.*Set bot\.localpart/],
  ])('%s: nothing goes on, and the cause is named with its remedy', async (who, words) => {
    const { start, read, made, reads } = starting(who);
    read.resolve();
    made.resolve(LIST);
    start.begin();
    await jest.advanceTimersByTimeAsync(6_000);
    expect([reads(), start.notReady().join(' ')]).toEqual([0, expect.stringMatching(words)]);
    start.stop();
  });

  it.each([
    new MatrixError(404, 'M_UNRECOGNIZED', 'no'),
    new MatrixError(502, 'HEIMDALL_E_ANSWER', 'The answer lacks user_id.'),
  ])('holds nothing up where the homeserver cannot say it: %s', async (error) => {
    const { start, read, made, watched } = starting(error);
    watched.push(LIST);
    read.resolve();
    made.resolve(LIST);
    start.begin();
    await jest.advanceTimersByTimeAsync(6_000);
    expect(start.notReady()).toEqual([]);
    start.stop();
  });
});
