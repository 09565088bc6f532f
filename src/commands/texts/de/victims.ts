import type { Translated } from '../../../util/catalogue.js';
import { countedDe } from '../../../util/counted.js';
import type { English } from '../victims.js';

/** German: warnings to people whom an impostor approached. */
export const de: Translated<English> = {
  off: 'Vor falschen Konten wird hier niemand gewarnt.',
  setting: 'Setze reports.warn_victims auf ask oder certain.',
  notCertain: (id) => `Fall ${id}: gewarnt wird nur vor Konten, die sicher falsch sind.`,
  onTheWay: (id) => `Fall ${id}: die Warnungen sind unterwegs.`,
  asked: (id, victims) =>
    victims === 0
      ? `Fall ${id}: es hat hier niemanden angesprochen, soweit ich sehe.`
      : `Fall ${id}: ${countedDe(victims, 'Konto wird', 'Konten werden')} hier gewarnt, je einmal.`,
};
