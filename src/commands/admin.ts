import { change } from '../enforcement/actions.js';
import { interlock } from '../enforcement/interlock.js';
import { visible } from '../detection/index.js';
import { canSendState, powerOf } from '../matrix/power.js';
import { urlPath } from '../matrix/url-path.js';
import type { Block, Inline } from '../matrix/message.js';
import type { TrackedRoom } from '../tracking/rooms.js';
import { answerFor, enumerated, howToAnswer, notDone, roomName, undoHint } from './answers.js';
import { choice, number, protectedRooms, room, targets, text, word, yes, type NamedRoom } from './args/index.js';
import { usageError } from './args/reading.js';
import { mustBeLocal } from './people.js';
import { command, type Command } from './spec.js';
import type { Invocation, Services } from './types.js';

type Change = Parameters<typeof change.create>[0];

/** Carries one change out and answers. */
export async function make(
  services: Services,
  invocation: Invocation,
  what: Change,
  done: Inline[],
  part = '',
): Promise<Block[]> {
  const [action] = await services.runAndWait([change.create(what, { key: `command:${invocation.key}:change${part}` })]);
  return answerFor(action, () => [{ line: done }]);
}

function must(named: NamedRoom | undefined): NamedRoom {
  if (named === undefined) throw usageError('Which room?', 'Give a room ID (!…) or an alias (#name:server).');
  return named;
}

const oneUser = targets('USER', { kinds: ['user'], single: true });
const firstOf = ({ targets: all }: { targets: readonly { entity: string }[] }): string => all[0]?.entity ?? '';

function lockCommand(name: 'lock' | 'unlock'): Command {
  const locked = name === 'lock';
  return command({
    name,
    group: 'Accounts',
    role: 'moderator',
    summary: locked
      ? 'Locks an account of this server: it cannot do anything until it is unlocked. Needs a server admin.'
      : 'Unlocks an account of this server.',
    args: { who: oneUser, reason: text() },
    options: {},
    examples: [`${name} @someone:example.org`],
    async run(services, { args, invocation }) {
      const userId = firstOf(args.who);
      mustBeLocal(services, userId);
      const account = await services.homeserver.adminAccount(userId).catch(() => undefined);
      if (account?.admin === true)
        return [{ line: [{ code: userId }, ' is an admin of this server. Nothing was done.'] }];
      // Unlocking can hit nobody.
      return make(
        services,
        invocation,
        {
          method: 'PUT',
          path: urlPath`/_synapse/admin/v2/users/${userId}`,
          body: { locked },
          admin: true,
          ...(locked ? { userId } : {}),
        },
        [{ code: userId }, locked ? ' is locked now.' : ' is unlocked.', ...(locked ? undoHint() : [])],
      );
    },
  });
}

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
      ...(done.length === 0
        ? []
        : [{ line: [{ code: userId }, ` has power level ${level} in `, ...enumerated(done), '.'] }]),
      ...(not.length === 0 ? [] : [{ line: ['Not done:'] }, { list: not }]),
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
  if (powerOf(userId, kept) === Infinity) return 'created the room: its power cannot be changed';
  if (!canSendState(bot, 'm.room.power_levels', kept)) return 'I lack the power to change power levels';
  if (level > powerOf(bot, kept)) return `I have power level ${powerOf(bot, kept)} myself`;
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

const makeAdmin = command({
  name: 'make admin',
  aliases: ['hijack', 'make-admin', 'hijack room'],
  group: 'Rooms',
  role: 'admin',
  summary: 'Gives somebody of this server (or the bot) the highest power in a room, by the admin API.',
  args: { room: room('ROOM'), who: word('[USER]', 'user') },
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
      [{ code: userId }, ' is an admin of ', { code: said }, ' now.'],
    );
  },
});

const shutdown = command({
  name: 'shutdown room',
  aliases: ['shutdown', 'rooms delete'],
  group: 'Rooms',
  role: 'admin',
  summary: 'Removes a room from this server: everybody is put out, it is blocked and purged. It cannot be undone.',
  args: { room: room('ROOM'), reason: text() },
  options: { yes },
  examples: ['shutdown room #spam:example.org'],
  async run(services, { args, options, invocation }) {
    const { roomId, said } = must(args.room);
    const answer = interlock({ about: 'room', roomId }, services.facts());
    if (!answer.allowed) return [{ line: [`Not done: ${visible(answer.reason, 400)}`] }];
    if (options.yes !== true && invocation.confirmed === undefined) {
      const info = await services.homeserver.adminRoom(roomId).catch(() => undefined);
      const people = info?.localMembers == null ? '' : ` ${info.localMembers} people of this server are in it.`;
      return {
        ask: {
          blocks: [
            { line: ['Shut ', { code: said }, ` down for everybody on this server?${people} It cannot be undone.`] },
            howToAnswer(),
          ],
        },
      };
    }
    const body = { block: true, purge: true, ...(args.reason === '' ? {} : { message: args.reason }) };
    return make(
      services,
      invocation,
      { method: 'DELETE', path: urlPath`/_synapse/admin/v2/rooms/${roomId}`, body, admin: true, roomId },
      ['The homeserver is shutting ', { code: said }, ' down: it puts everybody out, blocks and purges it.'],
    );
  },
});

const block = command({
  name: 'rooms block',
  group: 'Rooms',
  role: 'admin',
  summary: 'Blocks a room on this server, so that nobody here can join it; rooms unblock takes it back.',
  args: { room: room('ROOM') },
  options: {},
  examples: ['rooms block #spam:example.org'],
  run: (services, { args, invocation }) => blockRoom(services, invocation, must(args.room), true),
});

const unblock = command({
  name: 'rooms unblock',
  group: 'Rooms',
  role: 'admin',
  summary: 'Takes the block of a room back.',
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
  if (answer?.allowed === false) return [{ line: [`Not done: ${visible(answer.reason, 400)}`] }];
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
    [{ code: said }, on ? ' is blocked on this server.' : ' is no longer blocked.'],
  );
}

const quarantine = command({
  name: 'quarantine-media',
  aliases: ['quarantine'],
  group: 'Accounts',
  role: 'moderator',
  summary: 'Quarantines media: of an account of this server, of a room, or one (mxc://…). Needs a server admin.',
  args: { what: word('USER|ROOM|MXC', 'entity') },
  options: {},
  examples: ['quarantine-media mxc://example.org/abc', 'quarantine-media @spammer:example.org'],
  run(services, { args, invocation }) {
    const what = args.what ?? '';
    const [, server, id] = /^mxc:\/\/([^/]+)\/([A-Za-z0-9_-]+)$/.exec(what) ?? [];
    const done: Inline[] = ['Quarantined: ', { code: what }, '.'];
    if (server !== undefined && id !== undefined)
      return make(
        services,
        invocation,
        { method: 'POST', path: urlPath`/_synapse/admin/v1/media/quarantine/${server}/${id}`, admin: true },
        done,
      );
    if (what.startsWith('@')) {
      mustBeLocal(services, what);
      return make(
        services,
        invocation,
        { method: 'POST', path: urlPath`/_synapse/admin/v1/user/${what}/media/quarantine`, admin: true, userId: what },
        done,
      );
    }
    if (what.startsWith('!'))
      return make(
        services,
        invocation,
        { method: 'POST', path: urlPath`/_synapse/admin/v1/room/${what}/media/quarantine`, admin: true, roomId: what },
        done,
      );
    throw usageError(
      `${visible(what)} has no media.`,
      'Give a user ID of this server, a room ID, or mxc://server/id. Nothing was done.',
    );
  },
});

const ALIAS = '/_matrix/client/v3/directory/room/';

const aliasAdd = command({
  name: 'alias add',
  group: 'Rooms',
  role: 'admin',
  summary: 'Makes an alias of this server that leads to a room.',
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
      [{ code: alias }, ' leads to ', { code: said }, ' now.'],
    );
  },
});

function localAlias({ homeserver }: Services, said: string | undefined): string {
  const alias = (said ?? '').replace(/[,;.!?)]+$/, '');
  if (/^#[^:\s]+:/.test(alias) && alias.endsWith(`:${homeserver.serverName}`)) return alias;
  throw usageError(
    `${visible(alias)} is not an alias of this server.`,
    `It looks like #name:${homeserver.serverName}. Nothing was done.`,
  );
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
    return make(services, invocation, { method: 'DELETE', path: `${ALIAS}${encodeURIComponent(alias)}` }, [
      { code: alias },
      ' is removed.',
    ]);
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
    return make(services, invocation, { method: 'PUT', path, body: { room_id: roomId } }, [
      { code: alias },
      ' leads to ',
      { code: said },
      ' now.',
    ]);
  },
});

const resolve = command({
  name: 'resolve',
  aliases: ['roomid'],
  group: 'Rooms',
  role: 'viewer',
  summary: 'Says which room an alias leads to.',
  args: { room: room('ROOM') },
  options: {},
  examples: ['resolve #lobby:example.org'],
  run(_services, { args }) {
    const { roomId, said } = must(args.room);
    return Promise.resolve([{ line: [{ code: said }, ' is ', { code: roomId }, '.'] }]);
  },
});

const directory = command({
  name: 'directory',
  group: 'Rooms',
  role: 'admin',
  summary: "Puts a room into this server's public directory, or takes it out.",
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
      [
        { code: said },
        args.what === 'add' ? ' is in the public directory now.' : ' is no longer in the public directory.',
      ],
    );
  },
});

function botRoom(name: 'join' | 'knock' | 'leave'): Command {
  const words = { join: 'joined', knock: 'knocked on', leave: 'left' };
  return command({
    name,
    group: 'Bot',
    role: 'admin',
    summary: `Makes the bot ${name}${name === 'knock' ? ' on' : ''} a room. Protection is rooms add.`,
    args: { room: room('ROOM') },
    options: {},
    examples: [`${name} #lobby:example.org`],
    async run(services, { args, invocation }) {
      const { roomId, said, via } = must(args.room);
      const { management_room: management, policy_list_room: own } = services.settings.get();
      if (
        name === 'leave' &&
        (roomId === management ||
          roomId === own ||
          services.protectedRooms.get(roomId) !== undefined ||
          services.lists.has(roomId))
      )
        throw usageError('I work in that room.', 'Nothing was done. rooms remove and unwatch come first.');
      const query =
        via.length === 0 || name === 'leave'
          ? ''
          : `?${via.map((server) => `via=${encodeURIComponent(server)}&server_name=${encodeURIComponent(server)}`).join('&')}`;
      const path =
        name === 'leave'
          ? urlPath`/_matrix/client/v3/rooms/${roomId}/leave`
          : `/_matrix/client/v3/${name}/${encodeURIComponent(roomId)}${query}`;
      return make(services, invocation, { method: 'POST', path, roomId }, [
        `I have ${words[name]} `,
        { code: said },
        '.',
      ]);
    },
  });
}

const displayname = command({
  name: 'displayname',
  aliases: ['bot-profile displayname'],
  group: 'Bot',
  role: 'admin',
  summary: "Sets the bot's display name, until the next start sets that of the configuration.",
  args: { name: text('NAME', 'text') },
  options: {},
  examples: ['displayname Heimdall'],
  run: (services, { args, invocation }) =>
    make(
      services,
      invocation,
      {
        method: 'PUT',
        path: urlPath`/_matrix/client/v3/profile/${services.homeserver.botUserId}/displayname`,
        body: { displayname: args.name.slice(0, 256) },
      },
      ['My name is ', { code: args.name.slice(0, 256) }, ' now.'],
    ),
});

const avatar = command({
  name: 'avatar',
  aliases: ['bot-profile avatar'],
  group: 'Bot',
  role: 'admin',
  summary: "Sets the bot's avatar to an mxc:// URI.",
  args: { mxc: word('MXC') },
  options: {},
  examples: ['avatar mxc://example.org/abc'],
  run(services, { args, invocation }) {
    const mxc = args.mxc ?? '';
    if (!/^mxc:\/\/[^/\s]+\/[A-Za-z0-9_-]+$/.test(mxc))
      throw usageError(`${visible(mxc)} is not an mxc:// URI.`, 'Nothing was done.');
    return make(
      services,
      invocation,
      {
        method: 'PUT',
        path: urlPath`/_matrix/client/v3/profile/${services.homeserver.botUserId}/avatar_url`,
        body: { avatar_url: mxc },
      },
      ['My avatar is changed.'],
    );
  },
});

const sendAsBot = command({
  name: 'send-as-bot',
  aliases: ['say'],
  group: 'Bot',
  role: 'admin',
  summary: 'Sends a notice into a room where the bot is.',
  args: { room: room('ROOM'), text: text('TEXT', 'text') },
  options: {},
  examples: ['send-as-bot #lobby:example.org Please keep calm'],
  run(services, { args, invocation }) {
    const { roomId, said } = must(args.room);
    const path = urlPath`/_matrix/client/v3/rooms/${roomId}/send/m.room.message/${`say-${invocation.key}`.slice(0, 200)}`;
    return make(
      services,
      invocation,
      { method: 'PUT', path, body: { msgtype: 'm.notice', body: args.text, 'm.mentions': {} }, roomId },
      ['Sent to ', { code: said }, '.'],
    );
  },
});

export const adminCommands: readonly Command[] = [
  lockCommand('lock'),
  lockCommand('unlock'),
  quarantine,
  powerlevel,
  makeAdmin,
  shutdown,
  block,
  unblock,
  aliasAdd,
  aliasRemove,
  move,
  resolve,
  directory,
  botRoom('join'),
  botRoom('knock'),
  botRoom('leave'),
  displayname,
  avatar,
  sendAsBot,
];
