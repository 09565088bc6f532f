import { describe, expect, it, jest } from '@jest/globals';
import { History, MARKER_TYPE } from '../../src/intake/history.js';
import { silentLogger } from '../../src/util/logger.js';
import { event, member } from '../support/events.js';
import { ASGARD, pipelineFor } from './pipelines.js';

const BOT = '@heimdall:a.test';
const IMPOSTOR = (index: number) =>
  member(`@imp${index}:b.test`, 'join', { content: { displayname: ASGARD.displayNames[0] } });

/** A first start on a real ledger; `sent` is our own first event as the homeserver will send it. */
async function firstStart(first = true) {
  let now = Date.now();
  // the past needs the ledger that the pipeline is made with
  const late = new Proxy({} as History, {
    get: (_target, key) => {
      const value: unknown = Reflect.get(history, key, history);
      return typeof value === 'function' ? value.bind(history) : value;
    },
  });
  const world = await pipelineFor({ clock: () => now, history: late });
  const history = new History({ ledger: world.ledger, clock: () => now, logger: silentLogger });
  await history.load(first);
  let marker: Record<string, unknown> = {};
  await history.mark((_type, _txn, content) => {
    marker = content;
    return Promise.resolve();
  });
  const close = async () => {
    history.stop();
    await world.close();
  };
  const sent = (sender = BOT) => event({ type: MARKER_TYPE, sender, content: marker });
  return { ...world, history, sent, close, pass: (ms: number) => void (now += ms) };
}

describe("the homeserver's past", () => {
  it('asks for nothing while it comes, and for one look at its end', async () => {
    const { pipeline, ledger, asked, sent, close, history } = await firstStart();
    for (let index = 0; index < 43; index += 1) await pipeline.handle([IMPOSTOR(index)]);
    expect(await asked()).toEqual([]);
    expect((await ledger.cases({ limit: 100 })).length).toBe(43);
    // nobody else's event ends it
    await pipeline.handle([sent('@loki:a.test')]);
    expect(history.isOpen).toBe(true);
    await pipeline.handle([sent()]);
    expect(history.isOpen).toBe(false);
    expect(await asked()).toEqual(['act_on_scan']);
    await close();
  });

  it('is over for what comes after, in the same transaction too', async () => {
    const { pipeline, asked, sent, close } = await firstStart();
    await pipeline.handle([IMPOSTOR(1), sent()]);
    await pipeline.handle([IMPOSTOR(2)]);
    expect(await asked()).toContain('write_rule');
    await close();
  });

  it('decides nothing by the age that an event claims', async () => {
    const { pipeline, asked, sent, close } = await firstStart();
    await pipeline.handle([{ ...IMPOSTOR(1), origin_server_ts: Date.now() }]);
    expect(await asked()).toEqual([]);
    await pipeline.handle([sent()]);
    await pipeline.handle([{ ...IMPOSTOR(2), origin_server_ts: 1 }]);
    expect(await asked()).toContain('write_rule');
    await close();
  });

  it('is none at a later start: what was missed is live', async () => {
    const { pipeline, asked, close } = await firstStart(false);
    await pipeline.handle([IMPOSTOR(1)]);
    expect(await asked()).toContain('write_rule');
    await close();
  });

  it('goes on after a restart in the middle of it', async () => {
    const { ledger, close } = await firstStart();
    const again = new History({ ledger, clock: Date.now, logger: silentLogger });
    await again.load(false);
    expect(again.isOpen).toBe(true);
    await close();
  });

  it('ends when the homeserver is quiet, but not while it waits to send again', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date', 'performance'] });
    const { history, pass, close } = await firstStart();
    const ticks = async (ms: number) => {
      pass(ms);
      await jest.advanceTimersByTimeAsync(6_000);
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    };
    history.noteTransaction(false);
    await ticks(60_000);
    expect(history.isOpen).toBe(true);
    history.noteTransaction(true);
    await ticks(10_000);
    expect(history.isOpen).toBe(true);
    await ticks(31_000);
    expect(history.isOpen).toBe(false);
    jest.useRealTimers();
    await close();
  });
});

const rulesIn = async (ledger: Awaited<ReturnType<typeof pipelineFor>>['ledger']) =>
  (await ledger.actionsOfKind(['write_rule'], 'due', { afterId: 0, limit: 100 })).length;

describe('an event whose handling throws', () => {
  it('is set aside at the second time, and the others go on', async () => {
    const aside: string[] = [];
    const poison = member('@poison:b.test', 'join');
    const { pipeline, ledger, close } = await pipelineFor({
      extraActions: (one) => {
        if (one.event_id === poison.event_id) throw new RangeError('Maximum call stack size exceeded');
        return [];
      },
      onSetAside: (eventId) => void aside.push(eventId),
    });
    const all = [IMPOSTOR(1), poison, IMPOSTOR(2)];
    await expect(pipeline.handle(all)).rejects.toThrow('call stack');
    expect(aside).toEqual([]);
    await pipeline.handle(all);
    expect(aside).toEqual([poison.event_id]);
    expect(await rulesIn(ledger)).toBe(2);
    await close();
  });

  it('is set aside also when it cannot be written down', async () => {
    const aside: string[] = [];
    const { pipeline, ledger, close } = await pipelineFor({ onSetAside: (eventId) => void aside.push(eventId) });
    let nested: unknown = 'x';
    for (let depth = 0; depth < 20_000; depth += 1) nested = [nested];
    const poison = member('@poison:b.test', 'join', { content: { displayname: ASGARD.displayNames[0], nested } });
    const all = [IMPOSTOR(1), poison, IMPOSTOR(2)];
    await expect(pipeline.handle(all)).rejects.toThrow();
    expect(await rulesIn(ledger)).toBe(2);
    await pipeline.handle(all);
    expect(aside).toEqual([poison.event_id]);
    expect(await rulesIn(ledger)).toBe(2);
    await close();
  });
});

describe('a burst of joins', () => {
  it('has the members read, and a protected room whole, soon and once more later', async () => {
    const { pipeline, ledger, close } = await pipelineFor();
    for (let index = 0; index < 120; index += 1) await pipeline.handle([member(`@a${index}:b.test`, 'join')]);
    const due = await ledger.dueActions(Date.now() + 60_000, new Set(), 100);
    expect(due.map(({ kind }) => kind)).toEqual(['backfill_members']);
    const all = await ledger.actionsOfKind(['backfill_members', 'read_room'], 'due', { afterId: 0, limit: 100 });
    expect(all.map(({ payload }) => payload)).toEqual([
      { roomId: '!room:a.test', once: true },
      { roomId: '!room:a.test', once: true },
    ]);
    await close();
  });

  it('is none in an ordinary hour', async () => {
    let now = Date.now();
    const { pipeline, ledger, close } = await pipelineFor({ clock: () => now });
    for (let index = 0; index < 120; index += 1) {
      now += 1_000;
      await pipeline.handle([member(`@a${index}:b.test`, 'join')]);
    }
    expect(await ledger.countDueActions()).toBe(0);
    await close();
  });
});
