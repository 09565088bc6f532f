import type { Inline } from '../../matrix/message.js';
import { counted } from '../../util/counted.js';
import { catalogue } from '../../util/catalogue.js';
import { enumerated } from './enumerated.js';
import { de } from './de/rooms.js';

const knownAgain = (pictures: number): string =>
  `${counted(pictures, 'picture')} will be known again: see QuarantinedPicture.`;

/** Texts about rooms: lockdowns, media, joins. */
const en = {
  which: 'Which room?',
  roomForms: 'Give a room ID (!…), an alias (#name:server) or a link.',
  lockAll: (rooms: number): Inline[] => [`Set ${counted(rooms, 'protected room')} to invite only?`],
  lockSkipped: (rooms: number) => `${counted(rooms, 'room is', 'rooms are')} invite only already.`,
  locked: (name: Inline, until: string | undefined, end: string): Inline[] => [
    name,
    ` is invite only now${until === undefined ? '' : `, until ${until}`}. As before: `,
    { code: end },
  ],
  wasLocked: (name: Inline): Inline[] => [name, ' was invite only already.'],
  lockedMany: (rooms: number, until: string | undefined): Inline[] => [
    `${counted(rooms, 'room is', 'rooms are')} invite only now${until === undefined ? '' : `, until ${until}`}. ` +
      'As before: ',
    { code: '!heimdall lockdown end all' },
  ],
  notLockedByMe: (name: Inline): Inline[] => [name, ' was not locked down by me.'],
  lockChanged: (name: Inline): Inline[] => [
    name,
    ' is not locked down any more: its join rules have changed since, and stay as they are.',
  ],
  lockEnded: (name: Inline): Inline[] => ['The lockdown of ', name, ' has ended: people join as before.'],
  lockEndedMany: (rooms: number) =>
    rooms === 0
      ? 'No room is locked down by me.'
      : `The lockdown of ${counted(rooms, 'room')} has ended: people join as before.`,
  notIn: (name: Inline, why: string): Inline[] => [name, ` – ${why}`],
  noPower: 'I lack the power to change its join rules',
  notDone: 'Not done:',
  noMedia: (what: string) => `${what} has no media.`,
  mediaForms:
    'Give a user ID of this server, a room (by its ID, its alias or a link), a link to an event, or ' +
    'mxc://server/id. Nothing was done.',
  askRoomMedia: (room: string): Inline[] => [
    'Quarantine all media that accounts of this server have sent to ',
    { code: room },
    '? Nobody here can see them any more.',
  ],
  quarantined: (what: string, kept: number): Inline[] => [
    'Quarantined: ',
    { code: what },
    '.',
    ...(kept === 0 ? [] : [` ${knownAgain(kept)}`]),
  ],
  knownAgain,
  noMediaThere: 'I see no media in that event.',
  noMediaThereForms:
    'If it is encrypted or redacted, give the user ID of its sender, or mxc://server/id. Nothing was done.',
  ownPictures: (files: readonly string[]): Inline[] => [
    'Left alone, as pictures of official accounts or of protected rooms: ',
    ...enumerated(files.map((file) => ({ code: file }))),
    '.',
  ],
  oneMedia: 'Only single pieces of media can be taken out of quarantine.',
  oneMediaForm: 'Give mxc://server/id, or a link to an event. Nothing was done.',
  unquarantined: (what: string, forgotten: boolean): Inline[] => [
    'Out of quarantine: ',
    { code: what },
    forgotten ? '. How it looks is forgotten.' : '.',
  ],
  joins: (name: Inline, people: number, since: string): Inline[] => [
    name,
    `: ${counted(people, 'person', 'people')} joined since ${since}.`,
  ],
  joinServers: (servers: readonly (readonly [string, number])[]): Inline[] => [
    'By server: ',
    ...servers.flatMap(([server, count], index): Inline[] => [index === 0 ? '' : ', ', { code: server }, ` ${count}`]),
  ],
  joinsMore: 'To see or remove them: since 1h show 20 ROOM, since 1h kick 20 ROOM.',
  peopleInIt: (localMembers: number) => ` ${counted(localMembers, 'person', 'people')} of this server are in it.`,
  askShutdown: (said: string, people: string): Inline[] => [
    'Shut ',
    { code: said },
    ` down for everybody on this server?${people} This cannot be undone.`,
  ],
  shuttingDown: (said: string): Inline[] => [
    'The homeserver is shutting ',
    { code: said },
    ' down: it removes everybody, blocks it and purges it.',
  ],
  blocked: ' is blocked on this server.',
  unblocked: ' is no longer blocked.',
  protected: ' is protected now',
  withSpace: ', and so are the rooms of this space, as rooms are added or removed.',
  lacksPower: (missing: readonly string[], bot: string, level: number) =>
    ` I still lack the power to ${missing.join(', ')} there: give ${bot} power level ${level}.`,
  isManagementRoom: 'That is the management room: its members command me.',
  nothingDone: 'Nothing was done.',
  isList: 'That is a policy list, not a room to protect.',
  wasNotProtected: (said: string): Inline[] => [{ code: said }, ' was not protected.'],
  unprotected: (said: string): Inline[] => [
    { code: said },
    ' is no longer protected. Its bans and its server ACL stay as they are.',
  ],
  noneYet: ['No room is protected yet. Add one: ', { code: '!heimdall rooms add ROOM' }] as Inline[],
  heading: (count: number) => `Protected rooms: ${count}`,
  people: (count: number) => `, ${counted(count, 'person', 'people')}`,
  viaSpace: (spaces: readonly string[]) => `, via space ${spaces.join(', ')}`,
  lacks: (missing: readonly string[]) => `, I lack the power to ${missing.join(', ')}`,
  cannotRead: (failure: string) => ` – cannot be read: ${failure}`,
  cannotReadRoom: (roomId: string, why: string): Inline[] => [{ code: roomId }, ` – cannot be read: ${why}`],
  needsPower: (missing: readonly string[], level: number) =>
    ` – I lack the power to ${missing.join(', ')}. Give me power level ${level}.`,
  notThere: (bot: string, level: number) => ` – I am not in the room. Invite ${bot} and give it power level ${level}.`,
  allWell: (count: number) => `I have the power I need in ${counted(count, 'protected room')}.`,
  powerMissing: 'Power is missing here:',
  notReadYet: 'not read yet',
};

export type English = typeof en;
export const roomTexts = catalogue({ en, de });
