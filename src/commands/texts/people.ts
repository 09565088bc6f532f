import type { Inline } from '../../matrix/message.js';
import { counted } from '../../util/counted.js';
import { catalogue } from '../../util/catalogue.js';
import { de } from './de/people.js';

/** Texts about accounts: suspended, muted, kicked, deactivated, their power levels. */
const en = {
  suspended: 'is suspended.',
  wasSuspended: 'was suspended or deactivated already.',
  unsuspended: 'is no longer suspended.',
  wasNotSuspended: 'was not suspended.',
  askDeactivate: (userId: string): Inline[] => [
    'Deactivate ',
    { code: userId },
    '? It is logged out everywhere, leaves all rooms, and its name can never be used again. This cannot be ' +
      'undone; for a step that can, use ',
    { code: '!heimdall suspend' },
    '.',
  ],
  deactivated: 'is deactivated.',
  wasDeactivated: 'was deactivated already.',
  notLocal: (userId: string) => `${userId} is not an account of this server.`,
  notLocalRemedy: 'For accounts of other servers, use !heimdall ban. Nothing was done.',
  locked: 'is locked.',
  wasLocked: 'was locked or deactivated already.',
  unlocked: 'is unlocked.',
  wasNotLocked: 'was not locked.',
  inNoRoom: (userId: string): Inline[] => [{ code: userId }, ' is in none of the protected rooms.'],
  muted: (rooms: number, until: string | undefined) =>
    ` is muted in ${counted(rooms, 'room')}${until === undefined ? '' : `, until ${until}`}.`,
  wasNotMuted: ' was not muted.',
  couldNotWrite: (held: number) => ` Could already not write in ${counted(held, 'room')}.`,
  noPowerToMute: (rooms: readonly Inline[]): Inline[] => [
    ' I lack the power to change power levels in ',
    ...rooms,
    '.',
  ],
  unmuted: (back: number) => ` may write again in ${counted(back, 'room')}.`,
  notMutedByMe: ' was not muted by me.',
  changedSince: (moot: number) => ` In ${counted(moot, 'room')} the power level was changed in the meantime; it stays.`,
  notKicked: 'Not kicked:',
  nobodyMatches: 'Nobody in the protected rooms matches.',
  askKick: (entity: string): Inline[] => ['Kick everybody who matches ', { code: entity }, '?'],
  notDone: 'Not done:',
  notInRoom: ' is not in that room.',
  inNoProtectedRoom: ' is in none of the protected rooms.',
  accounts: (whom: number) => counted(whom, 'account'),
  notDoneFor: 'Not done for:',
  hasPower: (userId: string, level: number, rooms: readonly Inline[]): Inline[] => [
    { code: userId },
    ` has power level ${level} in `,
    ...rooms,
    '.',
  ],
  isCreator: 'created the room, so its power level cannot be changed',
  cannotChangePower: 'I lack the power to change power levels',
  ownPower: (power: number) => `I only have power level ${power} myself`,
  roomAdmin: (userId: string, said: string): Inline[] => [
    { code: userId },
    ' is an admin of ',
    { code: said },
    ' now.',
  ],
  askRedact: (count: number) =>
    `Redact the latest messages of ${count === 1 ? 'the 1 person who matches' : `the ${count} people who match`}? ` +
    'This cannot be undone.',
  foreignMedia: 'Media of accounts on other servers cannot be quarantined by account.',
  quarantined: (done: number, local: number) => `Media of ${done} of ${local} accounts quarantined.`,
  cannotSeeEvent: 'I cannot see that event.',
  cannotSeeEventRemedy: (bot: string) => `I must be in the room: invite ${bot}.`,
  alreadyRedacted: (sender: string): Inline[] => ['That event of ', { code: sender }, ' is already redacted.'],
  redacted: (sender: string): Inline[] => ['Redacted an event of ', { code: sender }, '.'],
  joinedSince: (time: string, people: number) => `Joined since ${time}: ${counted(people, 'person', 'people')}.`,
  more: (count: number) => `… and ${count} more.`,
  leftOut: (why: readonly Inline[]): Inline[] => ['Left out: ', ...why],
  askThem: (what: string) => `${what.charAt(0).toUpperCase()}${what.slice(1)} them?`,
  banRules: 'ban rules',
  sinceDone: (people: number, done: number, actions: number, what: string) =>
    `${counted(people, 'person', 'people')}: ${done} of ${actions} ${what} done.`,
  inWhichRoom: 'In which room?',
  inWhichRoomRemedy: 'Name one or several protected rooms, each by ID, alias or link, or * for all. Nothing was done.',
};

export type English = typeof en;
export const peopleTexts = catalogue({ en, de });
