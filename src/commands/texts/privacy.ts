import type { Inline } from '../../matrix/message.js';
import { counted } from '../../util/counted.js';
import { catalogue } from '../../util/catalogue.js';
import { de } from './de/privacy.js';

/** Texts about the data stored about a person. */
const en = {
  askExport: (userId: string): Inline[] => ['Show here what is kept about ', { code: userId }, '?'],
  nothing: (userId: string): Inline[] => ['Nothing is kept about ', { code: userId }, '.'],
  kept: 'Kept, as rows of tables:',
  shell: (userId: string): Inline[] => [
    'All of it as JSON, in the shell: ',
    { code: `heimdall privacy export '${userId}' --config FILE` },
  ],
  askErase: (userId: string, rows: number): Inline[] => [
    'Erase what is kept about ',
    { code: userId },
    `: ${counted(rows, 'row')}? This cannot be undone. Rules in force and bans stay; messages in rooms are not ` +
      'touched.',
  ],
  erased: (removed: number, blanked: number, cases: number) =>
    `Erased: ${counted(removed, 'row')} removed, ${blanked} blanked; ` +
    `${counted(cases, 'case stays', 'cases stay')} as a number and dates.`,
  hadToStay: 'What had to stay:',
  more: (kept: number) => `and ${kept} more.`,
  rule: 'a rule in force',
  ban: 'a ban that stands',
  suspension: 'a suspension that stands',
  deactivation: 'the fact that the account was deactivated',
  quarantine: 'a quarantine of media that stands',
  ruleEnd: 'the end of a rule in force',
  settings: 'the settings',
  otherCase: 'a case about somebody else that names this person',
};

export type English = typeof en;
export const privacyTexts = catalogue({ en, de });
