import { must } from './make.js';
import { missingPower, powerNeeded } from '../enforcement/planner.js';
import { visible } from '../detection/index.js';
import type { Block, Inline } from '../matrix/message.js';
import { isSpace } from '../tracking/tracked-room.js';
import { noteRoom } from './audit.js';
import { room } from './args/index.js';
import { usageError } from './args/reading.js';
import { command, type Command } from './spec.js';
import type { Services } from './types.js';
import { roomTexts } from './texts/rooms.js';

const list = command({
  name: 'rooms',
  aliases: ['rooms list'],
  group: 'Rooms',
  role: 'viewer',
  summary: 'Shows the protected rooms.',
  args: {},
  options: {},
  examples: ['rooms'],
  run: (services) => Promise.resolve(listRooms(services)),
});

const add = command({
  name: 'rooms add',
  aliases: ['room add', 'rooms protect'],
  group: 'Rooms',
  role: 'admin',
  summary: 'Protects a room, by ID, alias or link. A space includes its rooms.',
  args: { room: room('ROOM') },
  options: {},
  examples: ['rooms add #lobby:example.org'],
  async run(services, { args, invocation }) {
    const named = must(args.room);
    refuseOwnRooms(services, named.roomId);
    const roomId = await services.protection.protect(named.roomId, named.via);
    await noteRoom(services, invocation.sender, 'rooms.add', roomId);
    const kept = services.protectedRooms.get(roomId);
    const missing = kept === undefined ? [] : missingPower(kept, services.homeserver.botUserId);
    return [
      {
        line: [
          { code: named.said },
          roomTexts.protected,
          kept === undefined || !isSpace(kept) ? '.' : roomTexts.withSpace,
          ...(missing.length === 0
            ? []
            : [
                roomTexts.lacksPower(
                  missing,
                  services.homeserver.botUserId,
                  kept === undefined ? 50 : powerNeeded(kept),
                ),
              ]),
        ],
      },
    ];
  },
});

function refuseOwnRooms({ settings }: Services, roomId: string): void {
  const { management_room: management, policy_list_room: own, watched_lists: watched } = settings.get();
  if (roomId === management) throw usageError(roomTexts.isManagementRoom, roomTexts.nothingDone);
  if (roomId === own || watched.some((one) => one.room_id === roomId))
    throw usageError(roomTexts.isList, roomTexts.nothingDone);
}

const remove = command({
  name: 'rooms remove',
  aliases: ['room remove', 'rooms unprotect'],
  group: 'Rooms',
  role: 'admin',
  summary: 'Ends the protection of a room. Its bans and its server ACL stay as they are.',
  args: { room: room('ROOM') },
  options: {},
  examples: ['rooms remove #lobby:example.org'],
  async run(services, { args, invocation }) {
    const named = must(args.room);
    const roomId = await services.protection.unprotect(named.roomId);
    if (roomId === undefined) return [{ line: roomTexts.wasNotProtected(named.said) }];
    await noteRoom(services, invocation.sender, 'rooms.remove', roomId);
    return [{ line: roomTexts.unprotected(named.said) }];
  },
});

function listRooms(services: Services): Block[] {
  const ids = services.protection.roomIds;
  if (ids.length === 0) return [{ line: roomTexts.noneYet }];
  return [{ line: [roomTexts.heading(ids.length)] }, { list: ids.map((roomId) => roomLine(services, roomId)) }];
}

function roomLine(services: Services, roomId: string): Inline[] {
  const kept = services.protectedRooms.get(roomId);
  const name = kept?.canonicalAlias ?? kept?.name;
  const failure = services.protection.failures.get(roomId);
  const spaces = services.settings
    .get()
    .protected_spaces.filter((space) => space.rooms.includes(roomId))
    .map((space) => space.room_id);
  const missing = kept === undefined ? [] : missingPower(kept, services.homeserver.botUserId);
  return [
    { code: roomId },
    name == null ? '' : ` ${visible(name)}`,
    kept === undefined
      ? ''
      : roomTexts.people([...kept.members.values()].filter(({ membership }) => membership === 'join').length),
    kept === undefined || !isSpace(kept) ? '' : ', a space',
    spaces.length === 0 ? '' : roomTexts.viaSpace(spaces),
    missing.length === 0 ? '' : roomTexts.lacks(missing),
    failure === undefined ? '' : roomTexts.cannotRead(failure),
  ];
}

const verify = command({
  name: 'verify',
  group: 'Rooms',
  role: 'viewer',
  summary: 'Checks that I have the power I need in every protected room.',
  args: {},
  options: {},
  examples: ['verify'],
  run(services) {
    const lacking: Inline[][] = [];
    for (const roomId of services.protection.roomIds) {
      const kept = services.protectedRooms.get(roomId);
      if (kept === undefined)
        lacking.push(
          roomTexts.cannotReadRoom(roomId, services.protection.failures.get(roomId) ?? roomTexts.notReadYet),
        );
      else {
        const { botUserId: bot } = services.homeserver;
        const missing = missingPower(kept, bot);
        if (missing.length > 0)
          lacking.push([
            { code: roomId },
            kept.canonicalAlias === null ? '' : ` ${visible(kept.canonicalAlias)}`,
            kept.members.get(bot)?.membership === 'join'
              ? roomTexts.needsPower(missing, powerNeeded(kept))
              : roomTexts.notThere(bot, powerNeeded(kept)),
          ]);
      }
    }
    return Promise.resolve<Block[]>(
      lacking.length === 0
        ? [{ line: [roomTexts.allWell(services.protection.roomIds.length)] }]
        : [{ line: [roomTexts.powerMissing] }, { list: lacking }],
    );
  },
});

export const roomCommands: readonly Command[] = [list, add, remove, verify];
