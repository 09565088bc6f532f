import type { ScanPart } from '../../scan/state.js';
import type { Inline } from '../../matrix/message.js';
import { catalogue } from '../../util/catalogue.js';
import { de } from './de/scans.js';

/** Texts about scans. */
const en = {
  none: 'There is no scan to stop.',
  stopped: (how: string) => `The scan is stopped after ${how}. What it found stays in the cases.`,
  opensOnly: 'It only opens cases.',
  acts: 'It acts on what it finds as the responses say.',
  resuming: (since: string, position: string, deeds: string): Inline[] => [
    `Resuming the scan started ${since}: ${position}. ${deeds} `,
    { code: '--fresh' },
    ' starts over.',
  ],
  started: (parts: readonly ScanPart[], deeds: string): Inline[] => [
    'Scanning ' +
      `${parts.map((part) => (part === 'users' ? 'all accounts' : 'all members of rooms')).join(' and ')}. ` +
      `${deeds} This message shows the progress; `,
    { code: '!heimdall scan stop' },
    ' ends it.',
  ],
};

export type English = typeof en;
export const scanTexts = catalogue({ en, de });
