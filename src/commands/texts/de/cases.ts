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
    `${effect(kind)}: ${STATES[state] ?? state}${error === null ? '' : ` – ${error}`}`,
  history: 'Verlauf:',
  historyLine: (at, actor, what, note) => `${at} ${actor}: ${HAPPENED[what] ?? what}${note}`,
  rulesInForce: 'Geltende Regeln:',
  inList: (list) => ` in ${list}, `,
  noEnd: 'ohne Ende',
  endsAt: (time) => `endet von selbst: ${time}`,
  assignedTo: (userId) => `an ${userId}`,
};

const EFFECTS: Readonly<Record<string, string>> = {
  write_rule: 'Sperrregel',
  remove_rule: 'Entfernen der Regel',
  report: 'Meldung des Kontos an den Homeserver',
  report_event: 'Meldung der Nachricht an den Homeserver',
  mail: 'Mail an die Abuse-Stelle',
  forward_mail: 'Mail an die Abuse-Stelle des fremden Servers',
  redact: 'Löschen einer Nachricht',
  redact_user: 'Löschen der Nachrichten',
  kick: 'Rauswurf',
  ban: 'Sperre',
  unban: 'Aufheben der Sperre',
  mute: 'Stummschaltung',
  warn: 'Verwarnung',
  lock: 'Verriegelung des Kontos',
  suspend: 'Aussetzung des Kontos',
  statement: 'Begründung an die betroffene Person',
  receipt: 'Nachricht an die meldende Person',
  letter: 'Mail an die meldende Person',
};

const effect = (kind: string): string => EFFECTS[kind] ?? kind.replaceAll('_', ' ');

const STATES: Readonly<Record<string, string>> = {
  due: 'noch nicht getan',
  done: 'getan',
  refused: 'nicht getan',
  simulated: 'nur durchgespielt (Probelauf)',
  failed: 'gescheitert',
  cancelled: 'abgebrochen',
};

const HAPPENED: Readonly<Record<string, string>> = {
  'case.opened': 'eröffnet',
  'case.reopened': 'wieder geöffnet',
  'case.assigned': 'zugewiesen',
  'case.noted': 'Notiz',
  'case.merged': 'abgeschlossen',
  'case.closed': 'abgeschlossen',
  'case.dismissed': 'verworfen',
  'case.banned': 'gesperrt',
  'case.actioned': 'erledigt',
  'case.appealed': 'Widerspruch eingegangen',
  'case.appeal_added': 'weiterer Widerspruch eingegangen',
  'case.appeal_upheld': 'Widerspruch stattgegeben',
  'case.appeal_rejected': 'Widerspruch zurückgewiesen',
  'statement.sent': 'Begründung verschickt',
};
