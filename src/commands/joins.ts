import { serverNameOf } from '../matrix/identifiers.js';
import type { Block } from '../matrix/message.js';
import { roomName } from './answers.js';
import { timeOf } from './args/duration.js';
import { moment, protectedRooms } from './args/index.js';
import { joinedSince } from './since.js';
import { command, type Arg, type Command } from './spec.js';
import { roomTexts } from './texts/rooms.js';

const HOUR_MS = 3_600_000;
const MOST_PEOPLE = 10_000;
const SERVERS_SHOWN = 10;

/** A time in the past; default: an hour ago. */
function since(): Arg<number> {
  const at = moment('[WHEN]');
  return {
    ...at,
    optional: true,
    read: (reading) => (reading.peek() === undefined ? reading.services.clock() - HOUR_MS : at.read(reading)),
  };
}

const joins = command({
  name: 'status joins',
  aliases: ['joins', 'joinwave', 'status joinwave'],
  group: 'Rooms',
  role: 'viewer',
  summary: 'Shows how many people joined a room, or each protected room, in the last hour or since a time.',
  args: { rooms: protectedRooms(), when: since() },
  options: {},
  examples: ['status joins', 'status joins #lobby:example.org 3h'],
  async run(services, { args }) {
    const blocks: Block[] = [];
    for (const room of args.rooms.rooms) {
      const found = await joinedSince(services, [room], args.when, MOST_PEOPLE);
      const servers = new Map<string, number>();
      for (const { userId } of found) {
        const server = serverNameOf(userId) ?? '';
        servers.set(server, (servers.get(server) ?? 0) + 1);
      }
      const most = [...servers].sort((a, b) => b[1] - a[1]).slice(0, SERVERS_SHOWN);
      blocks.push({ line: roomTexts.joins(roomName(services, room.roomId), found.length, timeOf(args.when)) });
      if (most.length > 0) blocks.push({ line: roomTexts.joinServers(most) });
    }
    return [...blocks, { line: [roomTexts.joinsMore] }];
  },
});

export const joinCommands: readonly Command[] = [joins];
