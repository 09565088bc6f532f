/** Texts about protected rooms, spaces, lists and the management room. */
import type { Inline } from '../matrix/message.js';
import { counted } from '../util/counted.js';
import { catalogue } from '../util/catalogue.js';
import { de } from './texts-de.js';

const code = (text: string): Inline => ({ code: text });

const en = {
  /** alerts: what prevents protection, and what to do */
  access: {
    leftList: (list: string): Inline[] => ['I am no longer in the list ', code(list)],
    unreadList: (list: string, why: string): Inline[] => ['I cannot read the list ', code(list), ` (${why})`],
    lastKnownRules: 'Its last known rules stay in force.',
    noRules: 'I know none of its rules; bans made because of it stay.',
    listRemedy: (rules: string, bot: string): Inline[] => [`. ${rules} Invite `, code(bot), ' to it, or unwatch it.'],
    unreadRoom: (room: string, why: string, bot: string): Inline[] => [
      'I cannot read the protected room ',
      code(room),
      ` (${why}), so it is not protected now. Invite `,
      code(bot),
      ' to it.',
    ],
    leftRoom: (room: string, bot: string): Inline[] => [
      'I am no longer in the protected room ',
      code(room),
      ', so it is not protected now. Invite ',
      code(bot),
      ' to it, or end its protection.',
    ],
    power: (room: string, missing: string, bot: string, level: number): Inline[] => [
      'In ',
      code(room),
      ` I do not have permission to ${missing}. Give `,
      code(bot),
      ` power level ${level}.`,
    ],
  },

  heldList: (list: string, bans: number): Inline[] => [
    'The list ',
    code(list),
    ` has changed in a way that would lift at least ${bans} bans. They stay in force until you decide. To lift them: `,
    code(`!heimdall lists lift ${list}`),
    '. If the list can no longer be trusted: ',
    code(`!heimdall unwatch ${list}`),
    ' (that lifts them too).',
  ],
  standoff: (undone: string, room: string): Inline[] => [
    'In ',
    code(room),
    `, somebody (perhaps another bot) ${undone} each time I set it. I leave it alone for an hour; `,
    code('!heimdall sync'),
    ' tries again at once.',
  ],
  replacesAcl: 'replaces my server ACL',
  liftsBan: 'lifts a ban of mine',

  skippedRule: {
    hits: (entity: string, more: number, why: string) =>
      `It would hit ${entity}${more === 0 ? '' : ` (and ${more} more)`}, ` +
      `${entity.startsWith('@') ? 'who' : 'which'} ${why}.`,
    line: (kind: string, entity: string, action: string, reason: string | undefined, list: string): Inline[] => [
      `I do not follow the ${kind} rule `,
      code(entity),
      ` (${action}${reason === undefined ? '' : `, "${reason}"`}) of the list `,
      code(list),
      '. ',
    ],
  },

  acl: {
    warning: (room: string, warning: string): Inline[] => ['The server ACL of ', code(room), `: ${warning}`],
    leftOut: (count: number) =>
      `${counted(count, 'banned server does', 'banned servers do')} not fit into a server ACL, ` +
      'whose size is limited.',
    globs: ' These rules would cover many of them at once, if you mean every server they match:',
    glob: (glob: string, count: number): Inline[] => [' ', code(glob), ` covers ${count} of them.`],
  },

  managementRoom: {
    name: (bot: string) => `${bot}: management room`,
    topic: 'Cases and commands. Everybody in this room may command Heimdall.',
    notIn: (room: string, id: string, bot: string) =>
      `The bot is not in the management room ${room} (${id}). Invite ${bot} to it.`,
    letsNobodyIn: (room: string, bot: string) =>
      `The bot cannot join the management room ${room}. Invite ${bot} to it.`,
    anybodyCanJoin: (room: string, id: string) =>
      `Anybody can join ${room} (${id}), so it is not accepted as the management room: everybody in it may ` +
      'command. Make it invite-only.',
    create: (bot: string) => `Create it and invite ${bot}.`,
    unknown: (room: string, remedy: string) => `The management room ${room} is not known on this server. ${remedy}`,
    missing: (room: string, remedy: string) => `The management room ${room} does not exist yet. ${remedy}`,
    nobodyToInvite: (room: string, remedy: string) =>
      `The management room ${room} does not exist, and there is nobody to invite to it. ${remedy} Or set ` +
      '`admins` in the configuration, or make the bot a server admin.',
    notMade: (room: string, why: string, remedy: string) =>
      `The management room ${room} does not exist, and ${why}. ${remedy}`,
    encrypted:
      'This room is now encrypted, and I cannot read encrypted messages, so I no longer see commands here. ' +
      'Create a new private room without encryption, set `management_room` in the configuration to its ID, and ' +
      'restart me.',
    aliasMoved: (alias: string, leadsTo: string): Inline[] => [
      'The alias ',
      code(alias),
      ' now points to another room, ',
      code(leadsTo),
      '. I stay here and take commands from this room only. If you want to move, set ',
      code('management_room'),
      ' in the configuration to the ID of the new room and restart me; otherwise point the alias back.',
    ],
  },

  ownList: {
    name: 'Heimdall: policy list',
    topic: 'Rules that Heimdall wrote. It watches this list itself; others may watch it too.',
    notMade: 'My own policy list does not exist yet, so bans of mine cannot be written.',
    notWatched: (list: string) => `My own policy list ${list} is not watched, so the bans in it have no effect.`,
    unread: (list: string, why: string) => `My own policy list ${list} cannot be read (${why}).`,
    left: (list: string) => `I am no longer in my own policy list ${list}, so bans cannot be written.`,
    cannotUnwatch: 'My own list cannot be unwatched, because my bans act through it.',
    cannotUnwatchRemedy: 'To lift single bans, use !heimdall unban.',
  },

  spaces: {
    protectedBySpace: (room: string, space: string) =>
      `${room} is protected because it is a room of the space ${space}.`,
    protectedBySpaceRemedy: 'Take it out of the space, or end the protection of the space: rooms remove SPACE.',
    tooMany: (space: string, most: number): Inline[] => [
      'The space ',
      code(space),
      ` has more than ${most} rooms; only the first ${most} are protected because of it.`,
    ],
    notProtected: (room: string, space: string, why: string): Inline[] => [
      'The room ',
      code(room),
      ' of the space ',
      code(space),
      ` is not protected: ${why}.`,
    ],
    isManagementRoom: 'it is the management room',
    isList: 'it is a watched list',
    cannotEnter: (room: string, space: string, why: string, bot: string): Inline[] => [
      'I cannot join the room ',
      code(room),
      ' of the space ',
      code(space),
      ` (${why}). Invite `,
      code(bot),
      ' to it.',
    ],
  },

  upgrades: {
    namesItself: 'it names itself',
    leftBefore: 'that room was left by an earlier upgrade',
    tooOften: (times: number) => `it has been upgraded ${times} times already`,
    isManagementRoom: 'that is the management room',
    managementRoomElsewhere: 'the management room cannot become a protected room or a list',
    isList: 'that is a watched list',
    isProtected: 'that is a protected room and not a list',
    noPredecessor: 'the new room does not say that it replaces the old one',
    noPower: 'it was created by somebody without power in the old one',
    cannotEnter: (from: string, to: string, bot: string, why: string): Inline[] => [
      'The room ',
      code(from),
      ' was upgraded to ',
      code(to),
      `, which I cannot join${why}. Invite `,
      code(bot),
      ' to it; until then the old room stays as it was.',
    ],
    refused: (from: string, to: string, why: string): Inline[] => [
      'I do not follow the upgrade of ',
      code(from),
      ' to ',
      code(to),
      `: ${why}. If it is intended, add the new room by hand.`,
    ],
    both: (from: string, to: string, missing: number): Inline[] => [
      'The list ',
      code(from),
      ' was upgraded to ',
      code(to),
      `. I watch both, because the new one lacks ${counted(missing, 'rule')} of the old ` +
        'one. If that is intended, unwatch the old one.',
    ],
    held: (from: string, to: string, bans: number): Inline[] => [
      'The list ',
      code(from),
      ' was upgraded to ',
      code(to),
      `. I watch both, because the old one would lift at least ${bans} bans, which wait for your decision. When they ` +
        'may be lifted, unwatch the old one.',
    ],
    moved: (from: string): Inline[] => [
      'This room replaces ',
      code(from),
      ' as the management room. From now on I take commands here.',
    ],
  },
};

export type English = typeof en;
export const texts = catalogue({ en, de });
