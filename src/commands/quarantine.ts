import { visible } from '../detection/index.js';
import { MatrixError } from '../matrix/types.js';
import { urlPath } from '../matrix/url-path.js';
import { mustBeLocal } from './accounts.js';
import { howToAnswer } from './answers.js';
import { room, yes } from './args/index.js';
import { referenceOf } from './args/entity.js';
import { usageError, type Reading } from './args/reading.js';
import { readTargets } from './args/targets.js';
import { make } from './make.js';
import { command, type Arg, type Command } from './spec.js';
import type { Invocation, Services } from './types.js';
import { roomTexts } from './texts/rooms.js';

type What =
  { mxc: { server: string; id: string }; said: string } | { userId: string } | { roomId: string; said: string };

/** An account, a room, or one media file. */
function what(): Arg<What> {
  return {
    kind: 'entity',
    label: 'USER|ROOM|MXC',
    optional: false,
    async read(reading: Reading): Promise<What> {
      const said = reading.peek()?.text ?? '';
      const [, server, id] = /^mxc:\/\/([^/]+)\/([A-Za-z0-9_-]+)[,;.:!?)]*$/.exec(said) ?? [];
      if (server !== undefined && id !== undefined) {
        reading.take();
        return { mxc: { server, id }, said: `mxc://${server}/${id}` };
      }
      const next = reading.peek();
      const reference = next === undefined ? undefined : referenceOf(next, reading.services, reading.around, {});
      if (reference !== undefined && 'entity' in reference && reference.entity.kind === 'room') {
        const named = await room('ROOM').read(reading);
        if (named !== undefined) return { roomId: named.roomId, said: named.said };
      }
      if (next !== undefined && next.link === undefined && !said.startsWith('@') && !/^(?:case|fall|user)$/i.test(said))
        throw usageError(roomTexts.noMedia(visible(said)), roomTexts.mediaForms);
      const { targets } = await readTargets(reading, { kinds: ['user'], single: true });
      return { userId: targets[0]?.entity ?? '' };
    },
  };
}

const quarantine = command({
  name: 'quarantine-media',
  aliases: ['quarantine'],
  group: 'Accounts',
  role: 'moderator',
  summary:
    'Quarantines media: of an account of this server, of a room (asks first), or one (mxc://…). Needs a server admin.',
  args: { what: what() },
  options: { yes },
  examples: [
    'quarantine-media mxc://example.org/abc',
    'quarantine-media @spammer:example.org',
    'quarantine-media #spam:example.org --yes',
  ],
  async run(services, { args, options, invocation }) {
    const { what: meant } = args;
    const { homeserver } = services;
    if ('mxc' in meant) {
      const path = urlPath`/_synapse/admin/v1/media/quarantine/${meant.mxc.server}/${meant.mxc.id}`;
      const kept = await keep(services, invocation, () => Promise.resolve([meant.said]));
      return make(services, invocation, { method: 'POST', path, admin: true }, roomTexts.quarantined(meant.said, kept));
    }
    if ('userId' in meant) {
      const { userId } = meant;
      mustBeLocal(services, userId);
      const path = urlPath`/_synapse/admin/v1/user/${userId}/media/quarantine`;
      const kept = await keep(services, invocation, async () =>
        (await homeserver.mediaOf(userId)).map(({ id }) => `mxc://${homeserver.serverName}/${id}`),
      );
      return make(
        services,
        invocation,
        { method: 'POST', path, admin: true, userId },
        roomTexts.quarantined(userId, kept),
      );
    }
    const { roomId, said } = meant;
    if (options.yes !== true && invocation.confirmed === undefined)
      return { ask: { blocks: [{ line: roomTexts.askRoomMedia(said) }, howToAnswer()] } };
    const path = urlPath`/_synapse/admin/v1/room/${roomId}/media/quarantine`;
    const kept = await keep(services, invocation, () => homeserver.mediaIn(roomId));
    return make(services, invocation, { method: 'POST', path, admin: true, roomId }, roomTexts.quarantined(said, kept));
  },
});

/** Stores pictures' fingerprints before they become inaccessible; resolves with their number. */
async function keep(
  { config, pictures }: Services,
  { sender }: Invocation,
  list: () => Promise<readonly string[]>,
): Promise<number> {
  // in a dry run nothing is quarantined, so no fingerprints are needed
  if (config.dry_run || !pictures.isOn) return 0;
  try {
    return await pictures.remember(await list(), sender);
  } catch (error) {
    // a failure to list media must not prevent the quarantine, which reports its own errors
    if (!(error instanceof MatrixError)) throw error;
    return 0;
  }
}

const unquarantine = command({
  name: 'unquarantine-media',
  aliases: ['unquarantine'],
  group: 'Accounts',
  role: 'moderator',
  summary: 'Takes one piece of media (mxc://…) out of quarantine, and forgets how it looks. Needs a server admin.',
  args: { what: what() },
  options: {},
  examples: ['unquarantine-media mxc://example.org/abc'],
  async run(services, { args, invocation }) {
    const { what: meant } = args;
    if (!('mxc' in meant)) throw usageError(roomTexts.oneMedia, roomTexts.oneMediaForm);
    const path = urlPath`/_synapse/admin/v1/media/unquarantine/${meant.mxc.server}/${meant.mxc.id}`;
    const forgotten = services.config.dry_run ? 0 : await services.pictures.forget([meant.said]);
    const done = roomTexts.unquarantined(meant.said, forgotten > 0);
    return make(services, invocation, { method: 'POST', path, admin: true }, done);
  },
});

export const quarantineCommands: readonly Command[] = [quarantine, unquarantine];
