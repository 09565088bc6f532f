/** Answers to other bots' commands without a counterpart here: what to use instead. */
import type { Inline } from '../../matrix/message.js';
import { catalogue } from '../../util/catalogue.js';
import { de } from './de/instead.js';

const en = {
  reportingSummary: 'Says how reports come in here: nothing has to be set up in a room.',
  reporting: [
    'Nothing has to be set up in a room, and nothing was changed: reports come in by the homeserver, from all rooms. ',
    { code: '!heimdall status' },
    ' says what is missing; docs/report.md says how the reverse proxy brings them all.',
  ] as Inline[],
  reportByHand: ['To report somebody yourself: ', { code: '!heimdall report USER REASON' }, '.'] as Inline[],
  safeModeSummary: 'Says what takes the place of a safe mode: the dry run.',
  safeMode: (dryRun: boolean): Inline[] =>
    dryRun
      ? [
          'There is no safe mode, and none is needed now: this is a dry run, nothing is changed. ',
          { code: '!heimdall go live' },
          ' ends it.',
        ]
      : [
          'There is no safe mode, and nothing was changed. ',
          { code: '!heimdall go dry' },
          ' takes its place: from then on I decide and tell, and change nothing, until ',
          { code: '!heimdall go live' },
          '.',
        ],
  oneProtection: ['To stop one protection only: ', { code: '!heimdall disable NAME' }, '.'] as Inline[],
  allowInviteSummary: 'Says what takes the place of letting an invite through: no invites are stopped here.',
  allowInvite: [
    'I stop no invites before they are sent, so there is nothing to let through, and nothing was changed. ' +
      'Whoever a rule hits is exempt by ',
    { code: '!heimdall allow USER' },
    '.',
  ] as Inline[],
  joinByHand: ['To bring me into a room: ', { code: '!heimdall join ROOM' }, '.'] as Inline[],
} as const;

export type English = typeof en;
export const insteadTexts = catalogue({ en, de });
