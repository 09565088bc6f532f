import type { Block, Inline } from '../../matrix/message.js';
import { visible } from '../../detection/index.js';
import { lengthOf } from '../args/duration.js';
import type { Services } from '../types.js';
import { TEXTS } from './texts.js';

const SHOWN = 20;

/** `status federation`: event delays of other homeservers, largest first. */
export function federation({ lags, clock }: Services): Block[] {
  const worst = lags.worst(SHOWN + 1);
  if (worst.length === 0) return [{ line: [TEXTS.noLags] }];
  const now = clock();
  return [
    { heading: TEXTS.lagsHeading },
    {
      list: worst
        .slice(0, SHOWN)
        .map(({ server, meanMs, latestMs, events, at }): Inline[] => [
          { code: visible(server) },
          TEXTS.lag({ mean: lagOf(meanMs), latest: lagOf(latestMs), events, ago: lagOf(now - at) }),
        ]),
    },
    ...(worst.length > SHOWN ? [{ line: [TEXTS.moreLags] }] : []),
  ];
}

function lagOf(ms: number): string {
  if (ms < 1000) return TEXTS.underASecond;
  const unit = ms < 120_000 ? 1_000 : ms < 7_200_000 ? 60_000 : 3_600_000;
  return lengthOf(Math.round(ms / unit) * unit);
}
