import type { Translated } from '../util/catalogue.js';
import { countedDe } from '../util/counted.js';
import type { English } from './texts.js';

/** German: actions that were not carried out. */
export const de: Translated<English> = {
  unknownKind: (kind) => `Diese Version von Heimdall weiß nicht, wie \`${kind}\` geht.`,
  dryRun: 'Probelauf: nichts wurde verschickt.',
  besideAnother: 'begonnen neben einer früheren Aktion, auf die keine Antwort kam',
  givenUp: (tries, why) => `aufgegeben nach ${countedDe(tries, 'Versuch', 'Versuchen')}; ${why}`,
};
