import { expect, it } from '@jest/globals';
import { fc } from '../../support/properties.js';
import type { Ledger } from '../../../src/store/index.js';
import type { OpenForTest } from '../../support/ledgers.js';
import { action } from './actions.js';
import { finding } from './cases.js';

/** What the tests believe of an action. */
interface ModelAction {
  id: number;
  key: string;
  lane: string;
  nextTryAt: number;
  ended: boolean;
}

/** The lanes, told plainly: a list of actions in the order in which they came. */
class Model {
  readonly actions: ModelAction[] = [];

  heads(): ModelAction[] {
    const lanes = new Map<string, ModelAction>();
    for (const one of this.actions) if (!one.ended && !lanes.has(one.lane)) lanes.set(one.lane, one);
    return [...lanes.values()];
  }

  due(now: number, busy: ReadonlySet<string>, limit: number): string[] {
    return this.heads()
      .filter((head) => head.nextTryAt <= now && !busy.has(head.lane))
      .slice(0, limit)
      .map((head) => head.key);
  }

  nextDueAt(now: number): number | null {
    const times = this.actions.filter((one) => !one.ended && one.nextTryAt > now).map((one) => one.nextTryAt);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** What could be carried out if it were one lane after the other, without an end. */
  workable(now: number): number {
    const open = this.heads().filter((head) => head.nextTryAt <= now);
    return open.flatMap((head) =>
      this.actions.filter((one) => !one.ended && one.lane === head.lane && one.nextTryAt <= now),
    ).length;
  }
}

const lane = fc.constantFrom('!a', '!b', '!c', '!d');
const key = fc.integer({ min: 0, max: 40 }).map(String);
const time = fc.integer({ min: 0, max: 20 });
const busy = fc.array(lane).map((lanes) => new Set(lanes));
const addition = fc.record({ key, lane, notBefore: time });

type Step = (ledger: Ledger, model: Model) => Promise<void>;

function remember(model: Model, added: readonly { id: number; key: string; lane: string; nextTryAt: number }[]): void {
  for (const { id, key: name, lane: where, nextTryAt } of added)
    model.actions.push({ id, key: name, lane: where, nextTryAt, ended: false });
}

/** The additions whose keys are new, as the ledger should see them. */
function fresh(model: Model, additions: readonly { key: string; lane: string; notBefore: number }[]) {
  const known = new Set(model.actions.map((one) => one.key));
  return additions.filter((one) => !known.has(one.key) && known.add(one.key));
}

const adds = fc.array(addition, { maxLength: 6 }).map((additions): Step => async (ledger, model) => {
  const expected = fresh(model, additions);
  const added = await ledger.commit((tx) => tx.addActions(additions.map((one) => action(one.key, one))));
  expect(added.map((one) => [one.key, one.lane, one.nextTryAt])).toEqual(
    expected.map((one) => [one.key, one.lane, one.notBefore]),
  );
  remember(model, added);
});

const ends = fc
  .tuple(
    fc.nat(),
    fc.constantFrom('done' as const, 'failed' as const, 'refused' as const),
    fc.array(addition, { maxLength: 2 }),
  )
  .map(([pick, state, follow]): Step => async (ledger, model) => {
    const one = model.actions[pick % Math.max(model.actions.length, 1)];
    if (!one) return;
    const expected = one.ended ? [] : fresh(model, follow);
    await ledger.endAction(one.id, { state, at: 1, follow: follow.map((next) => action(next.key, next)) });
    one.ended = true;
    remember(model, await ledger.actionsByKey(expected.map((next) => next.key)));
  });

const retries = fc.tuple(fc.nat(), time).map(([pick, nextTryAt]): Step => async (ledger, model) => {
  const one = model.actions[pick % Math.max(model.actions.length, 1)];
  if (!one) return;
  await ledger.retryAction(one.id, { nextTryAt, error: 'later' });
  if (!one.ended) one.nextTryAt = nextTryAt;
});

const looks = fc
  .tuple(time, busy, fc.integer({ min: 1, max: 5 }))
  .map(([now, lanes, limit]): Step => async (ledger, model) => {
    expect((await ledger.dueActions(now, lanes, limit)).map((one) => one.key)).toEqual(model.due(now, lanes, limit));
    expect(await ledger.nextDueAt(now)).toBe(model.nextDueAt(now));
    expect(await ledger.countWorkable(now, [], 1)).toBe(model.workable(now));
    expect(await ledger.countDueActions()).toBe(model.actions.filter((one) => !one.ended).length);
  });

const steps = fc.array(fc.oneof({ weight: 2, arbitrary: adds }, ends, retries, { weight: 2, arbitrary: looks }), {
  maxLength: 30,
});

const LEVELS = [null, 'none', 'possible', 'likely', 'certain'];

const verdicts = fc.array(
  fc.record({
    subject: fc.constantFrom('@a:x', '@b:x'),
    key: fc.integer({ min: 0, max: 12 }).map(String),
    level: fc.constantFrom(...LEVELS),
    score: fc.integer({ min: 0, max: 5 }),
    protected: fc.constantFrom('@server:x', '@bank:x'),
  }),
  { maxLength: 25 },
);

const rank = (level: string | null) => Math.max(LEVELS.indexOf(level) - 1, 0);

export function propertiesSuite(open: OpenForTest): void {
  it('gives out the same actions as a plain list would, whatever happens to them', async () => {
    const ledger = await open({ clock: () => 0 });
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        await ledger.writer.deleteFrom('actions').execute();
        const model = new Model();
        for (const step of script) await step(ledger, model);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps the strongest verdict of a case, in whatever order and however often findings arrive', async () => {
    const ledger = await open();
    await fc.assert(
      fc.asyncProperty(verdicts, async (arrivals) => {
        await ledger.writer.deleteFrom('cases').execute();
        const model = new Map<
          string,
          { level: string | null; score: number; protected: string | null; keys: Set<string> }
        >();
        for (const arrival of arrivals) {
          const stood = model.get(arrival.subject);
          const verdict =
            arrival.level === null
              ? undefined
              : { level: arrival.level, score: arrival.score, protected: arrival.protected };
          const recorded = await ledger.commit((tx) =>
            tx.recordFinding(finding({ subject: arrival.subject, key: arrival.key, verdict })),
          );
          const isFresh = !stood?.keys.has(arrival.key);
          expect(recorded).toMatchObject({
            opened: stood === undefined,
            fresh: isFresh,
            previousVerdict: stood?.level ?? null,
          });

          const now = stood ?? { level: null, score: 0, protected: null, keys: new Set<string>() };
          const raises =
            rank(arrival.level) > rank(now.level) ||
            (rank(arrival.level) > 0 && rank(arrival.level) === rank(now.level) && arrival.score > now.score);
          if (isFresh && raises)
            Object.assign(now, { level: arrival.level, score: arrival.score, protected: arrival.protected });
          now.keys.add(arrival.key);
          model.set(arrival.subject, now);
          expect(recorded.case).toMatchObject({ verdict: now.level, score: now.score, protected: now.protected });
        }
        const cases = await ledger.cases({});
        expect(new Set(cases.map((c) => c.subject))).toEqual(new Set(model.keys()));
        for (const one of cases) {
          const expected = model.get(one.subject);
          expect(one).toMatchObject({
            verdict: expected?.level,
            score: expected?.score,
            protected: expected?.protected,
          });
          expect(await ledger.findingsOf(one.id)).toHaveLength(expected?.keys.size ?? -1);
        }
      }),
      { numRuns: 40 },
    );
  });
}
