import { change } from '../enforcement/actions.js';
import { canSendState, powerOf } from '../matrix/power.js';
import { urlPath } from '../matrix/url-path.js';
import type { Inline } from '../matrix/message.js';
import type { TrackedRoom } from '../tracking/tracked-room.js';
import { notDone, roomName } from './answers.js';
import { enumerated } from './texts/enumerated.js';
import { number, protectedRooms, room, targets } from './args/index.js';
import type { Reading } from './args/reading.js';
import { mustBeLocal } from './accounts.js';
import { type Arg, type Command, command } from './spec.js';
import type { Invocation, Services } from './types.js';
import { firstOf, make, must, oneUser } from './make.js';
import { peopleTexts } from './texts/people.js';

const powerlevel = command({
  name: 'powerlevel',
  aliases: ['power'],
  group: 'Rooms',
  role: 'admin',
  summary: "Sets somebody's power level in one protected room or all.",
  args: { who: oneUser, level: number('LEVEL', { min: -1_000_000, max: 1_000_000 }), rooms: protectedRooms() },
  options: {},
  examples: ['powerlevel @helper:example.org 50 #lobby:example.org'],
  async run(services, { args, invocation }) {
    const userId = firstOf(args.who);
    const level = args.level ?? 0;
    const done: Inline[] = [];
    const not: Inline[][] = [];
    for (const kept of args.rooms.rooms) {
      const why = await setPower(services, invocation, kept, userId, level);
      if (why === undefined) done.push(roomName(services, kept.roomId));
      else not.push([roomName(services, kept.roomId), ` – ${why}`]);
    }
    return [
      ...(done.length === 0 ? [] : [{ line: peopleTexts.hasPower(userId, level, enumerated(done)) }]),
      ...(not.length === 0 ? [] : [{ line: [peopleTexts.notDone] }, { list: not }]),
    ];
  },
});

async function setPower(
  services: Services,
  invocation: Invocation,
  kept: TrackedRoom,
  userId: string,
  level: number,
): Promise<string | undefined> {
  const bot = services.homeserver.botUserId;
  if (powerOf(userId, kept) === Infinity) return peopleTexts.isCreator;
  if (!canSendState(bot, 'm.room.power_levels', kept)) return peopleTexts.cannotChangePower;
  if (level > powerOf(bot, kept)) return peopleTexts.ownPower(powerOf(bot, kept));
  const content = (await services.homeserver.stateContent(kept.roomId, 'm.room.power_levels')) ?? {};
  const users = { ...(content.users as Record<string, unknown> | undefined), [userId]: level };
  const path = urlPath`/_matrix/client/v3/rooms/${kept.roomId}/state/m.room.power_levels/`;
  const [action] = await services.runAndWait([
    change.create(
      { method: 'PUT', path, body: { ...content, users }, roomId: kept.roomId },
      { key: `command:${invocation.key}:power:${kept.roomId}` },
    ),
  ]);
  return action?.state === 'done' ? undefined : notDone(action);
}

/** Somebody, or nobody. */
function maybeUser(): Arg<string | undefined> {
  const one = targets('[USER]', { kinds: ['user'], single: true });
  return {
    ...one,
    async read(reading: Reading) {
      return reading.peek() === undefined ? undefined : (await one.read(reading)).targets[0]?.entity;
    },
  };
}

const makeAdmin = command({
  name: 'make admin',
  aliases: ['hijack', 'make-admin', 'hijack room'],
  group: 'Rooms',
  role: 'admin',
  summary: 'Gives an account of this server (or the bot) the highest power level in a room, through the admin API.',
  args: { room: room('ROOM'), who: maybeUser() },
  options: {},
  examples: ['make admin #lobby:example.org'],
  run(services, { args, invocation }) {
    const { roomId, said } = must(args.room);
    const userId = args.who ?? services.homeserver.botUserId;
    mustBeLocal(services, userId);
    return make(
      services,
      invocation,
      {
        method: 'POST',
        path: urlPath`/_synapse/admin/v1/rooms/${roomId}/make_room_admin`,
        body: { user_id: userId },
        admin: true,
        roomId,
      },
      peopleTexts.roomAdmin(userId, said),
    );
  },
});

export const powerCommands: readonly Command[] = [powerlevel, makeAdmin];
