/** Sentences to moderators. */
import type { Inline } from '../matrix/message.js';

const n = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

export const texts = {
  /** beside who reported; the reporter never reads it */
  mostlyDismissed: ({ dismissed, decided }: { dismissed: number; decided: number }) =>
    `of ${n(decided, 'earlier case', 'earlier cases')} of this reporter ${dismissed.toLocaleString('en')} ${dismissed === 1 ? 'was' : 'were'} dismissed`,
  /** the first message in a management room */
  greeting: {
    heading: (server: string) => `Heimdall watches ${server}`,
    found: (certain: number, likely: number, possible: number): Inline[] => {
      const parts = [
        ...(certain > 0 ? [`${certain.toLocaleString('en')} certain`] : []),
        ...(likely > 0 ? [`${likely.toLocaleString('en')} likely`] : []),
        ...(possible > 0 ? [`${possible.toLocaleString('en')} possible`] : []),
      ];
      if (parts.length === 0)
        return ['Among those who are here already nobody looks like an official account, as far as I can see.'];
      return [
        `Among those who are here already I found impostors: ${parts.join(', ')}. `,
        { code: '!heimdall cases' },
        ' shows them.',
      ];
    },
    protects: (rooms: number, lists: number): Inline[] => [
      `I protect ${n(rooms, 'room', 'rooms')} and follow ${n(lists, 'list', 'lists')}.`,
    ],
    missingHead: 'What is missing:',
    noAdmin: (botUserId: string): Inline[] => [
      'I am not a server admin, so I do not see new accounts, members of rooms that I am not in, and reports made to the homeserver. Make ',
      { code: botUserId },
      ' a server admin, or set ',
      { code: 'homeserver.admin_token' },
      '.',
    ],
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
} as const;
