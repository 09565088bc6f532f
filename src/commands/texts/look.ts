import type { Inline } from '../../matrix/message.js';
import { counted } from '../../util/counted.js';
import { catalogue } from '../../util/catalogue.js';
import { de } from './de/look.js';

/** Texts of lookups: explain, search, audit, rooms info, responses. */
const en = {
  noRuleMatches: ': no rule matches.',
  rulesDecide: (rules: number) => `: ${counted(rules, 'rule')}; the first one decides.`,
  until: (time: string) => `, until ${time}`,
  caseLine: (id: number, verdict: string, state: string, openedAt: string): Inline[] => [
    `Case ${id}: ${verdict}, ${state}, opened ${openedAt}. `,
    { code: `!heimdall case ${id}` },
  ],
  by: (who: string) => `, by ${who}`,
  power: (level: number) => `, power ${level}`,
  inNoRoom: 'It is in no protected room.',
  noneFound: 'No rule matches.',
  more: (more: number) => `… and ${more} more.`,
  auditNothing: 'Nothing in the audit matches.',
  auditLine: (at: string, actor: string, what: string, caseId: number | null): Inline[] => [
    `${at} `,
    { code: actor },
    ` ${what}${caseId === null ? '' : ` Case ${caseId}`}`,
  ],
  version: (version: string) => `Heimdall ${version}`,
  whichRoom: 'Which room?',
  giveRoom: 'Give a room ID (!…), an alias (#name:server) or a link.',
  unknownRoom: (roomId: string): Inline[] => [
    { code: roomId },
    ' is not known to the homeserver, or I am not a server admin.',
  ],
  roomName: (name: string) => `Name: ${name}`,
  localMembers: (localMembers: string | number) => `People of this server: ${localMembers}`,
  madeBy: (creator: string): Inline[] => ['Created by: ', { code: creator }],
  notProtected: 'Not protected',
  dryRun: 'This is a dry run: none of it is done.',
  change: ['To change them: ', { code: 'responses' }, ' in the configuration.'] as Inline[],
};

export type English = typeof en;
export const lookTexts = catalogue({ en, de });
