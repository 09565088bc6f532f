import type { Translated } from '../util/catalogue.js';
import type { English } from './texts.js';

/** German: what moderators read in the thread of a case. */
export const de: Translated<English> = {
  reported: 'Was gemeldet wurde, im Wortlaut von damals: ',
  around: 'Drumherum:',
  encrypted: 'eine verschlüsselte Nachricht. Nur wer im Raum ist, kann sie lesen.',
  withoutText: (type) => `${type} ohne Text.`,
  anEvent: 'ein Ereignis',
  somebody: 'jemand',
  tooManyChats: 'Zu viele Chats auf einmal.',
  noImpostor: 'In dem Fall gilt dieses Konto nicht mehr als falsches Konto.',
  reportTaken: 'Meldung angenommen',
  mail: {
    answer: 'Antwort per Mail von ',
    automatic: 'Automatische Mail von ',
    bounce: 'Eine Mail ließ sich nicht zustellen, meldet ',
    complaint: 'Beschwerde per Mail von ',
    appeal: 'Widerspruch per Mail von ',
  },
  appealed: (caseId) =>
    `Fall ${caseId}: das betroffene Konto widerspricht der Entscheidung. Jemand anderes als bisher sollte ihn prüfen.`,
  appealByLink: (caseId) => `Widerspruch in Fall ${caseId}, über den Link einer Begründung:`,
};
