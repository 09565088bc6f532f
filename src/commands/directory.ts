import { change } from '../enforcement/actions.js';
import { visible } from '../detection/index.js';
import { urlPath } from '../matrix/url-path.js';
import { notDone } from './answers.js';
import { choice, room, word } from './args/index.js';
import { usageError } from './args/reading.js';
import { type Command, command } from './spec.js';
import type { Services } from './types.js';
import { make, must } from './make.js';
import { botTexts } from './texts/bot.js';

const ALIAS = '/_matrix/client/v3/directory/room/';

const aliasAdd = command({
  name: 'alias add',
  group: 'Rooms',
  role: 'admin',
  summary: 'Creates an alias on this server that leads to a room.',
  args: { alias: word('#ALIAS', 'room'), room: room('ROOM') },
  options: {},
  examples: ['alias add #new:example.org #lobby:example.org'],
  run(services, { args, invocation }) {
    const alias = localAlias(services, args.alias);
    const { roomId, said } = must(args.room);
    return make(
      services,
      invocation,
      { method: 'PUT', path: `${ALIAS}${encodeURIComponent(alias)}`, body: { room_id: roomId } },
      botTexts.aliasLeadsTo(alias, said),
    );
  },
});

function localAlias({ homeserver }: Services, said: string | undefined): string {
  const alias = (said ?? '').replace(/[,;.!?)]+$/, '');
  if (/^#[^:\s]+:/.test(alias) && alias.endsWith(`:${homeserver.serverName}`)) return alias;
  throw usageError(botTexts.notOurAlias(visible(alias)), botTexts.notOurAliasRemedy(homeserver.serverName));
}

const aliasRemove = command({
  name: 'alias remove',
  group: 'Rooms',
  role: 'admin',
  summary: 'Removes an alias of this server.',
  args: { alias: word('#ALIAS', 'room') },
  options: {},
  examples: ['alias remove #old:example.org'],
  run(services, { args, invocation }) {
    const alias = localAlias(services, args.alias);
    return make(
      services,
      invocation,
      { method: 'DELETE', path: `${ALIAS}${encodeURIComponent(alias)}` },
      botTexts.aliasRemoved(alias),
    );
  },
});

const move = command({
  name: 'move',
  aliases: ['alias move'],
  group: 'Rooms',
  role: 'admin',
  summary: 'Moves an alias of this server to another room.',
  args: { alias: word('#ALIAS', 'room'), room: room('ROOM') },
  options: {},
  examples: ['move #lobby:example.org !new:example.org'],
  async run(services, { args, invocation }) {
    const alias = localAlias(services, args.alias);
    const { roomId, said } = must(args.room);
    const path = `${ALIAS}${encodeURIComponent(alias)}`;
    const [removed] = await services.runAndWait([
      change.create({ method: 'DELETE', path }, { key: `command:${invocation.key}:unalias` }),
    ]);
    if (removed?.state !== 'done') return [{ line: [notDone(removed)] }];
    return make(
      services,
      invocation,
      { method: 'PUT', path, body: { room_id: roomId } },
      botTexts.aliasLeadsTo(alias, said),
    );
  },
});

const resolve = command({
  name: 'resolve',
  aliases: ['roomid'],
  group: 'Rooms',
  role: 'viewer',
  summary: 'Shows which room an alias leads to.',
  args: { room: room('ROOM') },
  options: {},
  examples: ['resolve #lobby:example.org'],
  run(_services, { args }) {
    const { roomId, said } = must(args.room);
    return Promise.resolve([{ line: botTexts.resolved(said, roomId) }]);
  },
});

const directory = command({
  name: 'directory',
  group: 'Rooms',
  role: 'admin',
  summary: "Adds a room to this server's public directory, or removes it.",
  args: { what: choice('add|remove', ['add', 'remove']), room: room('ROOM') },
  options: {},
  examples: ['directory add #lobby:example.org', 'directory remove #lobby:example.org'],
  run(services, { args, invocation }) {
    const { roomId, said } = must(args.room);
    const visibility = args.what === 'add' ? 'public' : 'private';
    return make(
      services,
      invocation,
      { method: 'PUT', path: urlPath`/_matrix/client/v3/directory/list/room/${roomId}`, body: { visibility }, roomId },
      [{ code: said }, args.what === 'add' ? botTexts.inDirectory : botTexts.notInDirectory],
    );
  },
});

export const directoryCommands: readonly Command[] = [aliasAdd, aliasRemove, move, resolve, directory];
