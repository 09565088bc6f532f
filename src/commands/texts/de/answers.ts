import type { Inline } from '../../../matrix/message.js';
import type { Translated } from '../../../util/catalogue.js';
import type { English } from '../answers.js';

/** German: what every command may say. */
export const de: Translated<English> = {
  simulated: 'Probelauf: nichts wurde geändert. Sonst hätte ich es getan.',
  refused: (error) => `Nicht getan: ${error}`,
  failed: (error) => `Gescheitert: ${error}`,
  pending: (error) =>
    `Der Homeserver hat es noch nicht angenommen${error === undefined ? '' : ` (${error})`}. Es ist vorgemerkt und ` +
    'wird weiter versucht.',
  undoReply: [' Rückgängig: antworte ', { code: '!heimdall undo' }, ' auf diese Nachricht.'],
  undoCase: (caseId): Inline[] => [' Rückgängig: ', { code: `!heimdall undo case ${caseId}` }, '.'],
  howToAnswer: [
    'Noch ist nichts getan. Antworte ',
    { code: 'yes' },
    ' (oder ',
    { code: 'ja' },
    ') oder drücke innerhalb von 5 Minuten ✅; ',
    { code: '--yes' },
    ' überspringt die Frage.',
  ],
  ownList: 'meine eigene Liste',
  listNamed: (code) => `die Liste ${code}`,
  severalQuestions: 'Mehrere Fragen sind offen. Antworte auf die, die du meinst, oder drücke ihre Schaltfläche.',
  noQuestion: 'Keine Frage ist offen.',
  answeredAlready: (state, answeredBy): Inline[] => [
    `Das wurde schon beantwortet (${ANSWERS[state] ?? state}, von `,
    { code: answeredBy },
    ').',
  ],
  expired: 'Diese Frage ist abgelaufen, und nichts wurde getan. Gib den Befehl noch einmal.',
  roleNeeded: 'Dafür braucht es eine Rolle, die du nicht hast. Nichts wurde getan.',
  answeredNow: 'Das wurde gerade eben beantwortet.',
  nothingMore: 'Sonst wurde nichts getan.',
  nothingDone: 'Nichts wurde getan.',
  notManagementRoom: 'Nicht aus dem Moderationsraum.',
  joinableRoom:
    'Du darfst hier keine Befehle geben: diesem Raum kann jeder beitreten, also darf es nur, wer seine ' +
    'Einstellungen ändern darf. Ich sage das höchstens einmal am Tag.',
  misspelt: (misspelt): Inline[] => ['Falls das ein Befehl war: Befehle beginnen mit ', { code: misspelt }, '.'],
  lacksRole: (role) => `Dafür braucht es die Rolle ${role}, die du hier nicht hast. Nichts wurde getan.`,
  commandFailed: (error) => `Das ist gescheitert: ${error}`,
  mayNotCommand: 'Du darfst hier keine Befehle geben.',
  askModerator: 'Frage jemanden aus der Moderation.',
  notUnderstood: (text) => `Mit ${text} kann ich hier nichts anfangen.`,
  writeUsage: (usage) => `Schreibe: ${usage}. Nichts wurde getan.`,
  noRooms: ' Noch ist kein Raum geschützt: füge einen hinzu mit !heimdall rooms add ROOM.',
  byInterlock: 'die Sicherung ließ es nicht zu',
  noCause: 'ohne Angabe eines Grundes',
  waitingToBegin: 'Was verlangt wurde, beginnt gleich.',
  noRoomsYet: 'Noch ist kein Raum geschützt: füge einen hinzu mit !heimdall rooms add ROOM.',
};

const ANSWERS: Readonly<Record<string, string>> = { yes: 'ja', no: 'nein', expired: 'abgelaufen' };
