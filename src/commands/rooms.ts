import { must } from './make.js';
import { missingPower, powerNeeded } from '../enforcement/planner.js';
import { visible } from '../detection/index.js';
import type { Block, Inline } from '../matrix/message.js';
import { isSpace } from '../tracking/rooms.js';
import { noteRoom } from './audit.js';
import { room } from './args/index.js';
import { usageError } from './args/reading.js';
import { command, type Command } from './spec.js';
import type { Services } from './types.js';

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
  summary: 'Protects a room, by ID, alias or link. A space brings its rooms along.',
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
          ' is protected now',
          kept === undefined || !isSpace(kept) ? '.' : ', and so are the rooms of this space, as they come and go.',
          ...(missing.length === 0
            ? []
            : [
                ` I still lack the power to ${missing.join(', ')} there: give ${services.homeserver.botUserId} power level ${kept === undefined ? 50 : powerNeeded(kept)}.`,
              ]),
        ],
      },
    ];
  },
});

function refuseOwnRooms({ settings }: Services, roomId: string): void {
  const { management_room: management, policy_list_room: own, watched_lists: watched } = settings.get();
  if (roomId === management)
    throw usageError('That is the management room: its members may command me.', 'Nothing was done.');
  if (roomId === own || watched.some((one) => one.room_id === roomId))
    throw usageError('That is a policy list, not a room to protect.', 'Nothing was done.');
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
    if (roomId === undefined) return [{ line: [{ code: named.said }, ' was not protected.'] }];
    await noteRoom(services, invocation.sender, 'rooms.remove', roomId);
    return [{ line: [{ code: named.said }, ' is no longer protected. Its bans and its server ACL stay as they are.'] }];
  },
});

function listRooms(services: Services): Block[] {
  const ids = services.protection.roomIds;
  if (ids.length === 0)
    return [{ line: ['No room is protected yet. Add one: ', { code: '!heimdall rooms add ROOM' }] }];
  return [{ line: [`Protected rooms: ${ids.length}`] }, { list: ids.map((roomId) => roomLine(services, roomId)) }];
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
      : `, ${[...kept.members.values()].filter(({ membership }) => membership === 'join').length} people`,
    kept === undefined || !isSpace(kept) ? '' : ', a space',
    spaces.length === 0 ? '' : `, via space ${spaces.join(', ')}`,
    missing.length === 0 ? '' : `, I lack the power to ${missing.join(', ')}`,
    failure === undefined ? '' : ` – cannot be read: ${failure}`,
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
        lacking.push([
          { code: roomId },
          ` – cannot be read: ${services.protection.failures.get(roomId) ?? 'not read yet'}`,
        ]);
      else {
        const missing = missingPower(kept, services.homeserver.botUserId);
        if (missing.length > 0)
          lacking.push([
            { code: roomId },
            kept.canonicalAlias === null ? '' : ` ${visible(kept.canonicalAlias)}`,
            ` – I lack the power to ${missing.join(', ')}. Give me power level ${powerNeeded(kept)}.`,
          ]);
      }
    }
    return Promise.resolve<Block[]>(
      lacking.length === 0
        ? [{ line: [`All is well in ${services.protection.roomIds.length} protected rooms.`] }]
        : [{ line: ['Power is missing here:'] }, { list: lacking }],
    );
  },
});

export const roomCommands: readonly Command[] = [list, add, remove, verify];
