import type { Inline } from '../../../matrix/message.js';
import type { Translated } from '../../../util/catalogue.js';
import { countedDe, numberDe } from '../../../util/counted.js';
import type { English } from '../outcome.js';

/** German: many actions of one command, what came of them, and how far they are. */
export const de: Translated<English> = {
  where: (deed, rooms) => ` ${deed === 'kick' ? 'aus' : 'in'} ${countedDe(rooms, 'Raum', 'Räumen')}.`,
  kicked: (whom, kicks, where): Inline[] => [
    'Hinausgeworfen: ',
    { code: whom },
    kicks === undefined ? '' : ` (${numberDe(kicks)} Mal)`,
    where,
  ],
  redacted: (gone, whom, where): Inline[] => [
    `${countedDe(gone, 'Nachricht', 'Nachrichten')} von `,
    { code: whom },
    ' gelöscht',
    where,
  ],
  nobodyKicked: 'Niemand wurde hinausgeworfen.',
  nothingRedacted: 'Es gab nichts zu löschen.',
  already: (count) => ` ${countedDe(count, 'Nachricht war', 'Nachrichten waren')} schon gelöscht.`,
  stayed: (count) => ` ${countedDe(count, 'Nachricht ließ', 'Nachrichten ließen')} sich nicht löschen.`,
  simulated: (count) =>
    `Probelauf: nichts wurde geändert. Sonst wären es ${countedDe(count, 'Maßnahme', 'Maßnahmen')} gewesen.`,
  notDone: (count) => `${numberDe(count)} Mal nicht getan:`,
  atWork: (done, total) =>
    `In Arbeit: ${numberDe(done)} von ${numberDe(total)} erledigt. Zum Abbrechen drücke ❌ oder antworte cancel; ` +
    'das Ende steht dann hier.',
  over: (done, total, cancelled) =>
    `${cancelled ? 'Abgebrochen' : 'Fertig'}: ${numberDe(done)} von ${numberDe(total)} erledigt.`,
  rules: 'Regeln geschrieben',
  lifts: 'Sperren aufgehoben',
  bans: 'Sperren',
  changes: 'Erledigt',
  worked: (what, done, total) => `${what}: ${numberDe(done)} von ${numberDe(total)}.`,
  notBegun: (count) => `Abgebrochen, bevor es begann: ${numberDe(count)}.`,
  noWork: 'Es läuft nichts, was sich abbrechen ließe.',
  whichWork: (count) =>
    `${numberDe(count)} Befehle laufen gerade. Antworte cancel auf den, den du meinst, oder drücke sein ❌.`,
  takenBack: 'Abgebrochen: die Regel ist zurückgenommen, und mit ihr die Sperren, die sie brachte.',
  cancelled:
    'Abgebrochen: was noch nicht begonnen hat, geschieht nicht. Was getan wurde, bleibt; um es zurückzunehmen, ' +
    'antworte undo auf den Befehl.',
};
