import { counted } from '../util/counted.js';

/** What is said of actions that were not carried out. */
export const actionTexts = {
  unknownKind: (kind: string) => `This version of Heimdall does not know how to carry out \`${kind}\`.`,
  dryRun: 'Dry run: nothing was sent.',
  givenUp: (tries: number, why: string) => `given up after ${counted(tries, 'try', 'tries')}; ${why}`,
};
