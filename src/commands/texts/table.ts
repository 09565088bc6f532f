import type { Inline } from '../../matrix/message.js';
import { catalogue } from '../../util/catalogue.js';
import { de } from './de/table.js';

/** Texts of the help. */
const en = {
  didYouMean: (nearest: readonly string[]) => ` Did you mean ${nearest.map((name) => `"${name}"`).join(' or ')}?`,
  noCommand: (word: string, hint: string): Inline[] => [
    `There is no command "${word}".${hint} `,
    { code: '!heimdall help' },
    ' lists them all.',
  ],
  more: ['More: ', { code: '!heimdall help COMMAND' }, ' or ', { code: '!heimdall help TOPIC' }, '.'] as Inline[],
  alsoCalled: (aliases: readonly string[]) => `Also called: ${aliases.join(', ')}.`,
  alsoOption: (names: readonly string[]) => ` Also: ${names.join(', ')}.`,
  forExample: 'For example:',
};

export type English = typeof en;
export const helpTexts = catalogue({ en, de });
