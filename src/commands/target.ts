import { isRoomAlias, isRoomId } from '../matrix/identifiers.js';
import { isGlob, type EntityKind } from '../policy/index.js';
import { HeimdallError } from '../util/errors.js';
import type { TrackedRoom } from '../tracking/rooms.js';
import { entityKindOf, linkTarget } from './parse.js';
import type { Invocation, Services } from './types.js';

/** What a ban command names, in Mjolnir's order: list, kind, entity, rest. All but the entity may be left out. */
export interface Target {
  listRoomId: string | undefined;
  kind: EntityKind;
  entity: string;
  rest: string[];
}

const KINDS: readonly string[] = ['user', 'room', 'server'] satisfies EntityKind[];
const kindOf = (word: string | undefined): EntityKind | undefined =>
  KINDS.includes(word?.toLowerCase() ?? '') ? (word?.toLowerCase() as EntityKind) : undefined;

/** Reads `[LIST] [user|room|server] ENTITY …`. A first word that is no known list and no kind is the entity. */
export function targetOf(services: Services, invocation: Invocation): Target {
  const words = [...invocation.args];
  const listRoomId = takeList(services, words);
  const kind = kindOf(words[0]);
  if (kind !== undefined) words.shift();
  const written = words.shift();
  const entity = written === undefined ? '' : (linkTarget(written)?.id ?? written);
  if (entity === '')
    throw new HeimdallError(
      'HEIMDALL_E_USAGE',
      'Whom?',
      'Give a user id (@name:server), a room id or alias, or a server name.',
    );
  if (kind === 'user' && !entity.startsWith('@') && !isGlob(entity))
    throw new HeimdallError('HEIMDALL_E_USAGE', `${entity} is no user id.`, 'A user id looks like @name:server.');
  if (kind === 'room' && !isRoomId(entity) && !isRoomAlias(entity) && !isGlob(entity))
    throw new HeimdallError(
      'HEIMDALL_E_USAGE',
      `${entity} is no room.`,
      'Give a room id (!…) or an alias (#name:server).',
    );
  return { listRoomId, kind: kind ?? entityKindOf(entity), entity, rest: words };
}

/**
 * Takes the list off the front, by shortcode in any case. A word that can only have been meant as one is an error, not
 * a server to ban.
 */
function takeList(services: Services, words: string[]): string | undefined {
  const [first, second] = words;
  if (first === undefined || second === undefined || kindOf(first) !== undefined) return undefined;
  const listRoomId = services.lists.byShortcode(first);
  if (listRoomId !== undefined) {
    words.shift();
    return listRoomId;
  }
  const plain = !/[.:@!#*?]/.test(first);
  if (kindOf(second) !== undefined || (plain && /^[@!#]/.test(second))) throw noList(first);
  return undefined;
}

export function noList(shortcode: string): HeimdallError {
  return new HeimdallError(
    'HEIMDALL_E_NO_LIST',
    `There is no watched list called ${shortcode}.`,
    'Leave it out to use the default list, or see !heimdall lists.',
  );
}

/** Refuses a pattern that was not given with --force. */
export function requireForce(entity: string, what: string, invocation: Invocation): void {
  if (isGlob(entity) && !invocation.flags.has('force'))
    throw new HeimdallError(
      'HEIMDALL_E_GLOB',
      `${entity} can hit more than one ${what}.`,
      'Add --force if that is meant.',
    );
}

/** Says whether a word names a room. */
export function isRoomWord(word: string | undefined): word is string {
  return word !== undefined && (/^[!#]/.test(word) || /^[!#]/.test(linkTarget(word)?.id ?? ''));
}

/** The id behind a room id, alias or link. */
export async function roomIdOf(services: Services, word: string): Promise<string> {
  const reference = linkTarget(word)?.id ?? word;
  const roomId = isRoomAlias(reference) ? await services.homeserver.resolveAlias(reference) : reference;
  if (roomId === undefined || !isRoomId(roomId))
    throw new HeimdallError(
      'HEIMDALL_E_ROOM',
      `There is no room behind ${reference}.`,
      'Give a room id (!…) or an alias (#name:server).',
    );
  return roomId;
}

/** The protected rooms that a command means: the one that is named, or all. */
export async function protectedRoomsOf(services: Services, word: string | undefined): Promise<TrackedRoom[]> {
  if (word === undefined) return [...services.protectedRooms.all()];
  const room = services.protectedRooms.get(await roomIdOf(services, word));
  if (room === undefined)
    throw new HeimdallError(
      'HEIMDALL_E_ROOM',
      `${word} is not protected.`,
      'See !heimdall rooms, or add it with !heimdall rooms add ROOM.',
    );
  return [room];
}

/** The list that rules go to when none is named: the default, while it is watched, or our own. */
export async function defaultList(services: Services): Promise<string> {
  const { default_list: chosen } = services.settings.get();
  return chosen !== null && services.lists.has(chosen) ? chosen : services.ownList();
}
