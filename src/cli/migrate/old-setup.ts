import { isPolicyEvent } from '../../tracking/lists.js';
import { isRoomAlias, isRoomId } from '../../matrix/identifiers.js';
import type { ListOptions } from '../../protected-rooms/list-options.js';
import { parsePermalink } from '../../matrix/permalinks.js';
import type { MatrixEvent } from '../../matrix/types.js';
import { messageOf } from '../../util/errors.js';
import { objectOf, textsOf, type OldBot } from './old-bot.js';
import { meowlnirProtections, olderMeowlnirProtections } from './meowlnir-protections.js';
import { configuredSettings, mjolnirProtections, type MjolnirData } from './mjolnir-protections.js';
import type { OldProtection } from './old-protection.js';
import { isBanning } from './protections.js';
import { migrateTexts } from './texts.js';

/** Another bot's setup, in our terms. */
export interface OldSetup {
  rooms: OldRoom[];
  lists: OldList[];
  /** the shortcode of the list that its `ban` writes to */
  defaultList: string | undefined;
  /** protections that are enabled or configured */
  protections: OldProtection[];
  /** one sentence for each item without a counterpart or that could not be read */
  notes: string[];
  /** what else is different here */
  remarks: string[];
}

export interface OldRoom {
  /** as given there: an id or an alias */
  said: string;
  roomId: string;
  via: string[];
}

export interface OldList extends OldRoom {
  shortcode: string | undefined;
  /** number of rule events; undefined if it could not be read */
  rules: number | undefined;
  /** the options it is watched with there, if not followed in full */
  options?: Partial<ListOptions>;
}

/** A reader of rooms: the other bot's account, or our own bot. */
export type RoomReader = Pick<OldBot, 'stateContent' | 'state' | 'resolveAlias'>;

/** The parts of a Mjolnir or Draupnir configuration file that a migration needs. */
export interface OldConfig {
  protectedRooms: string[];
  protectAllJoinedRooms: boolean;
  managementRoom: string | undefined;
  /** the file was given; without it only its settings by options count */
  isRead: boolean;
  /** `protections:` of the file, as written */
  protections: unknown;
  /** it only tells what it would do */
  isNoop: boolean;
}

const SHORTCODE = 'org.matrix.mjolnir.shortcode';
/** State of the management room, by the protection's name. */
const PROTECTION_SETTINGS = 'org.matrix.mjolnir.setting';
const CONSEQUENCES = 'me.marewolf.draupnir.set_capability_provider';
/** How many rooms are searched when the management room was not given. */
const MOST_SEARCHED = 20;

/** Mjolnir and Draupnir keep their setup in the account data of the bot's account. */
export async function readMjolnir(kind: MjolnirData['kind'], bot: OldBot, config: OldConfig): Promise<OldSetup> {
  const [watched, rooms, fallback, enabled] = await Promise.all(
    ['watched_lists', 'protected_rooms', 'default_list', 'enabled_protections'].map((name) =>
      bot.accountData(`org.matrix.mjolnir.${name}`),
    ),
  );
  const notes: string[] = [];
  const listRooms = await locate(bot, textsOf(watched?.references), notes);
  const lists = await Promise.all(listRooms.map((room) => withRules(bot, room, undefined)));
  const protect = await locate(bot, [...textsOf(rooms?.rooms), ...config.protectedRooms], notes);
  const management = await locate(bot, config.managementRoom === undefined ? [] : [config.managementRoom], notes);
  const names = textsOf(enabled?.enabled);
  const elsewhere = new Set([...protect, ...lists].map(({ roomId }) => roomId));
  const state = await settingsIn(bot, management[0]?.roomId, elsewhere);
  // without their settings they would be others than there
  const isKnown = state !== undefined || names.length === 0;
  if (!isKnown) notes.push(migrateTexts.settingsNotFound);
  if (config.protectAllJoinedRooms) {
    const left = new Set([...management, ...lists].map(({ roomId }) => roomId));
    for (const roomId of await bot.joinedRooms())
      if (!left.has(roomId)) protect.push({ said: roomId, roomId, via: [] });
  }
  const protections = mjolnirProtections({
    kind,
    enabled: names,
    settings: byName(state, PROTECTION_SETTINGS),
    consequences: byName(state, CONSEQUENCES),
    file: config.isRead ? configuredSettings(config.protections) : undefined,
  });
  return {
    rooms: once(protect),
    lists: once(lists),
    defaultList: typeof fallback?.shortcode === 'string' ? fallback.shortcode : undefined,
    protections: isKnown ? protections : [],
    notes,
    remarks: [
      ...(config.isNoop ? [migrateTexts.noop] : []),
      ...(isKnown && isBanning(protections) ? [migrateTexts.bansEverywhere] : []),
    ],
  };
}

/**
 * The state that holds the settings of protections. Without a given management room, the bot's rooms are searched;
 * undefined if there are too many, or if the given one cannot be read.
 */
async function settingsIn(
  bot: OldBot,
  managementRoom: string | undefined,
  elsewhere: ReadonlySet<string>,
): Promise<MatrixEvent[] | undefined> {
  const read = (roomId: string) => bot.state(roomId).catch(() => undefined);
  if (managementRoom !== undefined) return read(managementRoom);
  const rooms = (await bot.joinedRooms()).filter((roomId) => !elsewhere.has(roomId));
  for (const roomId of rooms.slice(0, MOST_SEARCHED)) {
    const state = await read(roomId);
    if (state?.some(({ type }) => type === PROTECTION_SETTINGS || type === CONSEQUENCES) === true) return state;
  }
  return rooms.length > MOST_SEARCHED ? undefined : [];
}

function byName(state: readonly MatrixEvent[] | undefined, wanted: string): Map<string, Record<string, unknown>> {
  const found = (state ?? []).filter(({ type }) => type === wanted);
  return new Map(found.map(({ state_key: key = '', content }) => [key, content]));
}

/** Meowlnir keeps its setup in the state of its management room. */
export async function readMeowlnir(reader: RoomReader, managementRoom: string): Promise<OldSetup> {
  const [watched, rooms, older] = await Promise.all(
    ['watched_lists', 'protected_rooms', 'protections'].map((name) =>
      reader.stateContent(managementRoom, `fi.mau.meowlnir.${name}`),
    ),
  );
  const notes: string[] = [];
  const lists: OldList[] = [];
  for (const one of Array.isArray(watched?.lists) ? watched.lists : []) {
    const list = objectOf(one);
    const [room] = await locate(reader, textsOf([list?.room_id]), notes);
    if (list === undefined || room === undefined) continue;
    const name = textsOf([list.shortcode])[0];
    const options = termsOf(list);
    lists.push({ ...(await withRules(reader, room, name)), ...(Object.keys(options).length === 0 ? {} : { options }) });
    if (list.auto_suspend === true) notes.push(migrateTexts.autoSuspend(nameOf(room, name)));
  }
  for (const roomId of textsOf(rooms?.skip_acl)) notes.push(migrateTexts.skipAcl(roomId));
  // newer versions keep them with the rooms
  const newer = objectOf(rooms?.protections);
  const found = newer === undefined ? olderMeowlnirProtections(older ?? {}) : meowlnirProtections(newer);
  return {
    rooms: once(await locate(reader, textsOf(rooms?.rooms), notes)),
    lists: once(lists),
    defaultList: undefined,
    protections: found,
    notes,
    remarks: [
      ...(newer === undefined && found.some(({ enabled }) => enabled) ? [migrateTexts.olderForm] : []),
      ...(isBanning(found) ? [migrateTexts.bansEverywhere] : []),
    ],
  };
}

/** Meowlnir's names for the options of a list; what is missing there is off. */
function termsOf(list: Record<string, unknown>): Partial<ListOptions> {
  return {
    ...(list.dont_apply === true ? { apply: false } : {}),
    ...(list.dont_apply_acl === true ? { acl: false } : {}),
    ...(list.auto_unban !== true ? { lift: false } : {}),
    ...(list.auto_suspend === true ? { suspend: true } : {}),
    ...(list.dont_notify_on_change === true ? { notify: false } : {}),
  };
}

function nameOf(room: OldRoom, shortcode: string | undefined): string {
  return shortcode === undefined || shortcode === '' ? room.said : `${shortcode} (${room.said})`;
}

/** Resolves ids, aliases and permalinks to rooms; anything else is reported. */
async function locate(
  reader: Pick<OldBot, 'resolveAlias'>,
  references: readonly string[],
  notes: string[],
): Promise<OldRoom[]> {
  const found: OldRoom[] = [];
  for (const reference of references) {
    const { id: said, via } = parsePermalink(reference) ?? { id: reference, via: [] };
    try {
      const roomId = isRoomId(said) ? said : isRoomAlias(said) ? await reader.resolveAlias(said) : undefined;
      if (roomId === undefined) notes.push(migrateTexts.noRoomBehind(JSON.stringify(reference.slice(0, 300))));
      else found.push({ said, roomId, via });
    } catch (error) {
      notes.push(migrateTexts.notFound(said, messageOf(error)));
    }
  }
  return found;
}

async function withRules(reader: RoomReader, room: OldRoom, shortcode: string | undefined): Promise<OldList> {
  let state: MatrixEvent[] | undefined;
  try {
    state = await reader.state(room.roomId);
  } catch {
    // the other bot is not in it: whether ours can join it is seen when it tries
  }
  const written = state?.find(({ type, state_key: key }) => type === SHORTCODE && key === '')?.content.shortcode;
  return {
    ...room,
    shortcode: shortcode || (typeof written === 'string' && written !== '' ? written : undefined),
    rules: state?.filter((event) => isPolicyEvent(event) && Object.keys(event.content).length > 0).length,
  };
}

function once<T extends OldRoom>(rooms: readonly T[]): T[] {
  return [...new Map(rooms.map((room) => [room.roomId, room])).values()];
}
