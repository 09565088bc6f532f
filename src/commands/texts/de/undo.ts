import type { Inline } from '../../../matrix/message.js';
import type { Translated } from '../../../util/catalogue.js';
import { countedDe, numberDe } from '../../../util/counted.js';
import type { English } from '../undo.js';

const KINDS: Readonly<Record<string, string>> = {
  write_rule: 'Regel geschrieben:',
  remove_rule: 'Regel entfernt:',
  mute: 'stummgeschaltet:',
  suspend: 'ausgesetzt:',
  deactivate: 'deaktiviert:',
  kick: 'hinausgeworfen:',
  redact: 'eine Nachricht gelöscht von',
  redact_user: 'Nachrichten gelöscht von',
  lockdown: 'Raum nur auf Einladung:',
  quarantine_media: 'Medien in Quarantäne von',
  change: 'geändert:',
  ban: 'gesperrt:',
  unban: 'Sperre aufgehoben:',
};
const kindOf = (kind: string): string => KINDS[kind] ?? kind.replaceAll('_', ' ');
const actions = (count: number): string => countedDe(count, 'Maßnahme', 'Maßnahmen');

/** German: taking things back. */
export const de: Translated<English> = {
  what: 'Was soll rückgängig gemacht werden?',
  howTo: 'Schreibe: undo case 12, undo since 1h, oder antworte undo auf eine Antwort von mir. Nichts wurde getan.',
  noCase: (said) => `Einen Fall ${said} gibt es nicht.`,
  casesRemedy: '!heimdall cases nennt sie. Nichts wurde getan.',
  onlyOwn: 'Zurücknehmen kannst du so nur, was du selbst getan hast.',
  onlyOwnRemedy: 'Schreibe: undo since 1h. Für andere: antworte undo auf meine Antwort. Nichts wurde getan.',
  sinceWhen: 'Seit wann?',
  sinceRemedy: 'Schreibe: undo everything of the last hour, oder undo since 30m. Nichts wurde getan.',
  ask: (count) => `${actions(count)} von dir zurücknehmen?`,
  more: (count) => `… und ${numberDe(count)} mehr.`,
  nothing: 'Es gab nichts rückgängig zu machen.',
  nothingLeft: 'Es gab nichts mehr rückgängig zu machen.',
  cannot: (kinds) => `Das lässt sich nicht rückgängig machen: ${kinds}.`,
  alsoCannot: (kinds) => ` Nicht rückgängig zu machen: ${kinds}.`,
  done: (count) => `Rückgängig gemacht: ${actions(count)}. Sperren, die nur diese Regeln verlangten, sind aufgehoben.`,
  restored: ' Entfernte Sperrregeln gelten wieder.',
  caseNothing: (id) => `In Fall ${id} gab es nichts rückgängig zu machen.`,
  caseDone: (id, removed, other) => {
    const more = other > 0 ? `; ${numberDe(other)} weitere zurückgenommen` : '';
    const done =
      removed === 0
        ? `${actions(other)} zurückgenommen`
        : `${countedDe(removed, 'Regel', 'Regeln')} entfernt, mit den Sperren, die nur ` +
          `${removed === 1 ? 'sie verlangte' : 'sie verlangten'}${more}`;
    return `Rückgängig gemacht in Fall ${id}: ${done}. Der Fall bleibt, wie er ist.`;
  },
  caseCannot: (kinds) => ` Nicht rückgängig zu machen: ${kinds.join(', ')}.`,
  stays: { redact: 'gelöschte Nachrichten', kick: 'Hinauswürfe', deactivate: 'deaktivierte Konten' },
  countsAnew: ' Der nächste Verstoß zählt wieder als erster.',
  elsewhere: (count) => ` Gesperrt bleibt es durch ${countedDe(count, 'andere Regel', 'andere Regeln')}.`,
  kinds: KINDS,
  one: (kind, whom): Inline[] => [`${kindOf(kind)} `, { code: whom }],
  names: (kinds) => [...new Set(kinds.map((kind) => kindOf(kind).replace(/:$| von$/, '')))].join(', '),
};
