import type { CaseRecord } from '../store/records/cases.js';
import { texts } from './texts.js';
import { figure } from '../util/counted.js';

/** E.g. `3 certain, 12 likely, 4 reported`. */
export function countWords(cases: readonly Pick<CaseRecord, 'verdict'>[]): string {
  const levels = Object.entries(texts.levelWords).reverse();
  const words = levels.map(([level, word]) => [cases.filter(({ verdict }) => verdict === level).length, word] as const);
  const reported = cases.filter(({ verdict }) => verdict === null).length;
  return [...words, [reported, texts.raid.reported] as const]
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${figure(count)} ${word}`)
    .join(', ');
}
