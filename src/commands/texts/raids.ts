import type { Inline } from '../../matrix/message.js';
import { counted, figure } from '../../util/counted.js';
import { catalogue } from '../../util/catalogue.js';
import { de } from './de/raids.js';

const people = (count: number): string => counted(count, 'account');

/** Texts about a raid and banning all of it. */
const en = {
  which: ['Which raid?', 'Give the number that its digest names.'] as const,
  heading: (raid: number, cases: number): string => `Raid ${raid}: ${counted(cases, 'case')}`,
  moreThan: (count: number): string => `… and more than these ${count}.`,
  banAll: (raid: number): Inline[] => [
    'To ban all of it: ',
    { code: `!heimdall ban raid ${raid}` },
    '; it asks first.',
  ],
  ask: (count: number, raid: number): string => `Ban ${people(count)} of raid ${raid}?`,
  nobody: (raid: number): string => `Raid ${raid} has nobody left to ban.`,
  levels: (words: string, here: number): string => `${words}. ${people(here)} of them in the protected rooms now.`,
  more: (count: number): string => `… and ${figure(count)} more.`,
  banned: (count: number): string => `${people(count)} banned already.`,
  dismissed: (count: number): string => `${counted(count, 'dismissed case')} left out.`,
  reported: (count: number): string => `${people(count)} left out that people only reported: ban each by its case.`,
  noAccount: (count: number): string => `${counted(count, 'case')} about no account left out.`,
  leftOut: (count: number): string => `Left out ${people(count)}: `,
  done: (done: number, all: number): string => `${figure(done)} of ${counted(all, 'ban rule')} written to `,
  effect: (banned: number, left: number): string =>
    ` ${people(banned)} banned from the protected rooms.` +
    `${left > 0 ? ` ${figure(left)} not yet; it is tried again.` : ''}`,
};

export type English = typeof en;
export const RAID_TEXTS = catalogue({ en, de });
