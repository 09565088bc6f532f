import { afterEach, describe, expect, it } from '@jest/globals';
import type { ActionHandler, ActionOutcome } from '../../src/actions/types.js';
import { MatrixError } from '../../src/matrix/types.js';
import { startRunning, type Running } from '../enforcement/running.js';

const ROOM = '!r:example.org';
let running: Running;

afterEach(async () => running.close());

/** A homeserver that answers when the test says so. */
class Slow {
  readonly begun: string[] = [];
  readonly #open = new Map<string, (outcome: ActionOutcome | Error) => void>();

  readonly handler: ActionHandler = {
    kind: 'test',
    hasSideEffects: true,
    urgent: true,
    pipelined: true,
    inOrderWith: ({ payload }) => String(payload),
    perform: ({ key }) => {
      this.begun.push(key);
      return new Promise((resolve, reject) => {
        this.#open.set(key, (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)));
      });
    },
  };

  answer(...keys: string[]): void {
    for (const key of keys) this.end(key, { state: 'done' });
  }

  end(key: string, outcome: ActionOutcome | Error): void {
    this.#open.get(key)?.(outcome);
  }
}

const test = (person: string, key: string, lane = ROOM) => ({ kind: 'test', lane, key, payload: person });
const timedOut = () => new MatrixError(0, 'HEIMDALL_E_NETWORK', 'UND_ERR_HEADERS_TIMEOUT');

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Long enough for what must not happen, were it to happen. */
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 100));

async function run(slow: Slow, patienceMs = 20): Promise<Running> {
  running = await startRunning({ moreHandlers: [slow.handler], patienceMs, random: () => 0 });
  return running;
}

describe('beside an action that hangs', () => {
  it('others of its lane go on; what concerns the same person waits for it', async () => {
    const slow = new Slow();
    const { add, settled, ended } = await run(slow);
    await add(test('@a', 'ban a'), test('@b', 'ban b'), test('@a', 'unban a'), test('@b', 'unban b'));
    await until(() => slow.begun.includes('ban b'));
    await add(test('@c', 'ban c'));
    await until(() => slow.begun.includes('ban c'));
    slow.answer('ban b');
    await until(() => slow.begun.includes('unban b'));
    slow.answer('unban b', 'ban c');
    await until(() => ended.length === 3);
    await aWhile();
    expect(slow.begun).not.toContain('unban a');
    slow.answer('ban a');
    await until(() => slow.begun.includes('unban a'));
    slow.answer('unban a');
    await settled();
    expect([...slow.begun].sort()).toEqual(['ban a', 'ban b', 'ban c', 'unban a', 'unban b']);
    expect(ended.map(({ end }) => end.state)).toEqual(Array(5).fill('done'));
  });

  it('no more than four begin, and the next when one of them has ended', async () => {
    const slow = new Slow();
    const { add } = await run(slow);
    await add(...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => test(`@${name}`, name)));
    await until(() => slow.begun.length === 5);
    await aWhile();
    expect(slow.begun).toEqual(['a', 'b', 'c', 'd', 'e']);
    slow.answer('c');
    await until(() => slow.begun.length === 6);
    slow.answer('a', 'b', 'd', 'e', 'f');
    await until(() => slow.begun.length === 7);
    slow.answer('g');
  });

  it('new ones begin too while it waits for its next try', async () => {
    const slow = new Slow();
    const { add, ledger, later, settled } = await run(slow);
    await add(test('@a', 'a'), test('@b', 'b'));
    await until(() => slow.begun.includes('b'));
    slow.answer('b');
    slow.end('a', timedOut());
    await until(async () => (await ledger.dueInLane(ROOM, 9)).some(({ attempts }) => attempts === 1));
    await add(test('@c', 'c'), test('@a', 'unban a'));
    await until(() => slow.begun.includes('c'));
    slow.answer('c');
    later(60_000);
    await until(() => slow.begun.filter((key) => key === 'a').length === 2);
    slow.answer('a');
    await until(() => slow.begun.includes('unban a'));
    slow.answer('unban a');
    await settled();
    expect(slow.begun).toEqual(['a', 'b', 'c', 'a', 'unban a']);
  });

  it('no further ones are tried when one of them cannot be sent either', async () => {
    const slow = new Slow();
    const { add, ledger } = await run(slow);
    await add(...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => test(`@${name}`, name)));
    await until(() => slow.begun.length === 5);
    for (const key of ['b', 'c', 'd', 'e']) slow.end(key, timedOut());
    await until(async () => (await ledger.dueInLane(ROOM, 9)).filter(({ attempts }) => attempts === 2).length === 4);
    await aWhile();
    expect(slow.begun).toHaveLength(5);
    slow.answer('a');
  });

  it('it is written down beforehand that one may have been sent', async () => {
    const slow = new Slow();
    const { add, ledger, settled } = await run(slow);
    await add(test('@a', 'a'), test('@b', 'b'));
    await until(() => slow.begun.includes('b'));
    expect((await ledger.dueInLane(ROOM, 9)).map(({ key, attempts }) => [key, attempts])).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
    slow.answer('a', 'b');
    await settled();
  });

  it('nothing goes on that must stay in order with everything', async () => {
    const slow = new Slow();
    const strict = { ...slow.handler, inOrderWith: undefined };
    running = await startRunning({ moreHandlers: [strict], patienceMs: 20 });
    await running.add(test('@a', 'a'), test('@b', 'b'));
    await aWhile();
    expect(slow.begun).toEqual(['a']);
    slow.answer('a');
    await until(() => slow.begun.includes('b'));
    slow.answer('b');
    await running.settled();
  });
});
