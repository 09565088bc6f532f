import type { Inline } from '../../../matrix/message.js';
import type { Translated } from '../../../util/catalogue.js';
import { countedDe, numberDe } from '../../../util/counted.js';
import type { English } from '../raids.js';

const people = (count: number): string => countedDe(count, 'Konto', 'Konten');

/** German: a raid, and banning all of it. */
export const de: Translated<English> = {
  which: ['Welche Angriffswelle?', 'Nenne die Nummer aus ihrer Sammelnachricht.'],
  heading: (raid, cases) => `Angriffswelle ${raid}: ${countedDe(cases, 'Fall', 'Fälle')}`,
  moreThan: (count) => `… und mehr als diese ${count}.`,
  banAll: (raid): Inline[] => ['Alles sperren: ', { code: `!heimdall ban raid ${raid}` }, '; das fragt vorher.'],
  ask: (count, raid) => `${people(count)} aus Angriffswelle ${raid} sperren?`,
  nobody: (raid) => `In Angriffswelle ${raid} ist niemand mehr zu sperren.`,
  levels: (words, here) => `${words}. Davon jetzt in den geschützten Räumen: ${people(here)}.`,
  more: (count) => `… und ${numberDe(count)} mehr.`,
  banned: (count) => `Schon gesperrt: ${people(count)}.`,
  dismissed: (count) => `Ausgenommen: ${countedDe(count, 'verworfener Fall', 'verworfene Fälle')}.`,
  reported: (count) => `Ausgenommen: ${people(count)}, die nur gemeldet wurden: sperre jedes über seinen Fall.`,
  noAccount: (count) => `Ausgenommen: ${countedDe(count, 'Fall', 'Fälle')}, bei denen es um kein Konto geht.`,
  leftOut: (count) => `Ausgenommen: ${people(count)}: `,
  done: (done, all) => `${numberDe(done)} von ${countedDe(all, 'Sperrregel', 'Sperrregeln')} geschrieben in `,
  effect: (banned, left) =>
    ` Aus den geschützten Räumen gesperrt: ${people(banned)}.` +
    `${left > 0 ? ` Noch offen: ${numberDe(left)}; es wird weiter versucht.` : ''}`,
};
