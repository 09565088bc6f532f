import type { Inline } from '../../../matrix/message.js';
import type { Translated } from '../../../util/catalogue.js';
import { countedDe } from '../../../util/counted.js';
import type { English } from '../export.js';

/** German: `export`. */
export const de: Translated<English> = {
  summary:
    'Schickt die Fälle, oder die Regeln einer Liste oder aller, als Datei in diesen Raum: NDJSON, ein JSON-Objekt je ' +
    'Zeile.',
  which: ['Was soll exportiert werden?', 'Schreibe: export cases [STATE] oder export rules [LIST].'],
  noStates: ['Regeln haben keinen solchen Stand.', 'Schreibe: export rules [LIST].'],
  noLists: ['Fälle stehen in keiner Liste.', 'Schreibe: export cases [STATE].'],
  noCases: 'Solche Fälle gibt es nicht.',
  noRules: 'Dort gelten keine Regeln.',
  sent: (lines, what, name): Inline[] => [
    `${what === 'cases' ? countedDe(lines, 'Fall', 'Fälle') : countedDe(lines, 'Regel', 'Regeln')}: `,
    { code: name },
    '.',
  ],
  readBy: ['Die Regeln haben die Form, die ', { code: 'heimdall policy match --rules FILE' }, ' liest.'],
  onlyFirst: (lines) => `Es gibt mehr: das sind die ${lines}, die sich zuletzt geändert haben.`,
  refused: (why) => `Der Homeserver hat die Datei nicht angenommen (${why}), deshalb folgt sie als Text.`,
  restInFile: (name) => `Die Antwort geht weiter. Ganz steht sie in der Datei ${name}.`,
  leftOut: (lines) => `${countedDe(lines, 'Zeile', 'Zeilen')} weggelassen: zu lang für Nachrichten.`,
};
