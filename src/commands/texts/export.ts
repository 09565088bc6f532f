/** Sentences of `export`. */
import type { Inline } from '../../matrix/message.js';
import { counted } from '../../util/counted.js';
import { catalogue } from '../../util/catalogue.js';
import { de } from './de/export.js';

const en = {
  summary:
    'Sends the cases, or the rules of one list or of all, as a file into this room: NDJSON, one JSON object a line.',
  which: ['Export what?', 'Write: export cases [STATE], or export rules [LIST].'] as const,
  noStates: ['Rules have no such state.', 'Write: export rules [LIST].'] as const,
  noLists: ['Cases are in no list.', 'Write: export cases [STATE].'] as const,
  noCases: 'There are no such cases.',
  noRules: 'No rules are in force there.',
  sent: (lines: number, what: 'cases' | 'rules', name: string): Inline[] => [
    `${counted(lines, what === 'cases' ? 'case' : 'rule')}: `,
    { code: name },
    '.',
  ],
  readBy: ['Rules are in the form that ', { code: 'heimdall policy match --rules FILE' }, ' reads.'] as Inline[],
  onlyFirst: (lines: number) => `There are more: these are the ${lines} that changed last.`,
  refused: (why: string) => `The homeserver did not take the file (${why}), so it follows as text.`,
  restInFile: (name: string) => `The answer goes on. All of it is in the file ${name}.`,
  leftOut: (lines: number) => `${counted(lines, 'line')} left out: too long for messages.`,
} as const;

export type English = typeof en;
export const exportTexts = catalogue({ en, de });
