import type { Inline } from '../../matrix/message.js';
import { catalogue } from '../../util/catalogue.js';
import { de } from './de/reports.js';

/** Texts about reports by moderators. */
const en = {
  what: 'What is to be reported?',
  forms: 'Give an account, a room, a link to a message, or reply to a message. Nothing was done.',
  taken: (subject: string, caseId: number): Inline[] => [
    'Reported ',
    { code: subject },
    `: Case ${caseId}. `,
    { code: `!heimdall case ${caseId}` },
  ],
  kept: (subject: string): Inline[] => [
    'The report about ',
    { code: subject },
    ' is kept, but opens no case: the account does not exist, or you have opened as many cases as one person ' +
      'may in a day.',
  ],
};

export type English = typeof en;
export const reportTexts = catalogue({ en, de });
