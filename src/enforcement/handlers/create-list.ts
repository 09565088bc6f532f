import { createList } from '../actions.js';
import { MatrixError } from '../../matrix/types.js';
import type { ActionHandler } from '../../actions/types.js';
import type { HandlerDeps } from './parts.js';
import { texts } from '../texts.js';

const SHORTCODE = 'org.matrix.mjolnir.shortcode';

/**
 * `create_list`: creates a policy list with a shortcode (Mjolnir's) and an alias. Anybody may join and read it, so that
 * others can watch it too; whoever asked for it is invited and may write rules. The alias makes a retry after a crash
 * safe: a room behind it that we created with this shortcode is the list.
 */
export function createListHandler({ homeserver }: Pick<HandlerDeps, 'homeserver'>): ActionHandler {
  return createList.handler(async ({ shortcode, aliasLocalpart, invite }) => {
    const alias = `#${aliasLocalpart}:${homeserver.serverName}`;
    const taken = await homeserver.resolveAlias(alias);
    if (taken !== undefined && !(await isOurs(homeserver, taken, shortcode)))
      return { state: 'failed', error: texts.aliasTaken(alias) };
    const roomId = taken ?? (await makeList(homeserver, { shortcode, aliasLocalpart, invite }));
    await inviteTo(homeserver, roomId, invite);
    return { state: 'done', result: { effect: taken === undefined ? 'created' : 'held', room_id: roomId, alias } };
  });
}

type Homeserver = HandlerDeps['homeserver'];

async function makeList(
  homeserver: Homeserver,
  { shortcode, aliasLocalpart, invite }: { shortcode: string; aliasLocalpart: string; invite: string },
): Promise<string> {
  return homeserver.createRoom({
    name: texts.listName(shortcode),
    preset: 'public_chat',
    room_alias_name: aliasLocalpart,
    creation_content: { type: 'm.policy' },
    initial_state: [{ type: SHORTCODE, state_key: '', content: { shortcode } }],
    // Rules are state; 50 writes them.
    power_level_content_override: {
      ban: 50,
      kick: 50,
      redact: 50,
      invite: 50,
      state_default: 50,
      events_default: 50,
      users: await levelsFor(homeserver, invite),
    },
  });
}

/**
 * Before room version 12 our own level must be listed too, or we could never change the room again; from 12 on creators
 * may not be listed.
 */
async function levelsFor(homeserver: Homeserver, userId: string): Promise<Record<string, number>> {
  const version = await defaultRoomVersion(homeserver);
  return { ...(version !== undefined && version >= 12 ? {} : { [homeserver.botUserId]: 100 }), [userId]: 50 };
}

async function defaultRoomVersion(homeserver: Homeserver): Promise<number | undefined> {
  try {
    const answer = await homeserver.request<{ capabilities?: { 'm.room_versions'?: { default?: unknown } } }>(
      'GET',
      '/_matrix/client/v3/capabilities',
    );
    const version = Number(answer.capabilities?.['m.room_versions']?.default);
    return Number.isFinite(version) ? version : undefined;
  } catch (error) {
    if (error instanceof MatrixError && !error.transient) return undefined;
    throw error;
  }
}

/**
 * Separate from creating the room: where accounts join automatically (auto-accept, auto-join), an invite in
 * `createRoom` fails and leaves the room half created (element-hq/synapse#17230).
 */
async function inviteTo(homeserver: Homeserver, roomId: string, userId: string): Promise<void> {
  try {
    await homeserver.invite(roomId, userId);
  } catch (error) {
    // they are in it already or cannot be invited: the list exists, and anybody may join it
    if (!(error instanceof MatrixError) || error.transient) throw error;
  }
}

/** A list that we created with this shortcode, in an attempt that was interrupted or before it was unwatched. */
async function isOurs(homeserver: Homeserver, roomId: string, shortcode: string): Promise<boolean> {
  if (!(await homeserver.joinedRooms()).includes(roomId)) return false;
  const state = await homeserver.state(roomId);
  return (
    state.find(({ type }) => type === 'm.room.create')?.sender === homeserver.botUserId &&
    state.find(({ type }) => type === SHORTCODE)?.content.shortcode === shortcode
  );
}
