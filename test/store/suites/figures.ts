import { expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { totalOf } from '../../../src/statements/figures.js';
import type { OpenForTest } from '../../support/ledgers.js';

const DAY = 86_400_000;
const YEAR = Date.UTC(2026, 0, 1);
const NEXT = Date.UTC(2027, 0, 1);

type OpenedLedger = Awaited<ReturnType<OpenForTest>>;
/** The ledger's clock, to be moved. */
interface Now {
  at: number;
}

/** A repeatable year: cases of all kinds, reports, measures by people and by the program, ends, complaints. */
async function seedYear(ledger: OpenedLedger, now: Now): Promise<void> {
  const kinds = ['user', 'user', 'room', 'server'] as const;
  const levels = ['certain', 'likely', 'possible', null] as const;
  for (let n = 0; n < 400; n++) {
    // 17 is prime to 365: all days are hit, and the order of cases is not that of days
    now.at = YEAR + ((n * 17) % 365) * DAY + ((n * 7919) % 86_400) * 1000;
    const level = levels[n % 4] ?? null;
    const kind = level === null ? 'report' : 'verdict';
    const { case: record } = await ledger.commit((tx) =>
      tx.recordFinding({
        subjectKind: kinds[n % kinds.length] ?? 'user',
        subject: `@a${n}:x`,
        key: `k${n}`,
        kind,
        seenAt: now.at,
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
      await ledger.endAction(first?.id ?? 0, { state: 'done', at: now.at + (n % 50) * 60_000 });
      await ledger.endAction(second?.id ?? 0, { state: n % 5 === 0 ? 'failed' : 'done', at: now.at + 1000 });
    }
    const what = [undefined, 'case.dismissed', 'case.appealed', 'case.appeal_upheld', 'case.noted'][n % 5];
    if (what !== undefined)
      await ledger.commit((tx) => tx.audit({ at: now.at + 1, actor: '@m:x', what, caseId: record.id, data: {} }));
  }
}

interface Counted {
  month: string;
  n: number;
  [key: string]: unknown;
}

/** The same questions in other words: plain SQL, one statement a figure, months by the database's own calendar. */
async function countedBySql(
  ledger: OpenedLedger,
  onPostgres: boolean,
): Promise<Record<string, Record<string, number>>> {
  const month = (column: string): string =>
    onPostgres
      ? `to_char(to_timestamp(${column} / 1000.0) at time zone 'UTC', 'YYYY-MM')`
      : `strftime('%Y-%m', ${column} / 1000, 'unixepoch')`;
  const figures: Record<string, Record<string, number>> = {};
  const count = async (name: string, text: string): Promise<void> => {
    const { rows } = await sql.raw<Counted>(text).execute(ledger.reader);
    for (const { month: in_, n, ...more } of rows) {
      const key = [name, ...Object.values(more).map(String)].join('.');
      (figures[in_] ??= {})[key] = Number(n);
    }
  };
  const inMonth = (column: string): string => `${month(column)} as month`;
  await count('cases', `select ${inMonth('opened_at')}, subject_kind, count(*) n from cases group by 1, 2`);
  await count(
    'verdicts',
    `select ${inMonth('opened_at')}, coalesce(verdict, 'none') v, count(*) n from cases group by 1, 2`,
  );
  await count('reports', `select ${inMonth('seen_at')}, count(*) n from findings where kind = 'report' group by 1`);
  await count(
    'done',
    `select ${inMonth('ended_at')}, kind, count(*) n from actions where state = 'done' group by 1, 2`,
  );
  await count(
    'automatic',
    `select ${inMonth('ended_at')}, kind, count(*) n from actions
     where state = 'done' and key not like '%command:%' group by 1, 2`,
  );
  await count('audit', `select ${inMonth('at')}, what, count(*) n from audit group by 1, 2`);
  return figures;
}

/** The figures of a year. */
export function figuresSuite(open: OpenForTest): void {
  const year = async (): Promise<{ ledger: OpenedLedger; now: Now }> => {
    const now = { at: YEAR };
    const ledger = await open({ clock: () => now.at });
    await seedYear(ledger, now);
    return { ledger, now };
  };

  it('agree with an independent query of the same ledger, month by month', async () => {
    const { ledger } = await year();
    const months = await ledger.monthlyFigures(YEAR, NEXT);
    const expected = await countedBySql(ledger, open.place().databaseUrl !== null);
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
    const { ledger, now } = await year();
    const before = await ledger.monthlyFigures(YEAR, NEXT);
    // as a Heimdall that runs all the year does it: once a day, here once a week
    for (now.at = Date.UTC(2026, 1, 1); now.at < Date.UTC(2027, 7, 1); now.at += 7 * DAY) await ledger.prune(now.at);
    expect(await ledger.cases({})).toEqual([]);
    const after = await ledger.monthlyFigures(YEAR, NEXT);
    expect(after).toEqual(before);
    expect(JSON.stringify(after)).not.toContain('@');
  });

  it('begin and end within a month when that is asked for', async () => {
    const { ledger } = await year();
    const days = await Promise.all(
      Array.from({ length: 31 }, (_, day) => ledger.monthlyFigures(YEAR + day * DAY, YEAR + (day + 1) * DAY)),
    );
    const [january] = await ledger.monthlyFigures(YEAR, Date.UTC(2026, 1, 1));
    expect(days.flat().reduce((sum, { cases }) => sum + cases.user, 0)).toBe(january?.cases.user);
  });
}
