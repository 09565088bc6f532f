import type { MonthFigures } from '../store/records/pages.js';
import { texts } from './texts.js';

/** Monthly figures as CSV, JSON and a readable report. */

/** One row per month and action, as CSV (RFC 4180). */
export function csvOf(months: readonly MonthFigures[]): string {
  const rows = [['month', 'what', 'detail', 'number', 'automatic']];
  for (const month of months) {
    for (const [kind, number] of Object.entries(month.cases))
      rows.push([month.month, 'cases', kind, String(number), '']);
    for (const [verdict, number] of Object.entries(month.verdicts))
      rows.push([month.month, 'verdicts', verdict, String(number), '']);
    for (const [kind, { done, automatic }] of Object.entries(month.actions))
      rows.push([month.month, 'measures', kind, String(done), String(automatic)]);
    for (const [what, number] of [
      ['reports', month.reports],
      ['mails', month.mails],
      ['dismissed', month.dismissed],
      ['appeals', month.appeals],
      ['appeals_upheld', month.appealsUpheld],
    ] as const)
      rows.push([month.month, what, '', String(number), '']);
    rows.push([
      month.month,
      'median_ms_to_first_measure',
      '',
      month.medianToAction === null ? '' : String(month.medianToAction),
      '',
    ]);
  }
  return `${rows.map((row) => row.join(',')).join('\r\n')}\r\n`;
}

/** The sum of the months. Medians cannot be added up, so the total has none. */
export function totalOf(months: readonly MonthFigures[]): Omit<MonthFigures, 'month' | 'medianToAction'> {
  const sum = (of: (month: MonthFigures) => number): number => months.reduce((total, month) => total + of(month), 0);
  const keys = (of: (month: MonthFigures) => object): string[] => [
    ...new Set(months.flatMap((m) => Object.keys(of(m)))),
  ];
  return {
    cases: {
      user: sum(({ cases }) => cases.user),
      room: sum(({ cases }) => cases.room),
      other: sum(({ cases }) => cases.other),
    },
    verdicts: Object.fromEntries(
      keys(({ verdicts }) => verdicts).map((verdict) => [verdict, sum(({ verdicts }) => verdicts[verdict] ?? 0)]),
    ),
    reports: sum(({ reports }) => reports),
    actions: Object.fromEntries(
      keys(({ actions }) => actions).map((kind) => [
        kind,
        {
          done: sum(({ actions }) => actions[kind]?.done ?? 0),
          automatic: sum(({ actions }) => actions[kind]?.automatic ?? 0),
        },
      ]),
    ),
    mails: sum(({ mails }) => mails),
    dismissed: sum(({ dismissed }) => dismissed),
    appeals: sum(({ appeals }) => appeals),
    appealsUpheld: sum(({ appealsUpheld }) => appealsUpheld),
  };
}

/** A report for people to read (Regulation (EU) 2022/2065, Art. 15 asks for one a year). */
export function markdownOf(serverName: string, from: string, to: string, months: readonly MonthFigures[]): string {
  const t = texts.report;
  const total = totalOf(months);
  const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] => [
    `| ${head.join(' | ')} |`,
    `|${head.map((_, index) => (index === 0 ? '---|' : '---:|')).join('')}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
  ];
  const rowOf = (name: string, one: Omit<MonthFigures, 'month' | 'medianToAction'>, median: number | null) => [
    name,
    one.cases.user + one.cases.room + one.cases.other,
    one.reports,
    ...['done', 'automatic'].map((which) =>
      Object.values(one.actions).reduce((sum, action) => sum + action[which as 'done'], 0),
    ),
    one.dismissed,
    one.appeals,
    one.appealsUpheld,
    median === null ? '' : Math.round(median / 60_000),
  ];
  return [
    `# ${t.title(serverName)}`,
    t.span(from, to),
    '',
    ...table(t.months, [
      ...months.map((month) => rowOf(month.month, month, month.medianToAction)),
      rowOf(t.total, total, null),
    ]),
    `## ${t.byKind}`,
    ...table(
      t.kinds,
      Object.entries(total.actions).map(([kind, { done, automatic }]) => [kind, done, automatic]),
    ),
    `## ${t.byVerdict}`,
    ...table(t.verdicts, Object.entries(total.verdicts)),
  ].join('\n');
}
