import type { Inline } from '../../../matrix/message.js';
import type { Translated } from '../../../util/catalogue.js';
import { countedDe, numberDe } from '../../../util/counted.js';
import { stateDe, verdictDe } from '../../../util/words-de.js';
import type { English } from '../look.js';

/** German: where somebody looks things up: explain, search, audit, rooms info, responses. */
export const de: Translated<English> = {
  noRuleMatches: ': keine Regel passt.',
  rulesDecide: (rules) => `: ${countedDe(rules, 'Regel', 'Regeln')}; die erste entscheidet.`,
  until: (time) => `, bis ${time}`,
  caseLine: (id, verdict, state, openedAt): Inline[] => [
    `Fall ${id}: ${verdictDe(verdict)}, ${stateDe(state)}, eröffnet ${openedAt}. `,
    { code: `!heimdall case ${id}` },
  ],
  by: (who) => `, von ${who}`,
  power: (level) => `, Rechtestufe ${level}`,
  inNoRoom: 'Es ist in keinem geschützten Raum.',
  noneFound: 'Keine Regel passt.',
  more: (more) => `… und ${numberDe(more)} mehr.`,
  auditNothing: 'Im Protokoll passt nichts.',
  auditLine: (at, actor, what, caseId): Inline[] => [
    `${at} `,
    { code: actor },
    ` ${what}${caseId === null ? '' : ` Fall ${caseId}`}`,
  ],
  version: (version) => `Heimdall ${version}`,
  whichRoom: 'Welcher Raum?',
  giveRoom: 'Nenne eine Raumkennung (!…), einen Alias (#name:server) oder einen Link.',
  unknownRoom: (roomId): Inline[] => [{ code: roomId }, ' kennt der Homeserver nicht, oder ich bin kein Server-Admin.'],
  roomName: (name) => `Name: ${name}`,
  localMembers: (localMembers) => `Mitglieder von diesem Server: ${localMembers}`,
  madeBy: (creator): Inline[] => ['Angelegt von: ', { code: creator }],
  notProtected: 'Nicht geschützt',
  dryRun: 'Das ist ein Probelauf: nichts davon geschieht.',
  change: ['Ändern: ', { code: 'responses' }, ' in der Konfiguration.'],
};
