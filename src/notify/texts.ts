/** Every sentence that moderators read in notices, alerts and their threads. */
import type { Inline } from '../matrix/message.js';
import type { ActionState } from '../store/records/actions.js';
import { HARMS as harmNames } from '../store/harms.js';
import { counted, figure } from '../util/counted.js';
import { catalogue } from '../util/catalogue.js';
import { de } from './texts-de.js';

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const en = {
  noManagementRoom: 'There is no management room yet.',
  noSuchCase: 'There is no such case.',
  quiet: {
    over: (count: number, what: string): Inline[] => [
      `Quiet hours are over. ${count === 1 ? 'One case' : counted(count, 'case')} that came ` +
        `without a ping still ${count === 1 ? 'waits' : 'wait'}: ${what}. To see ${count === 1 ? 'it' : 'them'}: `,
      { code: '!heimdall cases' },
    ],
  },
  more: (count: number) => `… and ${figure(count)} more.`,

  levels: {
    possible: 'possibly an impostor',
    likely: 'likely an impostor',
    certain: 'certainly an impostor',
  } as Record<string, string>,
  levelWords: { possible: 'possible', likely: 'likely', certain: 'certain' } as Record<string, string>,
  roomLevels: {
    possible: 'possibly a copy of an official room',
    likely: 'likely a copy of an official room',
    certain: 'certainly a copy of an official room',
  } as Record<string, string>,

  notice: {
    title: (id: number, again: boolean, what: string, dismissed: boolean) =>
      `Case ${id}${again ? ', open again' : ''}: ${what}${dismissed ? ' (dismissed)' : ''}`,
    reported: (subjectKind: string) => `reported ${subjectKind}`,
    who: 'Who: ',
    room: 'Room: ',
    displayName: ', display name ',
    roomName: ', name ',
    imitates: 'Imitates: ',
    why: 'Why: ',
    earlierReports: (count: number) => `… and ${counted(count, 'earlier report')}.`,
    done: 'Done: ',
    nothing: 'nothing yet.',
    inRooms: (count: number) => ` in ${counted(count, 'room')}`,
    closed: (id: number): Inline[] => [
      'This case is closed. It reopens when something new is seen or reported. To reopen it now: ',
      { code: `!heimdall reopen ${id}` },
      '.',
    ],
    wrong: (id: number): Inline[] => [
      'A mistake? ',
      { code: `!heimdall dismiss ${id}` },
      ' removes the rule and lifts the bans.',
    ],
    notAnImpostor: (id: number): Inline[] => ['Not an impostor? ', { code: `!heimdall dismiss ${id}` }, '.'],
    harmless: (id: number): Inline[] => ['Harmless? ', { code: `!heimdall dismiss ${id}` }, '.'],
    toBan: (id: number): Inline[] => [' To ban: ', { code: `!heimdall ban case ${id}` }, '.'],
    details: (id: number): Inline[] => [' All details: ', { code: `!heimdall case ${id}` }, '.'],
  },

  servers: {
    heading: 'Last week: homeservers whose accounts made work',
    line: (about: { cases: number; banned: number; open: boolean; late: number | undefined }): string =>
      [
        ` – ${counted(about.cases, 'case')}`,
        about.banned === 0 ? '' : `, ${counted(about.banned, 'account')} banned`,
        about.open ? ', anybody can register there' : '',
        about.late === undefined ? '' : `, events come in ${counted(about.late, 'minute')} late`,
      ].join(''),
    more: (count: number): Inline[] => [`… and ${figure(count)} more.`],
    toBan: ['To ban a whole homeserver: ', { code: '!heimdall ban SERVER' }, '.'] as Inline[],
  },

  seen: {
    line: (what: string, when: string) => `Seen: ${what}, ${when}`,
    unknownTime: 'time unknown',
    alias: ', alias ',
    room: ', room ',
    event: 'event',
    member: 'joined a room',
    rename: 'changed its profile',
    invite: 'invited one of our users',
    account: 'has an account on this server',
    room_members: 'is in a room that one of our users joined',
    roomItself: 'uses this name, alias or topic',
    report: 'was reported by a user',
    message: 'sent a message under this name',
    naming: 'gave this name to a room or to somebody it invited',
  },

  report: {
    by: 'Reported by ',
    noReason: '(no reason given)',
    harm: (harm: string) => ` – harm: ${harmNames[harm] ?? harm} (${harm})`,
    /** after what a case is about */
    harmTitle: (harm: string) => `, ${harmNames[harm] ?? harm}`,
    /** the reporter never reads it */
    mostlyDismissed: ({ dismissed, decided }: { dismissed: number; decided: number }) =>
      ` – of ${counted(decided, 'earlier case')} of this reporter ${figure(dismissed)} were dismissed`,
  },

  /** What each kind of action is called in a notice, by its outcome. Kinds that are missing here are not shown. */
  actions: {
    report: {
      done: 'reported to the homeserver',
      due: 'report to the homeserver on its way',
      failed: 'report to the homeserver failed',
      refused: 'not reported to the homeserver',
      simulated: 'would report to the homeserver (dry run)',
    },
    mail: {
      done: 'abuse desk notified',
      due: 'mail to the abuse desk on its way',
      failed: 'mail to the abuse desk failed',
      refused: 'abuse desk not notified',
      simulated: 'would notify the abuse desk (dry run)',
    },
    forward_mail: {
      done: "abuse desk of the offender's server notified",
      due: "mail to the abuse desk of the offender's server on its way",
      failed: "mail to the abuse desk of the offender's server failed",
      refused: "abuse desk of the offender's server not notified",
      simulated: "would notify the abuse desk of the offender's server (dry run)",
    },
    write_rule: {
      done: 'ban rule written',
      due: 'ban rule on its way',
      failed: 'ban rule could not be written',
      refused: 'not banned',
      simulated: 'would write a ban rule (dry run)',
    },
    redact: {
      done: 'events redacted',
      due: 'events being redacted',
      failed: 'events could not be redacted',
      refused: 'nothing redacted',
      simulated: 'would redact (dry run)',
    },
    warn: { done: 'warned', due: 'warning on its way', failed: 'warning failed', simulated: 'would warn (dry run)' },
    mute: {
      done: 'muted',
      due: 'mute on its way',
      failed: 'mute failed',
      refused: 'not muted',
      simulated: 'would mute (dry run)',
    },
    kick: {
      done: 'kicked',
      due: 'kick on its way',
      failed: 'kick failed',
      refused: 'not kicked',
      simulated: 'would kick (dry run)',
    },
    lockdown: {
      done: 'room set to invite-only',
      due: 'lockdown on its way',
      failed: 'lockdown failed',
      simulated: 'would set the room to invite-only (dry run)',
    },
    unmute: { done: 'mute ended', due: 'end of the mute on its way', failed: 'the mute could not be ended' },
    lockdown_end: { done: 'room opened again' },
    ban: {
      done: 'banned',
      due: 'ban on its way',
      failed: 'ban failed',
      refused: 'not banned',
      simulated: 'would ban (dry run)',
    },
    redact_user: {
      done: 'messages redacted',
      due: 'messages being redacted',
      failed: 'messages could not be redacted',
      simulated: 'would redact messages (dry run)',
    },
    suspend: {
      done: 'account suspended',
      due: 'suspension on its way',
      failed: 'suspension failed',
      refused: 'not suspended',
      simulated: 'would suspend the account (dry run)',
    },
    lock: {
      done: 'account locked',
      due: 'lock on its way',
      failed: 'lock failed',
      refused: 'not locked',
      simulated: 'would lock the account (dry run)',
    },
    deactivate: {
      done: 'account deactivated',
      due: 'deactivation on its way',
      failed: 'deactivation failed',
      refused: 'not deactivated',
      simulated: 'would deactivate the account (dry run)',
    },
    quarantine_media: {
      done: 'media quarantined',
      due: 'quarantine of media on its way',
      failed: 'quarantine of media failed',
      simulated: 'would quarantine media (dry run)',
    },
    remove_rule: {
      done: 'ban rule removed',
      due: 'removal of the ban rule on its way',
      failed: 'ban rule could not be removed',
    },
    unban: { done: 'ban lifted', due: 'unban on its way', failed: 'unban failed' },
    unsuspend: {
      done: 'suspension lifted',
      due: 'lifting of the suspension on its way',
      failed: 'suspension could not be lifted',
    },
    unlock: { done: 'account unlocked', due: 'unlock on its way', failed: 'account could not be unlocked' },
    unquarantine_media: {
      done: 'media released from quarantine',
      due: 'release of the media on its way',
      failed: 'media could not be released',
    },
  } as Record<string, Partial<Record<ActionState, string>>>,

  disguise: {
    line: 'Disguise: ',
    more: (count: number) => `and ${figure(count)} more`,
    madeVisible: ' – hidden characters shown: ',
  },

  offence: {
    line: (why: string, facts: string, offence: number, response: string) =>
      `: ${why} (${facts}). Offence ${offence}; response: ${response}.`,
    notifyOnly: 'notify',
    and: ' and ',
    /** what a protection counted, by the key under which it is stored */
    facts: {
      events: 'events',
      window: 'window',
      accounts: 'accounts',
      first: 'first',
      word: 'word',
      written: 'written',
      kind: 'kind',
      link: 'link',
      changes: 'changes',
      joins: 'joins',
      latest: 'latest',
      domain: 'domain',
      times: 'times',
      rooms: 'rooms',
      room: 'room',
      servers: 'servers',
      server: 'server',
      mistake: 'mistake',
      type: 'type',
      by: 'by',
      reason: 'reason',
      picture: 'picture',
      quarantined: 'quarantined',
      reports: 'reports',
      messages: 'messages',
    },
    newcomer: (ago: string) => ` New here: joined ${ago} earlier.`,
    written: 'Written: ',
    all: (count: number) => `${counted(count, 'offence')} in total. The latest:`,
    ban: 'To ban them from all protected rooms with a rule: ',
    unban: 'To remove the rule and lift its bans: ',
    ago: (minutes: number): string => {
      if (minutes < 1) return 'less than a minute';
      if (minutes < 120) return counted(minutes, 'minute');
      return minutes < 2 * 1440
        ? counted(Math.round(minutes / 60), 'hour')
        : counted(Math.round(minutes / 1440), 'day');
    },
  },

  thread: {
    waiting: 'Waiting for the notice of the case.',
    noNotice: 'The case has no notice.',
    tooManyEdits: 'This notice changes too often.',
    seenAgain: (id: number, what: string, effects: string) =>
      `Case ${id}: seen again, ${what}. Requested again: ${effects}.`,
    now: (id: number, what: string) => `Case ${id}: now ${what}`,
    effects: { write_rule: 'a ban', report: 'a report', mail: 'a mail' } as Record<string, string>,
  },

  failure: {
    line: (deed: string, givenUp: boolean) =>
      givenUp
        ? `Failed: ${deed}. I have given up; the thread has the details.`
        : `Not done yet: ${deed}. I keep trying; the thread has the details.`,
    noPower: (deed: string): Inline[] => [
      `Failed: ${deed}. I lack the power for it in a room; the thread says in which, and `,
      { code: '!heimdall verify' },
      ' what is missing. If it fails there again today, only the notices of the cases say so.',
    ],
    reason: (error: string) => `– ${error}`,
  },

  outage: {
    mail: { many: 'Mails', one: 'mail' },
    report: { many: 'Reports to the homeserver', one: 'report' },
    lost: (count: number, one: string) =>
      ` ${capital(counted(count, one))} could not be delivered and ${count === 1 ? 'was' : 'were'} given up; ` +
      'the notices of their cases say which.',
    over: (many: string) => `${many} are being sent again.`,
    waiting: (count: number, one: string, since: string | undefined) =>
      ` ${capital(counted(count, one))} ${count === 1 ? 'is' : 'are'} waiting` +
      `${since === undefined ? '' : `, the oldest since ${since} UTC`}. ` +
      'I keep trying and will say here when they go out again.',
    failing: (many: string, error: string) => `${many} cannot be sent: ${error}.`,
    justTold: 'It was told a moment ago.',
  },

  raid: {
    heading: (id: number) => `Raid ${id}`,
    manyReports: (id: number) => `Many reports (raid ${id})`,
    flood: (count: number, words: string) =>
      `${figure(count)} more new cases at once: ${words}. Bans, rules and mails go out as for any other case.`,
    reports: (count: number) =>
      `${counted(count, 'report was', 'reports were')} recorded without a notice or a mail, because ` +
      'their reporters have opened many cases within a day.',
    soFar: (count: number) => ` The raid has ${counted(count, 'case')} so far.`,
    all: (id: number): Inline[] => [
      'The full list is in the thread, and in ',
      { code: `!heimdall cases raid ${id}` },
      '.',
    ],
    banAll: (id: number): Inline[] => [' To ban them all: ', { code: `!heimdall ban raid ${id}` }, '; it asks first.'],
    reported: 'reported',
    wait: 'Another digest has just gone out.',
  },

  alerts: {
    rooms: 'Rooms that need your help:',
    skipped_rules: 'Rules of watched lists that I do not follow, because they would hit us:',
    upgrades: 'Room upgrades that I do not follow:',
    spaces: 'Rooms of protected spaces that I cannot protect:',
    server_acl: 'Server ACLs that differ from what the lists ask for:',
    set_aside: 'Events that I could not handle:',
    management_room: 'About this room:',
    encryption: 'About this room:',
    way_back: 'Nothing arrives from the homeserver:',
    start: 'What I could not do at start-up and am retrying:',
    held_lists: 'Lists that would lift many bans at once:',
    standoffs: 'Somebody keeps undoing what I do:',
  },

  /** what the doctor finds while Heimdall runs */
  findings: {
    heading: 'What needs an admin, by what the doctor finds:',
    allMended: 'All that the doctor found is mended:',
    mended: (found: string) => `✅ ${found}`,
  },

  dryRunEnded: (waiting: number): Inline[] => [
    `The dry run is over. ${waiting === 1 ? 'One case waits' : counted(waiting, 'case waits', 'cases wait')} for what `,
    { code: 'responses' },
    ' asks for; so far it was only simulated. To do it now: ',
    { code: '!heimdall scan --act' },
    '. Otherwise it is done when the account is seen again.',
  ],

  /** the first message in a management room */
  greeting: {
    heading: (server: string) => `Heimdall watches ${server}`,
    found: (certain: number, likely: number, possible: number): Inline[] => {
      const parts = [
        ...(certain > 0 ? [`${figure(certain)} certain`] : []),
        ...(likely > 0 ? [`${figure(likely)} likely`] : []),
        ...(possible > 0 ? [`${figure(possible)} possible`] : []),
      ];
      if (parts.length === 0)
        return ['As far as I can see, nobody who is here already looks like an official account.'];
      return [
        `Impostors among those who are here already: ${parts.join(', ')}. `,
        { code: '!heimdall cases' },
        ' shows them.',
      ];
    },
    protects: (rooms: number, lists: number): Inline[] => [
      `I protect ${counted(rooms, 'room')} and follow ${counted(lists, 'list')}.`,
    ],
    missingHead: 'What is missing:',
    noAdmin: (botUserId: string): Inline[] => [
      'I am not a server admin, so I do not see new accounts, members of rooms that I am not in, and reports ' +
        'made to the homeserver. Make ',
      { code: botUserId },
      ' a server admin, or set ',
      { code: 'homeserver.admin_token' },
      '.',
    ],
    noAdminApi: [
      'This homeserver serves no admin API of Synapse, so I do not see new accounts, members of rooms that I am not ' +
        'in, and reports made to the homeserver: docs/operate/homeservers.md says what works without it. ' +
        'Let me into the rooms that matter.',
    ] as Inline[],
    noRooms: ['No room is protected, so nobody is banned anywhere: ', { code: '!heimdall rooms add ROOM' }] as Inline[],
    noMail: ['No mail goes to an abuse desk: ', { code: 'mail' }, ' in the configuration.'] as Inline[],
    beginHead: 'How to begin:',
    help: [
      { code: '!heimdall help' },
      ' lists the commands; ',
      { code: '!heimdall verify' },
      ' says where I lack power.',
    ] as Inline[],
    dryRun: [
      'This is a dry run: I decide and tell, and change nothing. ',
      { code: '!heimdall go live' },
      ' shows what I would have done, asks, and ends it.',
    ] as Inline[],
  },

  campaign: {
    toBan: (members: number, id: number): Inline[] => [
      `To ban ${members === 1 ? 'it' : `all ${figure(members)}`} with rules: `,
      { code: `!heimdall campaign ban case ${id}` },
    ],
  },
};

export type English = typeof en;
export const texts = catalogue({ en, de });
