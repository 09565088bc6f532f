import type { Inline } from '../../../matrix/message.js';
import type { Translated } from '../../../util/catalogue.js';
import type { English } from '../mail.js';

/** German: mail to abuse desks. */
export const de: Translated<English> = {
  none: 'Noch wurde keine Mail geschrieben.',
  line: (id, caseId, recipient, standing): Inline[] => [
    `${id}: ${caseId === null ? 'kein Fall' : `Fall ${caseId}`} an `,
    { code: recipient },
    `, ${standing}`,
  ],
  heading: (id, recipient, standing): Inline[] => [`Mail ${id} an `, { code: recipient }, `: ${standing}`],
  subject: (it) => `Betreff: ${it}`,
  answer: (kind, from, body) => `${kind} von ${from}: ${body}`,
  resent: (id, recipient, it): Inline[] => [`Mail ${id} ging noch einmal an `, { code: recipient }, `: ${it}`],
  notNoted: (error) =>
    `Das ließ sich nicht vermerken: ${error}. Sende sie nicht noch einmal, auch wenn die Liste sie nicht als ` +
    'gesendet zeigt.',
  tested: (recipient, it): Inline[] => ['Eine Testmail ging an ', { code: recipient }, `: ${it}`],
  refused: (error) => `Der Mailserver hat sie abgelehnt: ${error}`,
  forwardOff: 'Mail an andere Server ist ausgeschaltet.',
  forwardOffRemedy: 'Setze mail.forward auf ask.',
  nothingToWrite: (id) => `Zu Fall ${id} gibt es nichts zu schreiben.`,
  itsServer: 'beim Server des Kontos',
  forwarded: (id, server) => `Fall ${id}: Mail ging an die Abuse-Stelle: ${server}.`,
  notForwarded: (id, server, error) => `Fall ${id}: keine Mail ging an die Abuse-Stelle: ${server}. ${error}`,
  forwardDryRun: (id) => `Fall ${id}: das ist ein Probelauf, also wird nichts verschickt.`,
  forwarding: (id, server) => `Fall ${id}: die Mail an die Abuse-Stelle ist unterwegs: ${server}.`,
};
