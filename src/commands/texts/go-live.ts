/** Sentences of `go live` and `go dry`. */
import type { Inline } from '../../matrix/message.js';
import { counted } from '../../util/counted.js';
import { catalogue } from '../../util/catalogue.js';
import { de } from './de/go-live.js';

/** What a dry run only simulated, by kind of action. Internal kinds are not mentioned. */
const SIMULATED: Readonly<Record<string, (count: number) => string>> = {
  ban: (count) => `Ban in rooms: ${counted(count, 'time')}`,
  kick: (count) => `Kick from rooms: ${counted(count, 'time')}`,
  redact: (count) => `Redact: ${counted(count, 'message')}`,
  redact_user: (count) => `Redact what somebody wrote in a room: ${counted(count, 'time')}`,
  acl: (count) => `Change a server ACL: ${counted(count, 'time')}`,
  write_rule: (count) => `Write a rule into a list: ${counted(count, 'time')}`,
  remove_rule: (count) => `Remove a rule from a list: ${counted(count, 'time')}`,
  report: (count) => `Report to the homeserver: ${counted(count, 'account')}`,
  report_event: (count) => `Report to the homeserver: ${counted(count, 'message')}`,
  mail: (count) => `Write to an abuse desk: ${counted(count, 'mail')}`,
  suspend: (count) => `Suspend: ${counted(count, 'account')}`,
  deactivate: (count) => `Deactivate: ${counted(count, 'account')}`,
  mute: (count) => `Mute in rooms: ${counted(count, 'time')}`,
  lockdown: (count) => `Lock down: ${counted(count, 'room')}`,
};

const en = {
  liveSummary: 'Ends the dry run, after a preview of what was only simulated so far. Asks first.',
  drySummary: 'Begins a dry run: Heimdall decides and tells, and changes nothing, until "go live".',
  alreadyLive: 'This is not a dry run: what I decide is done.',
  alreadyDry: 'This is a dry run already: nothing is changed.',
  question: 'End the dry run? From then on what I decide is done: bans, reports, mails.',
  simulatedHead: 'So far I only simulated:',
  nothingSimulated: 'So far nothing came up that I would have done.',
  simulated: (kind: string, count: number): string | undefined => SIMULATED[kind]?.(count),
  waiting: (cases: number): Inline[] => [
    `${counted(cases, 'case waits', 'cases wait')} for what was simulated. Going live does not act on ` +
      `${cases === 1 ? 'it' : 'them'}: `,
    { code: '!heimdall scan --act' },
    ' does.',
  ],
  listsNow: (rules: number, rooms: number): Inline[] => [
    `I immediately ban everybody the watched lists name (${counted(rules, 'rule')}) in ` +
      `${counted(rooms, 'protected room')}, and set their server ACLs.`,
  ],
  noRooms: ['No room is protected yet. ', { code: '!heimdall rooms add ROOM' }, ' protects one.'] as Inline[],
  wentLive: (configured: boolean): Inline[] => [
    'Going live. ',
    ...(configured
      ? [
          'It stays so over restarts, although the configuration says ',
          { code: 'dry_run: true' },
          '; write ',
          { code: 'dry_run: false' },
          ' there when you can. ',
        ]
      : []),
    { code: '!heimdall go dry' },
    ' goes back.',
  ],
  wentDry: [
    'From now on nothing is changed: I decide and tell. What was done stays. ',
    { code: '!heimdall go live' },
    ' ends it.',
  ] as Inline[],
} as const;

export type English = typeof en;
export const texts = catalogue({ en, de });
