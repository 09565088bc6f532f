import type { OwnEffects } from '../matrix/dry-run.js';
import { MatrixError, type HomeserverReader } from '../matrix/types.js';
import type { SettingsStore } from '../store/settings/types.js';
import { texts } from './texts.js';

export interface OwnListOptions {
  homeserver: HomeserverReader;
  /** effects we may have without being asked */
  own: Pick<OwnEffects, 'createRoom'>;
  settings: SettingsStore;
  botLocalpart: string;
}

/**
 * Heimdall's own policy list: the room in the settings, or one created now. The alias makes a crash between creating
 * and saving the room harmless; it only counts if we created the room, because anybody could have taken the alias
 * first.
 */
export async function ensureOwnList(options: OwnListOptions): Promise<string> {
  const known = options.settings.get().policy_list_room;
  if (known !== null) return known;
  const { homeserver, own, settings } = options;
  const aliasLocalpart = `${options.botLocalpart}-policy-list`;
  const room =
    (await ownRoomOfAlias(homeserver, `#${aliasLocalpart}:${homeserver.serverName}`)) ??
    (await makeList(own, aliasLocalpart));
  await settings.update((draft) => {
    draft.policy_list_room = room;
    if (!draft.watched_lists.some((list) => list.room_id === room))
      draft.watched_lists.push({ room_id: room, shortcode: 'heimdall' });
  });
  return room;
}

async function ownRoomOfAlias(homeserver: HomeserverReader, alias: string): Promise<string | undefined> {
  const roomId = await homeserver.resolveAlias(alias);
  if (roomId === undefined || !(await homeserver.joinedRooms()).includes(roomId)) return undefined;
  const create = (await homeserver.state(roomId)).find((event) => event.type === 'm.room.create');
  return create?.sender === homeserver.botUserId ? roomId : undefined;
}

async function makeList(own: Pick<OwnEffects, 'createRoom'>, aliasLocalpart: string): Promise<string> {
  const room = {
    name: texts.ownList.name,
    topic: texts.ownList.topic,
    // Others can watch it: it reveals no more than the bans do. Only we write to it.
    preset: 'public_chat',
    visibility: 'private',
    creation_content: { type: 'm.policy' },
    initial_state: [{ type: 'org.matrix.mjolnir.shortcode', state_key: '', content: { shortcode: 'heimdall' } }],
    power_level_content_override: { ban: 50, kick: 50, redact: 50, state_default: 50, events_default: 50 },
  };
  try {
    return await own.createRoom({ ...room, room_alias_name: aliasLocalpart });
  } catch (error) {
    // Somebody else has the alias: the list goes without.
    if (error instanceof MatrixError && !error.transient) return own.createRoom(room);
    throw error;
  }
}
