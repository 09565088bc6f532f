import { visible } from '../detection/index.js';
import { urlPath } from '../matrix/url-path.js';
import { room, text, word, written } from './args/index.js';
import { usageError } from './args/reading.js';
import { type Command, command } from './spec.js';
import { make, must } from './make.js';
import { botTexts } from './texts/bot.js';

function botRoom(name: 'join' | 'knock' | 'leave'): Command {
  const words = { join: 'joined', knock: botTexts.knocked, leave: 'left' };
  return command({
    name,
    group: 'Bot',
    role: 'admin',
    summary: `Makes the bot ${name}${name === 'knock' ? ' on' : ''} a room. To protect a room, use rooms add.`,
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
        throw usageError(botTexts.worksThere, botTexts.worksThereRemedy);
      const servers = via.map(
        (server) => `via=${encodeURIComponent(server)}&server_name=${encodeURIComponent(server)}`,
      );
      const query = servers.length === 0 || name === 'leave' ? '' : `?${servers.join('&')}`;
      const path =
        name === 'leave'
          ? urlPath`/_matrix/client/v3/rooms/${roomId}/leave`
          : `/_matrix/client/v3/${name}/${encodeURIComponent(roomId)}${query}`;
      return make(services, invocation, { method: 'POST', path, roomId }, botTexts.haveDone(words[name], said));
    },
  });
}

const displayname = command({
  name: 'displayname',
  aliases: ['bot-profile displayname'],
  group: 'Bot',
  role: 'admin',
  summary: "Sets the bot's display name until the next start, which sets the configured one.",
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
      botTexts.named(args.name.slice(0, 256)),
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
      throw usageError(botTexts.notMxc(visible(mxc)), botTexts.nothingDone);
    return make(
      services,
      invocation,
      {
        method: 'PUT',
        path: urlPath`/_matrix/client/v3/profile/${services.homeserver.botUserId}/avatar_url`,
        body: { avatar_url: mxc },
      },
      [botTexts.avatarChanged],
    );
  },
});

const sendAsBot = command({
  name: 'send-as-bot',
  aliases: ['say'],
  group: 'Bot',
  role: 'admin',
  summary: 'Sends a notice to a room that the bot is in.',
  args: { room: room('ROOM'), text: written('TEXT') },
  options: {},
  examples: ['send-as-bot #lobby:example.org Please keep calm'],
  run(services, { args, invocation }) {
    const { roomId, said } = must(args.room);
    const txnId = `say-${invocation.key}`.slice(0, 200);
    const path = urlPath`/_matrix/client/v3/rooms/${roomId}/send/m.room.message/${txnId}`;
    return make(
      services,
      invocation,
      { method: 'PUT', path, body: { msgtype: 'm.notice', body: args.text, 'm.mentions': {} }, roomId },
      botTexts.sent(said),
    );
  },
});

export const botCommands: readonly Command[] = [
  botRoom('join'),
  botRoom('knock'),
  botRoom('leave'),
  displayname,
  avatar,
  sendAsBot,
];
