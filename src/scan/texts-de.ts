import type { Translated } from '../util/catalogue.js';
import { countedDe, numberDe } from '../util/counted.js';
import { verdictDe } from '../util/words-de.js';
import type { English } from './texts.js';

const of = (total: number): string => (total > 0 ? ` von ${numberDe(total)}` : '');
const members = (count: number): string => countedDe(count, 'Mitglied', 'Mitglieder');

/** German: scans. */
export const de: Translated<English> = {
  nobody: 'niemand',
  level: (count, level) => `${numberDe(count)} ${verdictDe(level)}`,
  progress: (position, found) => `${position}; gefunden: ${found}`,
  atAccounts: (at, total) => `Konten: ${numberDe(at)}${of(total)}`,
  atRooms: (at, total, count) => `Räume: ${numberDe(at)}${of(total)}, ${members(count)}`,
  accounts: (count) => countedDe(count, 'Konto', 'Konten'),
  rooms: (count, inThem) => `${countedDe(count, 'Raum', 'Räume')} mit ${countedDe(inThem, 'Mitglied', 'Mitgliedern')}`,
  noAdminRights:
    'Die Konten ließen sich nicht auflisten: der Bot ist kein Server-Admin, und homeserver.admin_token ist nicht ' +
    'gesetzt.',
  onlyOwnRooms: 'Ohne Admin-Rechte wurden nur Räume durchsucht, in denen der Bot ist.',
  unread: (count) => `${countedDe(count, 'Raum war', 'Räume waren')} nicht lesbar.`,

  running: (progress) => `Suchlauf: ${progress}.`,
  done: (progress) => `Suchlauf fertig: ${progress}.`,
  interrupted: (why) => `Der Suchlauf wurde unterbrochen: ${why}. Derselbe Befehl setzt ihn fort, wo er stehen blieb.`,
  ended: 'Jemand aus der Moderation hat ihn beendet',
  stopping: 'Heimdall hält an',
  alreadyRunning: (how) => `Ein Suchlauf ist schon im Gange, ${how}.`,
  alreadyRunningRemedy: 'Warte, bis er fertig ist: ein Suchlauf findet dasselbe, wer immer ihn verlangt.',
  forThisRoom: 'für diesen Raum',
  byProcess: (pid, host) => `durch Prozess ${pid} auf ${host}`,

  summary: (found) => `Suchlauf fertig. Gefunden: ${found}`,
  lookedAt: (what, found) => `Angesehen: ${what}. Neu: ${found}.`,
  toAct: [
    'Niemand wurde gemeldet oder gesperrt. Ausführen, was ',
    { code: 'responses' },
    ' verlangt: ',
    { code: '!heimdall scan --act' },
  ],
  acts: ['Was ', { code: 'responses' }, ' verlangt, geschieht gerade oder ist schon geschehen.'],

  decide: 'Bitte entscheide',
  tooManyNew: (count) =>
    `Ein Suchlauf oder die Vergangenheit des Homeservers hat ${countedDe(count, 'neuen Fall', 'neue Fälle')} ` +
    `ergeben. ` +
    'So viele auf einmal sind ein Angriff oder ein Fehler in den Regeln, deshalb führe ich sie nur auf.',
  tooManyBans: (count) =>
    `Ein Suchlauf hat ${countedDe(count, 'Konto', 'Konten')} gefunden, die zu sperren wären: mehr, als ` +
    `scan.most_bans ` +
    'ohne Rückfrage erlaubt. Ich sperre niemanden, bis du entscheidest.',
  howToDecide: [
    'Sieh sie durch: ',
    { code: '!heimdall dismiss NUMBER' },
    ' schließt einen falschen. Danach führt ',
    { code: '!heimdall scan --act' },
    ' aus, was ',
    { code: 'responses' },
    ' verlangt.',
  ],
  moreFound: (count) => `… und ${numberDe(count)} mehr. `,
  allOpen: ['Alle offenen Fälle: ', { code: '!heimdall cases' }, '; Einzelheiten: ', { code: '!heimdall case NUMBER' }],
  imitates: ', ahmt nach: ',
};
