import type { Inline } from '../../matrix/message.js';
import { enumerated } from './enumerated.js';
import { counted } from '../../util/counted.js';
import { catalogue } from '../../util/catalogue.js';
import { de } from './de/officials.js';

/** Texts about the official accounts. */
const en = {
  change:
    'To change them: official add, official variant, official remove; or protected_identities in the configuration.',
  byCommand: ', added by command',
  askAdd: (userId: string, names: readonly string[]): Inline[] => [
    'Defend ',
    { code: userId },
    names.length === 0 ? ' as an official account?' : ` as an official account with the name ${names.join(', ')}?`,
  ],
  namesNobody: (name: string) =>
    `The name ${name} consists of words that many people use: on its own it accuses nobody.`,
  alike: (people: readonly string[]): Inline[] => [
    `${counted(people.length, 'person', 'people')} in the protected rooms would be taken for likely or certain ` +
      'impostors: ',
    ...enumerated(people.map((userId) => ({ code: userId }))),
    '.',
  ],
  nobodyAlike: 'Nobody in the protected rooms looks like it now.',
  alreadyOfficial: (userId: string): Inline[] => [{ code: userId }, ' is official already.'],
  added: (userId: string): Inline[] => [
    { code: userId },
    ' is official now, and never hit. To take it back: ',
    { code: `!heimdall official remove` },
    ' with the same ID.',
  ],
  variantAdded: (variant: string, userId: string): Inline[] => [
    { code: variant },
    ' is a known good other ID of ',
    { code: userId },
    ' now: it is never accused.',
  ],
  whichOfficial: 'Of which official account?',
  whichOfficialRemedy:
    'Name it behind the other ID: official variant @other:server @official:server. Nothing was done.',
  notOfficial: (userId: string) => `${userId} is not an official account.`,
  officialList: '!heimdall official lists them. Nothing was done.',
  configured: (userId: string): Inline[] => [
    { code: userId },
    ' is in the configuration: remove it from ',
    { code: 'protected_identities' },
    ' there. Nothing was done.',
  ],
  removed: (userId: string): Inline[] => [{ code: userId }, ' is no longer official.'],
  notAdded: (userId: string): Inline[] => [{ code: userId }, ' was not added by command.'],
  domains: (domains: readonly string[]) => `; domains ${domains.join(', ')}`,
  variants: (variants: readonly string[]) => `; variants ${variants.join(', ')}`,
};

export type English = typeof en;
export const officialTexts = catalogue({ en, de });
