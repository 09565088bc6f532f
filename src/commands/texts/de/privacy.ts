import type { Inline } from '../../../matrix/message.js';
import type { Translated } from '../../../util/catalogue.js';
import { countedDe, numberDe } from '../../../util/counted.js';
import type { English } from '../privacy.js';

/** German: the data that are kept about a person. */
export const de: Translated<English> = {
  askExport: (userId): Inline[] => ['Hier zeigen, was gespeichert ist über ', { code: userId }, '?'],
  nothing: (userId): Inline[] => ['Nichts ist gespeichert über ', { code: userId }, '.'],
  kept: 'Gespeichert, als Zeilen von Tabellen:',
  shell: (userId): Inline[] => [
    'Alles als JSON, in der Shell: ',
    { code: `heimdall privacy export '${userId}' --config FILE` },
  ],
  askErase: (userId, rows): Inline[] => [
    'Löschen, was gespeichert ist über ',
    { code: userId },
    `: ${countedDe(rows, 'Zeile', 'Zeilen')}? Das lässt sich nicht rückgängig machen. Geltende Regeln und Sperren ` +
      'bleiben; Nachrichten in Räumen werden nicht angerührt.',
  ],
  erased: (removed, blanked, cases) =>
    `Gelöscht: ${countedDe(removed, 'Zeile', 'Zeilen')} entfernt, ${numberDe(blanked)} geleert; ` +
    `${countedDe(cases, 'Fall bleibt', 'Fälle bleiben')} als Nummer und Datum.`,
  hadToStay: 'Was bleiben musste:',
  more: (kept) => `und ${numberDe(kept)} mehr.`,
  rule: 'eine geltende Regel',
  ban: 'eine bestehende Sperre',
  suspension: 'eine bestehende Aussetzung',
  deactivation: 'dass das Konto deaktiviert wurde',
  quarantine: 'eine bestehende Quarantäne von Medien',
  ruleEnd: 'das Ende einer geltenden Regel',
  settings: 'die Einstellungen',
  otherCase: 'ein Fall über jemand anderen, der diese Person nennt',
};
