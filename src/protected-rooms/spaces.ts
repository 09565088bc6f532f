import type { Inline } from '../matrix/message.js';
import type { OwnEffects } from '../matrix/dry-run.js';
import { MatrixError, type HomeserverEffects, type HomeserverReader } from '../matrix/types.js';
import type { SettingsStore } from '../store/settings/types.js';
import { messageOf } from '../util/errors.js';
import type { ModeratorAlerts } from '../notify/alerts.js';
import { viaOf } from '../tracking/joining.js';
import type { WatchedLists } from '../tracking/lists.js';
import type { ProtectedRooms } from './protected-rooms.js';
import type { RoomStateCache } from '../tracking/rooms.js';
import { isSpace, type TrackedRoom } from '../tracking/tracked-room.js';
import { isProtected, successorOf } from '../tracking/settings.js';
import { texts } from './texts.js';

export interface SpacesOptions {
  homeserver: HomeserverReader & Pick<HomeserverEffects, 'join'>;
  settings: SettingsStore;
  protection: ProtectedRooms;
  rooms: RoomStateCache;
  lists: WatchedLists;
  concerns: ModeratorAlerts;
  /** effects we may have without being asked */
  own: Pick<OwnEffects, 'join'>;
}

/** The result of walking through a space. */
interface Walk {
  found: Set<string>;
  /** messages for moderators, by room */
  troubles: Map<string, Inline[]>;
  /** a room did not let us in */
  closed: boolean;
  /** a room did not answer */
  unanswered: MatrixError | undefined;
}

/**
 * Limits on the rooms of one space, including subspaces, and on their depth: more is not a community but an accident or
 * an attack.
 */
const MOST_ROOMS = 500;
const DEEPEST = 5;

/**
 * Protects the rooms of protected spaces as they come and go. They are kept separate from rooms added by name, so that
 * a room that leaves the space is released only if nothing but the space wanted it.
 */
export class Spaces {
  readonly #options: SpacesOptions;
  /** by space: children that cannot be protected, with what to do about it */
  readonly #troubles = new Map<string, Map<string, Inline[]>>();

  constructor(options: SpacesOptions) {
    this.#options = options;
  }

  /** The protected spaces that include this room, itself counted: a change in it affects them. */
  ownersOf(roomId: string): string[] {
    return this.#options.settings
      .get()
      .protected_spaces.filter(({ room_id, rooms }) => room_id === roomId || rooms.includes(roomId))
      .map(({ room_id }) => room_id);
  }

  /** The protected spaces that have this room as a child, whether it is protected yet or not. */
  waitingFor(roomId: string): string[] {
    const parents = [...this.#options.rooms.all()].filter(({ children }) => children.has(roomId));
    return [...new Set(parents.flatMap((parent) => this.ownersOf(parent.roomId)))];
  }

  /** Updates what is protected because of a space. `closed`: some of its rooms do not let us in yet. */
  async reconcile(spaceId: string): Promise<'settled' | 'closed'> {
    const { settings, protection, concerns } = this.#options;
    const before = settings.get().protected_spaces.find(({ room_id }) => room_id === spaceId);
    if (before === undefined) return 'settled';
    const walk = await this.#walk(spaceId, new Set(before.rooms));
    await protection.updateSettings((draft) => {
      const space = draft.protected_spaces.find(({ room_id }) => room_id === spaceId);
      if (space !== undefined) space.rooms = [...walk.found];
    });
    await protection.planNewlyProtected([...walk.found].filter((roomId) => !before.rooms.includes(roomId)));
    if (walk.troubles.size === 0) this.#troubles.delete(spaceId);
    else this.#troubles.set(spaceId, walk.troubles);
    await concerns.report(
      'spaces',
      new Map(
        [...this.#troubles].flatMap(([space, children]) =>
          [...children].map(([child, line]) => [`${space}/${child}`, line] as const),
        ),
      ),
    );
    // Everything else is done; the executor retries what did not answer.
    if (walk.unanswered !== undefined) throw walk.unanswered;
    return walk.closed ? 'closed' : 'settled';
  }

  /**
   * All rooms of a space, breadth first; each is joined and read on the way. A subspace that cannot be read keeps its
   * rooms.
   */
  async #walk(spaceId: string, before: ReadonlySet<string>): Promise<Walk> {
    const found = new Set<string>();
    const troubles = new Map<string, Inline[]>();
    let closed = false;
    let unanswered: MatrixError | undefined;
    let unknown = false;
    const joined = new Set(await this.#options.homeserver.joinedRooms());
    let level: string[] = [spaceId];
    for (let depth = 0; depth < DEEPEST && level.length > 0; depth += 1) {
      const next: string[] = [];
      for (const parent of level) {
        const children = this.#options.rooms.get(parent)?.children;
        if (children === undefined && this.#options.protection.failures.has(parent)) unknown = true;
        for (const [named, via] of children ?? []) {
          const child = successorOf(this.#options.settings.get(), named);
          if (child === spaceId || found.has(child) || troubles.has(child)) continue;
          if (found.size + troubles.size >= MOST_ROOMS) {
            troubles.set(spaceId, texts.spaces.tooMany(spaceId, MOST_ROOMS));
            return { found, troubles, closed, unanswered };
          }
          const refusal = this.#refusalOf(child);
          const room = refusal === undefined ? await this.#enter(child, via, joined) : refusal;
          if (typeof room === 'string' || room instanceof MatrixError) {
            if (typeof room !== 'string') unanswered = room;
            else
              troubles.set(
                child,
                refusal === undefined
                  ? texts.spaces.cannotEnter(child, spaceId, room, this.#options.homeserver.botUserId)
                  : texts.spaces.notProtected(child, spaceId, room),
              );
            closed ||= refusal === undefined && typeof room === 'string';
            // It may be a space, so what was protected because of it stays.
            if (before.has(child)) {
              found.add(child);
              unknown = true;
            }
            continue;
          }
          found.add(child);
          if (isSpace(room)) next.push(child);
        }
      }
      level = next;
    }
    if (unknown || !this.#options.rooms.has(spaceId)) for (const roomId of before) found.add(roomId);
    return { found, troubles, closed, unanswered };
  }

  /** Why a child is not protected through the space; undefined when it may be. */
  #refusalOf(child: string): string | undefined {
    const { settings, lists } = this.#options;
    if (child === settings.get().management_room) return texts.spaces.isManagementRoom;
    return lists.has(child) ? texts.spaces.isList : undefined;
  }

  /** The tracked child, joined and read if necessary; or why that is impossible; or the error if it is unknown. */
  async #enter(
    child: string,
    via: readonly string[],
    joined: ReadonlySet<string>,
  ): Promise<TrackedRoom | string | MatrixError> {
    const { rooms, protection, settings, own } = this.#options;
    const kept = rooms.get(child);
    if (kept !== undefined && isProtected(settings.get(), child)) return kept;
    try {
      if (!joined.has(child)) await own.join(child, [...new Set([...via, ...viaOf(child)])]);
      return await protection.load(child);
    } catch (error) {
      if (!(error instanceof MatrixError)) throw error;
      return error.transient ? error : messageOf(error);
    }
  }
}
