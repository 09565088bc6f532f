import type { VNode } from 'preact';
import type { MonthFigures } from '../../../store/records/pages.js';
import { Page } from '../layout.js';
import { textsIn, type Language } from '../texts.js';

/** What was reported and done, in figures. */

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** A duration as people say it, coarsely. */
export function durationIn(language: Language, ms: number | null): string {
  const t = textsIn(language);
  if (ms === null) return '–';
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  return ms < 3_600_000 ? t.minutes(Math.round(ms / 60_000)) : t.hours(Math.round(ms / 3_600_000));
}

export function TransparencyPage({ language, months }: { language: Language; months: readonly MonthFigures[] }): VNode {
  const t = textsIn(language);
  return (
    <Page language={language} title={t.transparencyTitle}>
      <p>{t.transparencyLead}</p>
      <div class="scroll" tabIndex={0} role="region" aria-label={t.transparencyTitle}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.month}</th>
              {[
                t.casesOpened,
                t.reportsTaken,
                t.effects,
                t.automatic,
                t.reversed,
                t.appeals,
                t.upheld,
                t.medianTime,
              ].map((text) => (
                <th scope="col" class="n" key={text}>
                  {text}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...months].reverse().map((month) => (
              <tr key={month.month}>
                <th scope="row">{month.month}</th>
                {[
                  sum(Object.values(month.cases)),
                  month.reports,
                  sum(Object.values(month.actions).map(({ done }) => done)),
                  sum(Object.values(month.actions).map(({ automatic }) => automatic)),
                  month.dismissed,
                  month.appeals,
                  month.appealsUpheld,
                  durationIn(language, month.medianToAction),
                ].map((figure, index) => (
                  <td class="n" key={index}>
                    {figure}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        {t.downloads} <a href="/transparency.json">JSON</a>, <a href="/transparency.csv">CSV</a>
      </p>
    </Page>
  );
}
