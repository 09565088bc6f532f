import { z } from 'zod';
import { namesOfNobody } from '../detection/index.js';
import type { ProtectedIdentity } from '../detection/types.js';
import { isUserId } from '../matrix/identifiers.js';
import { MatrixError, type HomeserverReader } from '../matrix/types.js';
import { urlPath } from '../matrix/url-path.js';
import type { OfficialRooms } from '../tracking/official-rooms.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import type { DetectorHolder } from './detector-holder.js';
import { Rounds } from '../util/rounds.js';

/** At most this many people are protected: contacts first, then moderators by power level. */
const MOST_STAFF = 200;
const MOST_CONTACTS = 50;
const LONGEST_NAME = 200;
/** The set of staff is updated no more often than this. */
const EVERY_MS = 60_000;
/** How often we ask for what no event tells us (the support file, names in rooms that the bot is not in). */
const STALE_MS = 3_600_000;
const PROFILE_TIMEOUT_MS = 5_000;

export interface StaffOptions {
  officialRooms: Pick<OfficialRooms, 'moderators'>;
  homeserver: Pick<HomeserverReader, 'stateContent' | 'request'>;
  detector: Pick<DetectorHolder, 'change' | 'rules'>;
  /** our own support file as parsed JSON; undefined when there is none or it cannot be fetched */
  support: () => Promise<unknown>;
  /**
   * accounts that need no protection as staff: the bot, bridge ghosts, and identities protected by the configuration
   */
  isLeftOut: (userId: string) => boolean;
  clock: Clock;
  logger: Logger;
}

interface Person {
  userId: string;
  /** a room where the moderator is a member; absent for a contact */
  seen?: { roomId: string; eventId: string };
}

/**
 * Protects our staff like the protected identities (`protect_staff`): the moderators of the official rooms, and the
 * contacts in our own `/.well-known/matrix/support` (Client-Server API, "Server Discovery"). The set is checked once a
 * minute; the detector is rebuilt only when it has changed.
 */
export class Staff {
  readonly #options: StaffOptions;
  readonly #names = new Map<string, { eventId: string | undefined; name: string | null; at: number }>();
  #contacts: { ids: readonly string[]; at: number } = { ids: [], at: -Infinity };
  #inForce = '[]';
  readonly #rounds = new Rounds({
    work: () => this.look(),
    everyMs: EVERY_MS,
    failed: (error) =>
      this.#options.logger.warn({ error: messageOf(error) }, 'staff cannot be looked at; it is tried again'),
  });

  constructor(options: StaffOptions) {
    this.#options = options;
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** One check. Returns whether the protected people or their names have changed. */
  async look(): Promise<boolean> {
    const { detector, logger } = this.#options;
    const people = await this.#people();
    const staff: ProtectedIdentity[] = [];
    for (const person of people) {
      if (this.#rounds.stopped) return false;
      staff.push(this.#identityOf(person.userId, await this.#nameOf(person)));
    }
    this.#forgetOthers(people);
    const now = JSON.stringify(staff);
    if (this.#rounds.stopped || now === this.#inForce) return false;
    detector.change({ staff });
    this.#inForce = now;
    logger.info({ people: staff.length }, 'other staff is protected from now on');
    return true;
  }

  async #people(): Promise<Person[]> {
    const { officialRooms, isLeftOut } = this.#options;
    await this.#readContacts();
    const people = new Map<string, Person>();
    for (const userId of this.#contacts.ids) people.set(userId, { userId });
    for (const { userId, ...seen } of officialRooms.moderators()) people.set(userId, { userId, seen });
    return [...people.values()].filter(({ userId }) => isUserId(userId) && !isLeftOut(userId)).slice(0, MOST_STAFF);
  }

  /** The contacts last read stay in force while the file cannot be read. */
  async #readContacts(): Promise<void> {
    const { support, clock } = this.#options;
    if (clock() - this.#contacts.at < STALE_MS) return;
    const file = supportFile.safeParse(await support());
    const ids = file.success ? file.data.contacts.flatMap(idOf) : this.#contacts.ids;
    this.#contacts = { ids: [...new Set(ids)].slice(0, MOST_CONTACTS), at: clock() };
  }

  /** Names made of role words ("Moderator") are not protected: everybody who uses such a word would be suspected. */
  #identityOf(userId: string, name: string | null): ProtectedIdentity {
    const usable =
      name !== null &&
      name.trim() !== '' &&
      name.length <= LONGEST_NAME &&
      namesOfNobody([name], this.#options.detector.rules).length === 0;
    return { userId, displayNames: usable ? [name] : [], avatars: [], domains: [], rooms: [], variants: [] };
  }

  /** The name in the official room, else the one in the profile; reread when the member event changes. */
  async #nameOf({ userId, seen }: Person): Promise<string | null> {
    const { clock } = this.#options;
    const known = this.#names.get(userId);
    if (known !== undefined && known.eventId === seen?.eventId && clock() - known.at < STALE_MS) return known.name;
    const name = (await this.#nameIn(userId, seen?.roomId)) ?? (await this.#nameInProfile(userId));
    // whatever could not be fetched is fetched in the next round
    if (name === undefined) return known?.name ?? null;
    this.#names.set(userId, { eventId: seen?.eventId, name, at: clock() });
    return name;
  }

  async #nameIn(userId: string, roomId: string | undefined): Promise<string | undefined> {
    if (roomId === undefined) return undefined;
    const content = await this.#options.homeserver.stateContent(roomId, 'm.room.member', userId).catch(() => undefined);
    return typeof content?.displayname === 'string' ? content.displayname : undefined;
  }

  /** null: they have no name; undefined: the homeserver does not say. */
  async #nameInProfile(userId: string): Promise<string | null | undefined> {
    try {
      const profile = await this.#options.homeserver.request<{ displayname?: unknown }>(
        'GET',
        urlPath`/_matrix/client/v3/profile/${userId}`,
        { timeoutMs: PROFILE_TIMEOUT_MS },
      );
      return typeof profile.displayname === 'string' ? profile.displayname : null;
    } catch (error) {
      return error instanceof MatrixError && !error.transient ? null : undefined;
    }
  }

  #forgetOthers(people: readonly Person[]): void {
    const now = new Set(people.map(({ userId }) => userId));
    for (const userId of this.#names.keys()) if (!now.has(userId)) this.#names.delete(userId);
  }
}

const supportFile = z.object({ contacts: z.array(z.unknown()) });
const contact = z.object({ matrix_id: z.string() });

function idOf(entry: unknown): string[] {
  const parsed = contact.safeParse(entry);
  return parsed.success && isUserId(parsed.data.matrix_id) ? [parsed.data.matrix_id] : [];
}
