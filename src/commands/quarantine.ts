import { visible } from '../detection/index.js';
import { change } from '../enforcement/actions.js';
import { interlock } from '../enforcement/interlock.js';
import type { Block } from '../matrix/message.js';
import { MatrixError, type MatrixEvent } from '../matrix/types.js';
import { urlPath } from '../matrix/url-path.js';
import { mustBeLocal } from './accounts.js';
import { answerFor, howToAnswer } from './answers.js';
import { eventHere, room, yes, type NamedEvent } from './args/index.js';
import { referenceOf } from './args/entity.js';
import { usageError, type Reading } from './args/reading.js';
import { roomMayBe } from './args/room-name.js';
import { readTargets } from './args/targets.js';
import { eventOf } from './event.js';
import { make } from './make.js';
import { mediaIn } from '../protections/pictures/shown.js';
import { command, type Arg, type Command } from './spec.js';
import type { Invocation, Services } from './types.js';
import { roomTexts } from './texts/rooms.js';

type What = { mxc: Mxc } | { event: NamedEvent } | { userId: string } | { roomId: string; said: string };

interface Mxc {
  server: string;
  id: string;
}

/** A file's address (spec "Matrix Content URIs"), with what may stand behind it in a sentence. */
const MXC = /^mxc:\/\/([A-Za-z0-9.:[\]-]{1,255})\/([A-Za-z0-9_-]{1,255})[,;.:!?)]*$/;

function mxcOf(said: string): Mxc | undefined {
  const [, server, id] = MXC.exec(said) ?? [];
  return server === undefined || id === undefined ? undefined : { server, id };
}

const addressOf = ({ server, id }: Mxc): string => `mxc://${server}/${id}`;

/** An account, a room, what an event shows, or one media file. */
function what(): Arg<What> {
  return {
    kind: 'entity',
    label: 'USER|ROOM|EVENT|MXC',
    optional: false,
    async read(reading: Reading): Promise<What> {
      const said = reading.peek()?.text ?? '';
      const mxc = mxcOf(said);
      if (mxc !== undefined) {
        reading.take();
        return { mxc };
      }
      const event = await eventHere(reading);
      if (event !== undefined) return { event };
      const next = reading.peek();
      const reference = next === undefined ? undefined : referenceOf(next, reading.services, reading.around, {});
      if (reference !== undefined && 'entity' in reference && reference.entity.kind === 'room') {
        const named = await room('ROOM').read(reading);
        if (named !== undefined) return { roomId: named.roomId, said: named.said };
      }
      if (next !== undefined && next.link === undefined && !said.startsWith('@') && !/^(?:case|fall|user)$/i.test(said))
        throw usageError(
          roomTexts.noMedia(visible(said)) + roomMayBe(reading.left, reading.services),
          roomTexts.mediaForms,
        );
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
    'Quarantines media: of an account of this server, of a room (asks first), of an event (a link, or its ID and the ' +
    'room), or one (mxc://…). Needs a server admin.',
  args: { what: what() },
  options: { yes },
  examples: [
    'quarantine-media mxc://example.org/abc',
    'quarantine-media @spammer:example.org',
    'quarantine-media https://matrix.to/#/!room:example.org/$event',
    'quarantine-media #spam:example.org --yes',
  ],
  async run(services, { args, options, invocation }) {
    const { what: meant } = args;
    const { homeserver } = services;
    if ('mxc' in meant) {
      const path = urlPath`/_synapse/admin/v1/media/quarantine/${meant.mxc.server}/${meant.mxc.id}`;
      const said = addressOf(meant.mxc);
      const kept = await keep(services, invocation, () => Promise.resolve([said]));
      return make(services, invocation, { method: 'POST', path, admin: true }, roomTexts.quarantined(said, kept));
    }
    if ('event' in meant) return quarantineShown(services, invocation, await eventOf(services, meant.event));
    if ('userId' in meant) {
      const { userId } = meant;
      mustBeLocal(services, userId);
      const path = urlPath`/_synapse/admin/v1/user/${userId}/media/quarantine`;
      const kept = await keep(
        services,
        invocation,
        async () => (await homeserver.mediaOf(userId)).map(({ id }) => `mxc://${homeserver.serverName}/${id}`),
        userId,
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

/** Quarantines what an event shows. */
async function quarantineShown(services: Services, invocation: Invocation, event: MatrixEvent): Promise<Block[]> {
  const shown = filesIn(event);
  const spared = ownPictures(services);
  const files = shown.filter((file) => !spared.has(addressOf(file)));
  const kept = await keep(services, invocation, () => Promise.resolve(files.map(addressOf)), event.sender);
  const ended = await services.runAndWait(
    files.map((file, index) =>
      change.create(
        {
          method: 'POST',
          path: urlPath`/_synapse/admin/v1/media/quarantine/${file.server}/${file.id}`,
          admin: true,
          userId: event.sender,
        },
        { key: `command:${invocation.key}:change:${index}` },
      ),
    ),
  );
  const left = shown.filter((file) => spared.has(addressOf(file))).map(addressOf);
  return [
    ...files.flatMap((file, index) =>
      answerFor(ended[index], () => [{ line: roomTexts.quarantined(addressOf(file), 0) }]),
    ),
    ...(kept === 0 ? [] : [{ line: [roomTexts.knownAgain(kept)] }]),
    ...(left.length === 0 ? [] : [{ line: roomTexts.ownPictures(left) }]),
  ];
}

/** The media of an event, of which there must be some. */
function filesIn(event: MatrixEvent): Mxc[] {
  const files = mediaIn(event).flatMap((said) => mxcOf(said) ?? []);
  if (files.length > 0) return files;
  throw usageError(roomTexts.noMediaThere, roomTexts.noMediaThereForms);
}

/** Pictures of official accounts and protected rooms: whoever shows one does not get it taken from us. */
function ownPictures({ config, protectedRooms }: Services): ReadonlySet<string> {
  const ofRooms = [...protectedRooms.all()].map(({ avatarUrl }) => avatarUrl);
  const official = config.protected_identities.flatMap(({ avatars }) => avatars);
  return new Set([...official, ...ofRooms].filter((one) => one !== null));
}

/** Stores pictures' fingerprints before they become inaccessible; resolves with their number. */
async function keep(
  services: Services,
  { sender }: Invocation,
  list: () => Promise<readonly string[]>,
  userId?: string,
): Promise<number> {
  const { config, pictures } = services;
  // in a dry run nothing is quarantined, so no fingerprints are needed
  if (config.dry_run || !pictures.isOn) return 0;
  // nor of people whose media the interlock will spare: whoever shows their pictures later does no wrong
  if (userId !== undefined && !interlock({ about: 'user', userId }, services.facts()).allowed) return 0;
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
  summary:
    'Takes one piece of media (mxc://…), or what an event shows, out of quarantine, and forgets how it looks. ' +
    'Needs a server admin.',
  args: { what: what() },
  options: {},
  examples: ['unquarantine-media mxc://example.org/abc'],
  async run(services, { args, invocation }) {
    const { what: meant } = args;
    if (!('mxc' in meant || 'event' in meant)) throw usageError(roomTexts.oneMedia, roomTexts.oneMediaForm);
    const files = 'mxc' in meant ? [meant.mxc] : filesIn(await eventOf(services, meant.event));
    const blocks: Block[] = [];
    for (const [index, file] of files.entries()) {
      const path = urlPath`/_synapse/admin/v1/media/unquarantine/${file.server}/${file.id}`;
      const forgotten = services.config.dry_run ? 0 : await services.pictures.forget([addressOf(file)]);
      const done = roomTexts.unquarantined(addressOf(file), forgotten > 0);
      const part = index === 0 ? '' : `:${index}`;
      blocks.push(...(await make(services, invocation, { method: 'POST', path, admin: true }, done, part)));
    }
    return blocks;
  },
});

export const quarantineCommands: readonly Command[] = [quarantine, unquarantine];
