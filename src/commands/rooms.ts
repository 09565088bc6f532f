import { missingPower, powerNeeded } from '../enforcement/planner.js';
import type { Inline } from '../matrix/message.js';
import { HeimdallError } from '../util/errors.js';
import { isSpace } from '../tracking/rooms.js';
import { noteRoom } from './audit.js';
import type { Command, Services } from './types.js';

const rooms: Command = {
  name: 'rooms',
  group: 'Rooms',
  usage: 'rooms [list] | rooms add ROOM | rooms remove ROOM',
  summary: 'Shows, adds or removes protected rooms, by id or alias. A space brings its rooms along.',
  async run(services, { args, sender }) {
    const [what = 'list', room] = args;
    if (what === 'list') return listRooms(services);
    if (room === undefined || (what !== 'add' && what !== 'remove'))
      throw new HeimdallError('HEIMDALL_E_USAGE', 'Which room?', 'Write: rooms add ROOM, or rooms remove ROOM.');
    if (what === 'add') {
      const roomId = await services.protection.protect(room);
      await noteRoom(services, sender, 'rooms.add', roomId);
      const kept = services.protectedRooms.get(roomId);
      const missing = kept === undefined ? [] : missingPower(kept, services.homeserver.botUserId);
      return [
        {
          line: [
            { code: roomId },
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
    }
    const roomId = await services.protection.unprotect(room);
    if (roomId === undefined) return [{ line: [{ code: room }, ' was not protected.'] }];
    await noteRoom(services, sender, 'rooms.remove', roomId);
    return [{ line: [{ code: roomId }, ' is no longer protected. Its bans and its server ACL stay as they are.'] }];
  },
};

function listRooms(services: Services): Awaited<ReturnType<Command['run']>> {
  const ids = services.protection.roomIds;
  if (ids.length === 0)
    return [{ line: ['No room is protected yet. Add one: ', { code: '!heimdall rooms add ROOM' }] }];
  return [{ line: [`Protected rooms: ${ids.length}`] }, { list: ids.map((roomId) => roomLine(services, roomId)) }];
}

function roomLine(services: Services, roomId: string): Inline[] {
  const room = services.protectedRooms.get(roomId);
  const name = room?.canonicalAlias ?? room?.name;
  const failure = services.protection.failures.get(roomId);
  const spaces = services.settings
    .get()
    .protected_spaces.filter((space) => space.rooms.includes(roomId))
    .map((space) => space.room_id);
  return [
    { code: roomId },
    name == null ? '' : ` ${name}`,
    room === undefined ? '' : `, ${room.members.size} people`,
    room === undefined || !isSpace(room) ? '' : ', a space',
    spaces.length === 0 ? '' : `, because of the space ${spaces.join(', ')}`,
    failure === undefined ? '' : ` – can not be read: ${failure}`,
  ];
}

const verify: Command = {
  name: 'verify',
  group: 'Rooms',
  usage: 'verify',
  summary: 'Checks that I have the power I need in every protected room.',
  async run(services) {
    const lacking: Inline[][] = [];
    for (const roomId of services.protection.roomIds) {
      const room = services.protectedRooms.get(roomId);
      if (room === undefined)
        lacking.push([
          { code: roomId },
          ` – can not be read: ${services.protection.failures.get(roomId) ?? 'not read yet'}`,
        ]);
      else {
        const missing = missingPower(room, services.homeserver.botUserId);
        if (missing.length > 0)
          lacking.push([
            { code: roomId },
            ` – I lack the power to ${missing.join(', ')}. Give me power level ${powerNeeded(room)}.`,
          ]);
      }
    }
    if (lacking.length === 0)
      return [{ line: [`All is well in ${services.protection.roomIds.length} protected rooms.`] }];
    return [{ line: ['Power is missing here:'] }, { list: lacking }];
  },
};

export const roomCommands: readonly Command[] = [rooms, verify];
