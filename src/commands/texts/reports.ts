import type { Inline } from '../../matrix/message.js';

/** What is said about reports that moderators make themselves. */
export const reportTexts = {
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
