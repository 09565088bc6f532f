import { recordDe } from '../../../notify/texts-record-de.js';
import type { Inline } from '../../../matrix/message.js';
import type { Translated } from '../../../util/catalogue.js';
import { countedDe, numberDe } from '../../../util/counted.js';
import { stateDe, verdictDe } from '../../../util/words-de.js';
import type { English } from '../cases.js';

const notCases = (count: number): string => countedDe(count, 'Nummer ist kein Fall', 'Nummern sind keine Fälle');

/** German: cases, their lists, their view, how they are worked on and how they end. */
export const de: Translated<English> = {
  ownAppeal: (id) =>
    `Fall ${id}: Das ist ein Widerspruch gegen deine eigene Entscheidung, also entscheidet jemand anderes. Nichts ` +
    'wurde getan.',
  askDismiss: (records) => `${numberDe(records)} Fälle verwerfen, ihre Regeln entfernen und ihre Sperren aufheben?`,
  dismissedMany: (count, missing) =>
    `${numberDe(count)} Fälle verworfen${missing > 0 ? `; ${notCases(missing)}` : ''}.`,
  dismissedPartly: (id, failed): Inline[] => [
    `Fall ${id} ist verworfen, aber noch ist nicht alles rückgängig gemacht: ${failed.join(', ')}. Es wird weiter ` +
      'versucht; ',
    { code: `!heimdall case ${id}` },
    ' zeigt den Stand.',
  ],
  dismissed: (id) => `Fall ${id} ist verworfen.`,
  ruleRemoved: ' Seine Regel ist entfernt, seine Sperren sind aufgehoben.',
  nothingToUndo: ' Rückgängig zu machen war nichts.',
  takeBack: ' Doch nicht? ',
  nothingToClose: 'Es gab nichts abzuschließen.',
  closed: (id) => `Fall ${id} ist abgeschlossen. Was getan wurde, bleibt.`,
  closedMany: (count, which) => `${numberDe(count)} Fälle sind abgeschlossen: ${which}. Was getan wurde, bleibt.`,
  missing: (missing) => ` ${notCases(missing)}.`,
  allOfWhich: 'Alle welcher Fälle?',
  closeAllUsage: 'Schreibe: close all banned. Nichts wurde getan.',
  isOpen: (id) => `Fall ${id} ist schon offen.`,
  reopened: (id, state): Inline[] => [
    `Fall ${id} ist wieder offen; vorher: ${stateDe(state)}. Was `,
    { code: 'responses' },
    ' verlangt, geschieht, wenn sein Gegenstand das nächste Mal gesehen wird.',
  ],
  staysBanned: ' Gesperrt bleibt es trotzdem: ',
  wantsIt: ' sperrt es auch.',
  wantIt: ' sperren es auch.',
  notModerator: (userId) => `${userId} gehört hier nicht zur Moderation.`,
  notModeratorRemedy: 'Fälle gehen an Mitglieder des Moderationsraums. Nichts wurde getan.',
  assigned: (id, userId): Inline[] => [`Fall ${id} liegt jetzt bei `, { code: userId }, '.'],
  noted: (id) => `In Fall ${id} notiert.`,
  sameCase: 'Das ist zweimal derselbe Fall.',
  giveTwo: 'Nenne zwei verschiedene Nummern. Nichts wurde getan.',
  sameMatter: (id) => `dieselbe Sache wie Fall ${id}`,
  isSameMatter: (id) => `Fall ${id} ist dieselbe Sache`,
  merged: (id, id2) => `Fall ${id} ist abgeschlossen: dieselbe Sache wie Fall ${id2}.`,
  noPage: (page) => `Eine Seite ${page} gibt es nicht.`,
  noCases: 'Es gibt keine Fälle.',
  noOpenCases: 'Es gibt keine offenen Fälle.',
  noCasesOf: (state) => `Es gibt keine Fälle mit dem Stand „${stateDe(state)}“.`,
  state: (state) => `Stand: ${stateDe(state)}`,
  caseLine: (id, subject, verdict, state): Inline[] => [
    `Fall ${id}: `,
    { code: subject },
    ` – ${verdictDe(verdict)}, ${stateDe(state)}`,
  ],
  moreCases: (more, state, next): Inline[] => [
    `… und ${numberDe(more)} mehr: `,
    { code: `!heimdall cases${state} ${next}` },
  ],
  details: ['Einzelheiten: ', { code: '!heimdall case NUMBER' }],
  evidence: 'Belege:',
  evidenceLine: (sentence, field, disguise, weight) => `${sentence} (${field}, ${disguise}, ${weight})`,
  actions: 'Maßnahmen:',
  actionLine: (kind, state, error) =>
    `${recordDe.effect(kind)}: ${recordDe.state(state)}${error === null ? '' : ` – ${error}`}`,
  history: 'Verlauf:',
  historyLine: (at, actor, what, note) => `${at} ${actor}: ${recordDe.happened(what)}${note}`,
  rulesInForce: 'Geltende Regeln:',
  inList: (list) => ` in ${list}, `,
  noEnd: 'ohne Ende',
  endsAt: (time) => `endet von selbst: ${time}`,
  assignedTo: (userId) => `an ${userId}`,
};
