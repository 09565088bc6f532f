import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import libsql from 'libsql';
import { totalOf } from '../../src/statements/figures.js';
import { openLedger } from '../../src/store/index.js';

const DAY = 86_400_000;
const YEAR = Date.UTC(2026, 0, 1);
const NEXT = Date.UTC(2027, 0, 1);

let folder: string;
let now: number;
let ledger: Awaited<ReturnType<typeof openLedger>>;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'heimdall-figures-'));
  now = YEAR;
  ledger = await openLedger({ dataDir: folder, databaseUrl: null, clock: () => now });
});
afterEach(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A repeatable year: cases of all kinds, reports, measures by people and by the program, ends, complaints. */
async function seedYear(): Promise<void> {
  const kinds = ['user', 'user', 'room', 'server'] as const;
  const levels = ['certain', 'likely', 'possible', null] as const;
  for (let n = 0; n < 400; n++) {
    // 17 is prime to 365: all days are hit, and the order of cases is not that of days
    now = YEAR + ((n * 17) % 365) * DAY + ((n * 7919) % 86_400) * 1000;
    const level = levels[n % 4] ?? null;
    const kind = level === null ? 'report' : 'verdict';
    const { case: record } = await ledger.commit((tx) =>
      tx.recordFinding({
        subjectKind: kinds[n % kinds.length] ?? 'user',
        subject: `@a${n}:x`,
        key: `k${n}`,
        kind,
        seenAt: now,
        data: {},
        ...(level === null ? {} : { verdict: { level, score: 5, protected: null } }),
      } as never),
    );
    if (n % 3 === 0) {
      const key = n % 2 === 0 ? `command:$${n}:write` : `verdict:${n}`;
      const ofCase = { caseId: record.id, lane: 'l', payload: {} };
      const added = await ledger.commit((tx) =>
        tx.addActions([
          { ...ofCase, kind: n % 4 === 0 ? 'suspend' : 'ban', key },
          { ...ofCase, kind: 'redact', key: `${key}:redact` },
        ]),
      );
      const [first, second] = added;
      await ledger.endAction(first?.id ?? 0, { state: 'done', at: now + (n % 50) * 60_000 });
      await ledger.endAction(second?.id ?? 0, { state: n % 5 === 0 ? 'failed' : 'done', at: now + 1000 });
    }
    const what = [undefined, 'case.dismissed', 'case.appealed', 'case.appeal_upheld', 'case.noted'][n % 5];
    if (what !== undefined)
      await ledger.commit((tx) => tx.audit({ at: now + 1, actor: '@m:x', what, caseId: record.id, data: {} }));
  }
}

interface Counted {
  month: string;
  n: number;
  [key: string]: unknown;
}

/** The same questions in other words: plain SQL, one statement a figure, months by the database's own calendar. */
function countedBySql(): Record<string, Record<string, number>> {
  const db = new libsql(path.join(folder, 'ledger.sqlite'), { readonly: true });
  const month = (column: string) => `strftime('%Y-%m', ${column} / 1000, 'unixepoch')`;
  const figures: Record<string, Record<string, number>> = {};
  const count = (name: string, text: string): void => {
    for (const { month: in_, n, ...more } of db.prepare(text).all() as Counted[]) {
      const key = [name, ...Object.values(more).map(String)].join('.');
      (figures[in_] ??= {})[key] = Number(n);
    }
  };
  count('cases', `select ${month('opened_at')} month, subject_kind, count(*) n from cases group by 1, 2`);
  count(
    'verdicts',
    `select ${month('opened_at')} month, coalesce(verdict, 'none') v, count(*) n from cases group by 1, 2`,
  );
  count('reports', `select ${month('seen_at')} month, count(*) n from findings where kind = 'report' group by 1`);
  count('done', `select ${month('ended_at')} month, kind, count(*) n from actions where state = 'done' group by 1, 2`);
  count(
    'automatic',
    `select ${month('ended_at')} month, kind, count(*) n from actions
     where state = 'done' and instr(key, 'command:') = 0 group by 1, 2`,
  );
  count('audit', `select ${month('at')} month, what, count(*) n from audit group by 1, 2`);
  db.close();
  return figures;
}

describe('the figures of a year', () => {
  it('agree with an independent query of the same ledger, month by month', async () => {
    await seedYear();
    const months = await ledger.monthlyFigures(YEAR, NEXT);
    const expected = countedBySql();
    expect(months.map(({ month }) => month)).toEqual(
      Array.from({ length: 12 }, (_, n) => `2026-${String(n + 1).padStart(2, '0')}`),
    );
    for (const figures of months) {
      const of = (key: string): number => expected[figures.month]?.[key] ?? 0;
      expect(figures.cases).toEqual({ user: of('cases.user'), room: of('cases.room'), other: of('cases.server') });
      for (const verdict of ['certain', 'likely', 'possible', 'none'])
        expect(figures.verdicts[verdict] ?? 0).toBe(of(`verdicts.${verdict}`));
      expect(figures.reports).toBe(of('reports'));
      for (const kind of ['ban', 'suspend', 'redact'])
        expect(figures.actions[kind] ?? { done: 0, automatic: 0 }).toEqual({
          done: of(`done.${kind}`),
          automatic: of(`automatic.${kind}`),
        });
      expect([figures.dismissed, figures.appeals, figures.appealsUpheld]).toEqual([
        of('audit.case.dismissed'),
        of('audit.case.appealed'),
        of('audit.case.appeal_upheld'),
      ]);
    }
    const total = totalOf(months);
    expect(total.cases.user + total.cases.room + total.cases.other).toBe(400);
    expect(total.dismissed).toBe(80);
  });

  it('stay after what they were counted from is past its retention, and hold nobody', async () => {
    await seedYear();
    const before = await ledger.monthlyFigures(YEAR, NEXT);
    // as a Heimdall that runs all the year does it: once a day, here once a week
    for (now = Date.UTC(2026, 1, 1); now < Date.UTC(2027, 7, 1); now += 7 * DAY) await ledger.prune(now);
    expect(await ledger.cases({})).toEqual([]);
    const after = await ledger.monthlyFigures(YEAR, NEXT);
    expect(after).toEqual(before);
    expect(JSON.stringify(after)).not.toContain('@');
  });

  it('begin and end within a month when that is asked for', async () => {
    await seedYear();
    const days = await Promise.all(
      Array.from({ length: 31 }, (_, day) => ledger.monthlyFigures(YEAR + day * DAY, YEAR + (day + 1) * DAY)),
    );
    const [january] = await ledger.monthlyFigures(YEAR, Date.UTC(2026, 1, 1));
    expect(days.flat().reduce((sum, { cases }) => sum + cases.user, 0)).toBe(january?.cases.user);
  });
});
