import type { Inline } from '../../../matrix/message.js';
import type { Translated } from '../../../util/catalogue.js';
import type { English } from '../table.js';

/** German: the help. */
export const de: Translated<English> = {
  didYouMean: (nearest) => ` Meintest du ${nearest.map((name) => `„${name}“`).join(' oder ')}?`,
  noCommand: (word, hint): Inline[] => [
    `Einen Befehl „${word}“ gibt es nicht.${hint} `,
    { code: '!heimdall help' },
    ' nennt alle.',
  ],
  more: ['Mehr: ', { code: '!heimdall help COMMAND' }, ' oder ', { code: '!heimdall help TOPIC' }, '.'],
  alsoCalled: (aliases) => `Heißt auch: ${aliases.join(', ')}.`,
  alsoOption: (names) => ` Auch: ${names.join(', ')}.`,
  forExample: 'Zum Beispiel:',
};
