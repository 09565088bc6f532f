import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { recordReport, recordSighting, respond } from '../../src/cases/record.js';
import type { ActionState, NewAction } from '../../src/store/records/actions.js';
import { MemoryCase } from './memory.js';

/**
 * Random histories of one case (verdicts, reports, dismissals, unbans, dry runs, refusals, failures) beside a small
 * model of what is owed. `HEIMDALL_HISTORIES=100000` runs as many.
 */
const RUNS = Number(process.env.HEIMDALL_HISTORIES ?? 500);

const LEVELS = ['possible', 'likely', 'certain'] as const;
type Level = (typeof LEVELS)[number];
const rank = (level: Level | null) => (level === null ? 0 : LEVELS.indexOf(level) + 1);
const RESPONSES = {
  possible: ['notify'],
  likely: ['notify', 'report'],
  certain: ['notify', 'report', 'ban'],
} as const;

const EFFECTS = ['rule', 'report', 'mail of verdict', 'mail of report'] as const;
type Effect = (typeof EFFECTS)[number];
/** What a level asks for. */
const ASKS: Record<Level, readonly Effect[]> = {
  possible: [],
  likely: ['report', 'mail of verdict'],
  certain: ['report', 'mail of verdict', 'rule'],
};

type Step =
  | { do: 'sight'; level: Level; name: string | null; picture: string | null }
  | { do: 'report'; words: string }
  | { do: 'end'; effect: Effect; as: 'done' | 'refused' | 'failed' }
  | { do: 'unban' | 'dismiss' | 'reopen' | 'dry run' | 'live' };

const sight = fc.record({
  do: fc.constant('sight' as const),
  level: fc.constantFrom(...LEVELS),
  name: fc.constantFrom(null, 'a', 'b', 'c'),
  picture: fc.constantFrom(null, 'p', 'q'),
});
const report = fc.record({ do: fc.constant('report' as const), words: fc.constantFrom('rude', 'spam', 'scam') });
const end = fc.record({
  do: fc.constant('end' as const),
  effect: fc.constantFrom(...EFFECTS),
  as: fc.constantFrom('done' as const, 'done' as const, 'refused' as const, 'failed' as const),
});
const other = fc.record({ do: fc.constantFrom('unban', 'dismiss', 'reopen', 'dry run', 'live') });
const steps = fc.array(
  fc.oneof({ weight: 4, arbitrary: sight }, report, { weight: 3, arbitrary: end }, other) as fc.Arbitrary<Step>,
  { minLength: 1, maxLength: 25 },
);

/** What people know of a case and what is owed for it, told plainly. */
class Model {
  exists = false;
  dismissed = false;
  lives = 0;
  dryRun = false;
  /** the strongest verdict of the present life */
  level: Level | null = null;
  coveredLevel: Level | null = null;
  seen = new Set<string>();
  covered = new Set<string>();
  readonly reports = new Set<string>();
  /** how each effect of the present life stands; nothing: it was not asked for */
  standing = new Map<Effect, ActionState>();

  open(): void {
    this.exists = true;
    this.dismissed = false;
    this.lives += 1;
    this.level = null;
    this.standing.clear();
  }

  owes(effect: Effect): boolean {
    const state = this.standing.get(effect);
    return !(state === 'due' || state === 'done' || (state === 'simulated' && this.dryRun));
  }

  ask(effects: readonly Effect[]): Effect[] {
    const asked = effects.filter((effect) => this.owes(effect));
    for (const effect of asked) this.standing.set(effect, 'due');
    return asked;
  }

  sight({ level, name, picture }: Extract<Step, { do: 'sight' }>): Effect[] {
    const looks = [name, picture].filter((look) => look !== null);
    const known =
      rank(level) <= rank(this.coveredLevel) && (level === 'possible' || looks.every((look) => this.covered.has(look)));
    for (const look of looks) this.seen.add(look);
    if (!this.exists) this.open();
    // what people have decided about may still be seen; it is no news
    if (known) {
      if (rank(level) > rank(this.level)) this.level = level;
      return [];
    }
    if (this.dismissed) this.open();
    if (rank(level) > rank(this.level)) this.level = level;
    return this.ask(ASKS[level]);
  }

  report(words: string): Effect[] {
    if (this.reports.has(words)) return [];
    this.reports.add(words);
    if (!this.exists || this.dismissed) this.open();
    return this.ask(['mail of report']);
  }

  dismiss(): void {
    this.dismissed = true;
    if (rank(this.level) > rank(this.coveredLevel)) this.coveredLevel = this.level;
    for (const look of this.seen) this.covered.add(look);
    for (const [effect, state] of this.standing) if (state === 'due') this.standing.set(effect, 'cancelled');
    this.unban();
  }

  unban(): void {
    if (this.standing.get('rule') === 'done') this.standing.delete('rule');
  }
}

function effectOf({ kind, payload }: Pick<NewAction, 'kind' | 'payload'>): Effect | undefined {
  if (kind === 'write_rule') return 'rule';
  if (kind === 'report') return 'report';
  if (kind !== 'mail') return undefined;
  return (payload as { about: string }).about === 'verdict' ? 'mail of verdict' : 'mail of report';
}

/** Runs one history through the real deciders; says where they and the model part. */
async function run(history: readonly Step[]): Promise<void> {
  const DAY_MS = 25 * 3_600_000;
  let now = 1_000_000_000_000;
  const memory = new MemoryCase(() => now);
  const model = new Model();
  let stands = false;
  let roots = 0;
  const means = () => ({ mail: true, policyList: '!list', dryRun: model.dryRun, ruleStands: () => stands });

  const took = (actions: readonly NewAction[]): Effect[] => {
    const added = memory.add(actions);
    roots += added.filter(({ kind }) => kind === 'notice').length;
    return added.map(effectOf).filter((effect) => effect !== undefined);
  };
  const finding = { subjectKind: 'user' as const, subject: '@x:b.test', seenAt: 0, data: {} };

  for (const step of history) {
    // attempts that come to nothing are made less and less often, but once a day at least
    now += DAY_MS;
    switch (step.do) {
      case 'sight': {
        const { level, name, picture } = step;
        const verdict = { level, score: rank(level), protected: '@server:a.test' };
        const key = JSON.stringify([level, name, picture]);
        const recorded = await recordSighting(
          memory.tx,
          {
            finding: { ...finding, kind: 'verdict', key, verdict },
            sighting: { displayName: name, avatarUrl: picture },
          },
          now,
        );
        const decision = { level, findingKey: key, responses: RESPONSES[level], reason: 'r' };
        const asked = took(await respond(memory.tx, recorded, decision, means(), now));
        expect(asked.sort()).toEqual(model.sight(step).sort());
        break;
      }
      case 'report': {
        const asked = took(
          await recordReport(
            memory.tx,
            { finding: { ...finding, kind: 'report', key: step.words }, reporter: '@u:a.test' },
            means(),
            { casesPerReporter: 20 },
            now,
          ),
        );
        expect(asked).toEqual(model.report(step.words));
        break;
      }
      case 'end': {
        const state = model.dryRun ? 'simulated' : step.as;
        if (model.standing.get(step.effect) !== 'due') break;
        memory.end((action) => effectOf(action) === step.effect, state);
        model.standing.set(step.effect, state);
        if (step.effect === 'rule' && state === 'done') stands = true;
        break;
      }
      case 'unban':
        stands = false;
        model.unban();
        break;
      case 'dismiss':
        if (!model.exists) break;
        memory.dismiss();
        memory.end((action) => effectOf(action) !== undefined, 'cancelled');
        stands = false;
        model.dismiss();
        break;
      case 'reopen':
        if (!model.exists) break;
        memory.reopen();
        model.dismissed = false;
        model.coveredLevel = null;
        model.covered.clear();
        break;
      case 'dry run':
      case 'live':
        model.dryRun = step.do === 'dry run';
        break;
    }
    if (model.exists) expect(memory.record?.state === 'dismissed').toBe(model.dismissed);
    // one head notice, and one more for each time that it opened again by itself
    expect(roots).toBe(model.lives);
  }

  // whatever happened: what nobody knew yet, seen live, leads to every effect, once
  if (model.dryRun) model.dryRun = false;
  memory.end(() => true, 'failed');
  for (const [effect, state] of model.standing) if (state === 'due') model.standing.set(effect, 'failed');
  now += DAY_MS;
  const verdict = { level: 'certain', score: 9, protected: '@server:a.test' };
  const last = { ...finding, kind: 'verdict', key: 'last', verdict };
  const decision = { level: 'certain', findingKey: 'last', responses: RESPONSES.certain, reason: 'r' };
  const seen = async () => {
    const recorded = await recordSighting(memory.tx, { finding: last, sighting: { displayName: 'never seen' } }, now);
    return took(await respond(memory.tx, recorded, decision, means(), now));
  };
  const asked = await seen();
  expect(asked.sort()).toEqual(
    model.sight({ do: 'sight', level: 'certain', name: 'never seen', picture: null }).sort(),
  );
  for (const effect of ASKS.certain) expect(['due', 'done']).toContain(model.standing.get(effect));
  expect(await seen()).toEqual([]);
}

describe('what a case is owed', () => {
  it(
    'is what a small model says, whatever happens to it',
    async () => {
      await fc.assert(fc.asyncProperty(steps, run), { numRuns: RUNS });
    },
    Math.max(60_000, RUNS * 20),
  );
});
