/** Verdicts for the terminal. */
import { visible, type Sighting, type Verdict } from '../detection/index.js';
import { checkTexts } from './texts.js';

/** One verdict with its reasons, a few lines; `exempt` says why no response would act on it. */
export function renderVerdict(
  sighting: Sighting,
  { verdict, score, protected: imitated, evidence }: Verdict,
  exempt?: string,
): string {
  const name = sighting.displayName == null ? '' : `  "${visible(sighting.displayName)}"`;
  const whom =
    imitated === null
      ? ''
      : `  ${imitated === sighting.userId || verdict === 'official' ? 'is' : 'imitates'} ${visible(imitated)}`;
  const reasons = [...evidence]
    .sort((a, b) => b.weight - a.weight)
    .map(
      ({ weight, view, sentence }) =>
        `    ${weight >= 0 ? '+' : ''}${weight.toFixed(1)}  ${sentence} [${view.replace('_', ' ')}]\n`,
    );
  return (
    `${verdict.toUpperCase().padEnd(9)}${score === 0 ? '' : score.toFixed(1).padStart(5)}  ` +
    `${visible(sighting.userId)}${name}${whom}\n${reasons.join('')}` +
    `${exempt === undefined ? '' : `    ${checkTexts.exempt(visible(exempt))}\n`}`
  );
}

/** One line of a long table: verdict, score, account, the strongest reason. */
export function renderVerdictRow(sighting: Sighting, { verdict, score, evidence }: Verdict): string {
  const strongest = evidence.reduce<{ weight: number; sentence: string } | undefined>(
    (best, one) => (best === undefined || one.weight > best.weight ? one : best),
    undefined,
  );
  return (
    `${verdict.padEnd(9)}${(score === 0 ? '' : score.toFixed(1)).padStart(5)}  ${visible(sighting.userId)}` +
    `${strongest === undefined ? '' : `  ${strongest.sentence}`}`
  );
}
