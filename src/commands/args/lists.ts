import { visible } from '../../detection/index.js';
import { isRoomAlias } from '../../matrix/identifiers.js';
import { HeimdallError } from '../../util/errors.js';
import type { Word } from '../text/words.js';
import type { Services } from '../types.js';
import { isServerName, referenceOf } from './entity.js';
import type { Reading } from './reading.js';
import { argTexts } from '../texts/args.js';

/** An error for a word that was meant as a list but is not one. */
export function noList(word: string, services: Services): HeimdallError {
  const codes = services.settings
    .get()
    .watched_lists.flatMap(({ room_id }) => services.lists.shortcodeOf(room_id) ?? []);
  const known = codes.length === 0 ? '' : argTexts.watchedAre(codes.slice(0, 10).map((code) => visible(code)));
  return new HeimdallError('HEIMDALL_E_NO_LIST', argTexts.noList(visible(word), known), argTexts.noListRemedy);
}

/**
 * The watched list with this shortcode, ignoring case; undefined if there is none. Foreign lists choose their own
 * shortcode, so one that is an identifier, a server name or a word of the commands does not count. Of two lists with
 * the same shortcode ours counts, else neither.
 */
export function listByShortcode(word: Word, reading: Pick<Reading, 'services' | 'isReserved'>): string | undefined {
  const { services, isReserved } = reading;
  if (word.quoted || word.link !== undefined) return undefined;
  const code = word.text.replace(/[,;:]+$/, '');
  if (code === '' || /^[@#!$]/.test(code) || isReserved(code.toLowerCase())) return undefined;
  if (code.includes('.') && isServerName(code)) return undefined;
  const rooms = services.lists.allByShortcode(code);
  if (rooms.length <= 1) return rooms[0];
  const ours = rooms.filter((roomId) => isOurs(roomId, services));
  if (ours.length === 1) return ours[0];
  throw new HeimdallError(
    'HEIMDALL_E_NO_LIST',
    argTexts.sameCode(rooms.length, visible(code)),
    argTexts.sameCodeRemedy,
  );
}

function isOurs(roomId: string, { settings, lists }: Services): boolean {
  return settings.get().policy_list_room === roomId || lists.isMade(roomId);
}

/** The watched list with this alias, room id or link; undefined if there is none. */
async function listByRoom(word: Word, reading: Reading): Promise<string | undefined> {
  const { services, around } = reading;
  const reference = referenceOf(word, services, around, {});
  if (reference === undefined || 'broken' in reference || reference.entity.kind !== 'room') return undefined;
  const { entity } = reference.entity;
  const roomId = isRoomAlias(entity) ? await services.homeserver.resolveAlias(entity) : entity;
  return roomId !== undefined && isWatched(roomId, services) ? roomId : undefined;
}

export function isWatched(roomId: string, { settings }: Services): boolean {
  return settings.get().watched_lists.some((list) => list.room_id === roomId);
}

/** The watched list that a word names in any way. */
export async function listOf(word: Word, reading: Reading): Promise<string | undefined> {
  return listByShortcode(word, reading) ?? (await listByRoom(word, reading));
}

/** The list for rules when none is named: the default if it is watched, else our own. */
export async function defaultList(services: Services): Promise<string> {
  const { default_list: chosen } = services.settings.get();
  return chosen !== null && services.lists.has(chosen) ? chosen : services.ownList();
}
