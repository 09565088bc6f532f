import type { Inline } from '../../../matrix/message.js';
import type { Translated } from '../../../util/catalogue.js';
import type { English } from '../reports.js';

/** German: reports that moderators make themselves. */
export const de: Translated<English> = {
  what: 'Was soll gemeldet werden?',
  forms: 'Nenne ein Konto, einen Raum oder einen Link auf eine Nachricht, oder antworte auf eine. Nichts wurde getan.',
  taken: (subject, caseId): Inline[] => [
    'Gemeldet: ',
    { code: subject },
    `: Fall ${caseId}. `,
    { code: `!heimdall case ${caseId}` },
  ],
  kept: (subject): Inline[] => [
    'Die Meldung zu ',
    { code: subject },
    ' ist gespeichert, eröffnet aber keinen Fall: das Konto gibt es nicht, oder du hast heute schon so viele Fälle ' +
      'eröffnet, wie eine Person darf.',
  ],
};
