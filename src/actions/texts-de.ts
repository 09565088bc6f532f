import type { Translated } from '../util/catalogue.js';
import { countedDe } from '../util/counted.js';
import type { English } from './texts.js';

/** German: actions that were not carried out. */
export const de: Translated<English> = {
  unknownKind: (kind) => `Diese Version von Heimdall weiß nicht, wie \`${kind}\` geht.`,
  dryRun: 'Probelauf: nichts wurde verschickt.',
  givenUp: (tries, why) => `aufgegeben nach ${countedDe(tries, 'Versuch', 'Versuchen')}; ${why}`,
};
