import { counted } from '../util/counted.js';
import { catalogue } from '../util/catalogue.js';
import { de } from './texts-de.js';

/** Texts about actions that were not carried out. */
const en = {
  unknownKind: (kind: string) => `This version of Heimdall does not know how to carry out \`${kind}\`.`,
  dryRun: 'Dry run: nothing was sent.',
  besideAnother: 'begun beside an earlier one in its lane, which got no answer',
  givenUp: (tries: number, why: string) => `given up after ${counted(tries, 'try', 'tries')}; ${why}`,
};

export type English = typeof en;
export const actionTexts = catalogue({ en, de });
