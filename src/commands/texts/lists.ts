import type { ListOptions } from '../../protected-rooms/list-options.js';
import type { Inline } from '../../matrix/message.js';
import { counted } from '../../util/counted.js';

/** What is said about lists and their rules. */
export const listTexts = {
  ownInFull: 'My own list is always followed in full, because my bans act through it.',
  ownInFullRemedy: 'Nothing was done.',
  onlyLookedAt: 'I only look at it: none of its rules acts.',
  terms: ({ apply, acl, lift, suspend, notify }: ListOptions): string[] => [
    apply ? '' : ', only looked at',
    acl ? '' : ', not in server ACLs',
    lift ? '' : ', lifts nothing by itself',
    suspend ? ', its takedowns suspend' : '',
    notify ? '' : ', its changes are not told',
  ],
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
