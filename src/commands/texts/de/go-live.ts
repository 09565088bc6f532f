import type { Inline } from '../../../matrix/message.js';
import type { Translated } from '../../../util/catalogue.js';
import { countedDe } from '../../../util/counted.js';
import type { English } from '../go-live.js';

const times = (count: number): string => countedDe(count, 'Mal', 'Mal');
const accounts = (count: number): string => countedDe(count, 'Konto', 'Konten');
const messages = (count: number): string => countedDe(count, 'Nachricht', 'Nachrichten');

const SIMULATED: Readonly<Record<string, (count: number) => string>> = {
  ban: (count) => `In Räumen sperren: ${times(count)}`,
  kick: (count) => `Aus Räumen hinauswerfen: ${times(count)}`,
  redact: (count) => `Löschen: ${messages(count)}`,
  redact_user: (count) => `Löschen, was jemand in einem Raum schrieb: ${times(count)}`,
  acl: (count) => `Eine Server-ACL ändern: ${times(count)}`,
  write_rule: (count) => `Eine Regel in eine Liste schreiben: ${times(count)}`,
  remove_rule: (count) => `Eine Regel aus einer Liste entfernen: ${times(count)}`,
  report: (count) => `Dem Homeserver melden: ${accounts(count)}`,
  report_event: (count) => `Dem Homeserver melden: ${messages(count)}`,
  mail: (count) => `An eine Abuse-Stelle schreiben: ${countedDe(count, 'Mail', 'Mails')}`,
  suspend: (count) => `Aussetzen: ${accounts(count)}`,
  deactivate: (count) => `Deaktivieren: ${accounts(count)}`,
  mute: (count) => `In Räumen stummschalten: ${times(count)}`,
  lockdown: (count) => `Abriegeln: ${countedDe(count, 'Raum', 'Räume')}`,
};

/** German: `go live` and `go dry`. */
export const de: Translated<English> = {
  liveSummary: 'Beendet den Probelauf, nach einer Vorschau dessen, was bisher nur durchgespielt wurde. Fragt vorher.',
  drySummary: 'Beginnt einen Probelauf: Heimdall entscheidet und berichtet, ändert aber nichts, bis „go live“.',
  alreadyLive: 'Das ist kein Probelauf: was ich entscheide, geschieht.',
  alreadyDry: 'Das ist schon ein Probelauf: nichts wird geändert.',
  question: 'Den Probelauf beenden? Von da an geschieht, was ich entscheide: Sperren, Meldungen, Mails.',
  simulatedHead: 'Bisher habe ich nur durchgespielt:',
  nothingSimulated: 'Bisher kam nichts vor, was ich getan hätte.',
  simulated: (kind, count) => SIMULATED[kind]?.(count),
  waiting: (cases): Inline[] => [
    `${countedDe(cases, 'Fall wartet', 'Fälle warten')} auf das, was durchgespielt wurde. Das Ende des Probelaufs ` +
      'holt es nicht nach; das tut ',
    { code: '!heimdall scan --act' },
    '.',
  ],
  listsNow: (rules, rooms): Inline[] => [
    `Ich sperre sofort alle, die die beobachteten Listen nennen (${countedDe(rules, 'Regel', 'Regeln')}), in ` +
      `${countedDe(rooms, 'geschützten Raum', 'geschützten Räumen')} und setze deren Server-ACLs.`,
  ],
  noRooms: ['Noch ist kein Raum geschützt. ', { code: '!heimdall rooms add ROOM' }, ' schützt einen.'],
  wentLive: (configured): Inline[] => [
    'Ab jetzt ist es ernst. ',
    ...(configured
      ? [
          'Das gilt auch nach einem Neustart, obwohl in der Konfiguration ',
          { code: 'dry_run: true' },
          ' steht; schreibe dort bei Gelegenheit ',
          { code: 'dry_run: false' },
          '. ',
        ]
      : []),
    { code: '!heimdall go dry' },
    ' führt zurück.',
  ],
  wentDry: [
    'Ab jetzt wird nichts mehr geändert: ich entscheide und berichte. Was getan wurde, bleibt. ',
    { code: '!heimdall go live' },
    ' beendet es.',
  ],
};
