import type { Inline } from '../../matrix/message.js';
import { counted } from '../answers.js';

/** What is said about lists and their rules. */
export const listTexts = {
  noAllows: 'Nothing is exempt by a rule.',
  membersNone: 'No rule hits anybody in the protected rooms.',
  members: (people: number) =>
    `${counted(people, 'person', 'people')} in the protected rooms ${people === 1 ? 'is' : 'are'} hit by a rule:`,
  member: (userId: string, rule: Inline[], rooms: number): Inline[] => [
    { code: userId },
    `, ${counted(rooms, 'room')}: `,
    ...rule,
  ],
  more: (count: number) => `… and ${count} more.`,
};
