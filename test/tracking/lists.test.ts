import { describe, expect, it } from '@jest/globals';
import { createPolicy } from '../../src/policy/index.js';
import type { MatrixEvent } from '../../src/matrix/types.js';
import { parseEvent } from '../../src/matrix/events.js';
import { WatchedLists } from '../../src/tracking/lists.js';
import { event } from '../support/events.js';

const LIST = '!list:a.test';
const rule = (entity: string | null, partial: Partial<MatrixEvent> = {}) =>
  event({
    type: 'm.policy.rule.user',
    state_key: 'k',
    room_id: LIST,
    content: entity === null ? {} : { entity, recommendation: 'm.ban' },
    ...partial,
  });

function listsWith(state: () => Promise<MatrixEvent[]>): WatchedLists {
  return new WatchedLists(createPolicy(), { state, botUserId: '@heimdall:a.test' });
}

describe('watched lists', () => {
  it('act by their rules, and stop when they are dropped', async () => {
    const lists = listsWith(() => Promise.resolve([rule('@x:b.test')]));
    expect((await lists.read(LIST)).map(({ change }) => change)).toEqual(['added']);
    expect(lists.policy.match('user', '@x:b.test')?.action).toBe('ban');
    expect(lists.drop(LIST).map(({ change }) => change)).toEqual(['removed']);
    expect(lists.policy.match('user', '@x:b.test')).toBeNull();
  });

  it('are not set back by rule events from before the reading: a removed rule does not ban again', async () => {
    const removed = rule(null);
    const lists = listsWith(() => Promise.resolve([removed]));
    const doubted: string[] = [];
    lists.onDoubt = ({ event_id: eventId }) => void doubted.push(eventId);
    await lists.read(LIST);
    const newer = rule('@y:b.test', { unsigned: { replaces_state: removed.event_id }, origin_server_ts: 1 });
    expect(lists.apply(newer).map(({ change }) => change)).toEqual(['added']);
    const older = rule('@x:b.test', { origin_server_ts: 9_000_000, unsigned: { replaces_state: '$before' } });
    expect(lists.apply(older)).toEqual([]);
    expect(lists.policy.match('user', '@x:b.test')).toBeNull();
    expect(doubted).toEqual([older.event_id]);
  });

  describe('with a rule of ours that was just written', () => {
    const ours = rule('@x:b.test', { event_id: '$ours' });

    it('act by it before its event comes back, which changes nothing then', async () => {
      const lists = listsWith(() => Promise.resolve([]));
      await lists.read(LIST);
      expect(lists.written(ours)?.map(({ change }) => change)).toEqual(['added']);
      expect(lists.policy.match('user', '@x:b.test')?.action).toBe('ban');
      const doubted: string[] = [];
      lists.onDoubt = ({ event_id: eventId }) => void doubted.push(eventId);
      expect([lists.apply(ours), doubted]).toEqual([[], []]);
      const emptied = rule(null, { unsigned: { replaces_state: '$ours' } });
      expect(lists.apply(emptied).map(({ change }) => change)).toEqual(['removed']);
    });

    it('do not take it twice when its event was faster than the answer', async () => {
      const lists = listsWith(() => Promise.resolve([]));
      await lists.read(LIST);
      lists.apply(ours);
      expect(lists.written(ours)).toEqual([]);
      // and what somebody made of it meanwhile stands
      lists.apply(rule(null, { unsigned: { replaces_state: '$ours' } }));
      expect(lists.written(ours)).toBeUndefined();
      expect(lists.policy.match('user', '@x:b.test')).toBeNull();
    });

    it('ask where something else stood, or while they are read', async () => {
      let state: Promise<MatrixEvent[]> = Promise.resolve([rule('@y:b.test')]);
      const lists = listsWith(() => state);
      await lists.read(LIST);
      expect(lists.written(ours)).toBeUndefined();
      expect(lists.written({ ...ours, state_key: 'other' })).toHaveLength(1);
      let answer!: (events: MatrixEvent[]) => void;
      state = new Promise((resolve) => (answer = resolve));
      const reading = lists.read(LIST);
      await Promise.resolve();
      expect(lists.written({ ...ours, state_key: 'third' })).toBeUndefined();
      answer([]);
      await reading;
    });
  });

  it('keep their last known rules when they cannot be read', async () => {
    let broken = false;
    const lists = listsWith(() => (broken ? Promise.reject(new Error('gone')) : Promise.resolve([rule('@x:b.test')])));
    await lists.read(LIST);
    broken = true;
    await expect(lists.read(LIST)).rejects.toThrow('gone');
    expect(lists.policy.match('user', '@x:b.test')?.action).toBe('ban');
  });

  it('say when rules for servers have changed, also when only a reading shows it', async () => {
    let state = [rule('@x:b.test')];
    const lists = listsWith(() => Promise.resolve(state));
    await lists.read(LIST);
    const before = lists.serverRevision;
    lists.apply(rule('@y:b.test', { state_key: 'y', origin_server_ts: 9000 }));
    expect(lists.serverRevision).toBe(before);
    state = [
      event({
        type: 'm.policy.rule.server',
        state_key: 's',
        room_id: LIST,
        content: { entity: 'evil.test', recommendation: 'm.ban' },
      }),
    ];
    await lists.read(LIST);
    const withServer = lists.serverRevision;
    expect(withServer).not.toBe(before);
    lists.drop(LIST);
    expect(lists.serverRevision).not.toBe(withServer);
  });

  it('know what an event has changed that a read had shown before it came, and nothing of older and other ones', async () => {
    const changed = rule('@y:b.test', {
      unsigned: { replaces_state: '$first', prev_content: { entity: '@x:b.test', recommendation: 'm.ban' } },
    });
    const removed = rule(null, {
      state_key: 'gone',
      unsigned: { prev_content: { entity: '@z:b.test', recommendation: 'm.ban' } },
    });
    const lists = listsWith(() => Promise.resolve([changed, removed]));
    await lists.read(LIST);
    expect(lists.apply(changed)).toEqual([]);
    expect(lists.shownBefore(changed)).toMatchObject([
      { change: 'changed', previous: { entity: '@x:b.test' }, rule: { entity: '@y:b.test' } },
    ]);
    expect(lists.shownBefore(removed)).toMatchObject([{ change: 'removed', previous: { entity: '@z:b.test' } }]);
    expect(lists.shownBefore(rule('@x:b.test', { event_id: '$first' }))).toEqual([]);
    expect(lists.shownBefore(event({ type: 'm.room.message', room_id: LIST }))).toEqual([]);
  });

  it('know which rule a redaction takes away', async () => {
    const held = rule('@x:b.test');
    const lists = listsWith(() => Promise.resolve([held]));
    await lists.read(LIST);
    const redaction = (redacts: string) => event({ type: 'm.room.redaction', room_id: LIST, content: { redacts } });
    expect(lists.takenBy(redaction(held.event_id))).toMatchObject([
      { change: 'removed', previous: { entity: '@x:b.test' } },
    ]);
    expect(lists.takenBy(redaction('$other'))).toEqual([]);
    // before room version 11 the event names it outside its content
    const old = parseEvent({ ...redaction('$none'), content: {}, redacts: held.event_id });
    expect(old === undefined ? [] : lists.takenBy(old)).toHaveLength(1);
  });

  it('know it too when a read has shown the redaction before it came, but not what another event took away', async () => {
    const [held, other] = [rule('@x:b.test'), rule('@y:b.test', { state_key: 'other' })];
    let state = [held, other];
    const lists = listsWith(() => Promise.resolve(state));
    await lists.read(LIST);
    state = [{ ...held, content: {} }, rule(null, { state_key: 'other' })];
    await lists.read(LIST);
    const redaction = ({ event_id }: MatrixEvent, roomId = LIST) =>
      event({ type: 'm.room.redaction', room_id: roomId, content: { redacts: event_id } });
    expect(lists.takenBy(redaction(held))).toMatchObject([{ change: 'removed', previous: { entity: '@x:b.test' } }]);
    expect(lists.takenBy(redaction(other))).toEqual([]);
    expect(lists.takenBy(redaction(held, '!elsewhere:b.test'))).toEqual([]);
  });

  it('ignore rule events of rooms that are not watched', () => {
    const lists = listsWith(() => Promise.resolve([]));
    expect(lists.apply(rule('@x:b.test'))).toEqual([]);
  });
});
