import { visible } from '../detection/index.js';
import { urlPath } from '../matrix/url-path.js';
import type { Inline } from '../matrix/message.js';
import { word } from './args/index.js';
import { usageError } from './args/reading.js';
import { mustBeLocal } from './accounts.js';
import { type Command, command } from './spec.js';
import { make } from './make.js';

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

export const quarantineCommands: readonly Command[] = [quarantine];
