import { interlock } from '../enforcement/interlock.js';
import { visible } from '../detection/index.js';
import { urlPath } from '../matrix/url-path.js';
import type { Block } from '../matrix/message.js';
import { howToAnswer } from './answers.js';
import { type NamedRoom, room, text, yes } from './args/index.js';
import { type Command, command } from './spec.js';
import type { Invocation, Services } from './types.js';
import { make, must } from './make.js';
import { answerTexts } from './texts/answers.js';
import { roomTexts } from './texts/rooms.js';

const shutdown = command({
  name: 'shutdown room',
  aliases: ['shutdown', 'rooms delete', 'rooms purge'],
  group: 'Rooms',
  role: 'admin',
  summary:
    'Removes a room from this server: everybody is removed, and it is blocked and purged. This cannot be undone.',
  args: { room: room('ROOM'), reason: text() },
  options: { yes },
  examples: ['shutdown room #spam:example.org'],
  async run(services, { args, options, invocation }) {
    const { roomId, said } = must(args.room);
    const answer = interlock({ about: 'room', roomId }, services.facts());
    if (!answer.allowed) return [{ line: [answerTexts.refused(visible(answer.reason, 400))] }];
    if (options.yes !== true && invocation.confirmed === undefined) {
      const info = await services.homeserver.adminRoom(roomId).catch(() => undefined);
      const people = info?.localMembers == null ? '' : roomTexts.peopleInIt(info.localMembers);
      return {
        ask: {
          blocks: [{ line: roomTexts.askShutdown(said, people) }, howToAnswer()],
        },
      };
    }
    const body = { block: true, purge: true, ...(args.reason === '' ? {} : { message: args.reason }) };
    return make(
      services,
      invocation,
      { method: 'DELETE', path: urlPath`/_synapse/admin/v2/rooms/${roomId}`, body, admin: true, roomId },
      roomTexts.shuttingDown(said),
    );
  },
});

const block = command({
  name: 'rooms block',
  group: 'Rooms',
  role: 'admin',
  summary: 'Blocks a room on this server, so that nobody here can join it; rooms unblock lifts it.',
  args: { room: room('ROOM') },
  options: {},
  examples: ['rooms block #spam:example.org'],
  run: (services, { args, invocation }) => blockRoom(services, invocation, must(args.room), true),
});

const unblock = command({
  name: 'rooms unblock',
  group: 'Rooms',
  role: 'admin',
  summary: 'Lifts the block of a room.',
  args: { room: room('ROOM') },
  options: {},
  examples: ['rooms unblock #spam:example.org'],
  run: (services, { args, invocation }) => blockRoom(services, invocation, must(args.room), false),
});

async function blockRoom(
  services: Services,
  invocation: Invocation,
  { roomId, said }: NamedRoom,
  on: boolean,
): Promise<Block[]> {
  const answer = on ? interlock({ about: 'room', roomId }, services.facts()) : undefined;
  if (answer?.allowed === false) return [{ line: [answerTexts.refused(visible(answer.reason, 400))] }];
  return make(
    services,
    invocation,
    {
      method: 'PUT',
      path: urlPath`/_synapse/admin/v1/rooms/${roomId}/block`,
      body: { block: on },
      admin: true,
      roomId,
    },
    [{ code: said }, on ? roomTexts.blocked : roomTexts.unblocked],
  );
}

export const shutdownCommands: readonly Command[] = [shutdown, block, unblock];
