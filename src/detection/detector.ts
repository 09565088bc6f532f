/**
 * The detector: finds the protected identities that a sighting resembles, weighs each field's strongest sign against
 * each of them separately, and returns the strongest verdict. Pure: no I/O, no clock, no randomness; its cache
 * (servers) changes no result.
 */
import { SHORT_ENOUGH, shortened } from './fold/shortened.js';
import { withoutNamesakes } from './shared-localpart.js';
import { Names, OF_PROFILE, OF_SERVER } from './names.js';
import { Reader, type Look } from './reader.js';
import type { DetectionRules } from './rules.js';
import { isEqual, isStronger, NOTHING } from './score/level.js';
import { Servers } from './score/server.js';
import { weigh } from './score/weigh.js';
import { AccountScreen, AccountText } from './screen/account-screen.js';
import { Searcher } from './search/searcher.js';
import { ofReading, withoutPosition } from './told.js';
import type { ProtectedIdentity, ScreeningDetector, Sighting, Verdict } from './types.js';

const account = new AccountText();

/**
 * Creates the detector for a set of protected identities. Building costs about 100 µs per identity; the cost of a query
 * does not grow with their number.
 * @param rules words and weights, as loadRules() reads them
 */
export function createDetector(
  protectedIdentities: readonly ProtectedIdentity[],
  rules: DetectionRules,
): ScreeningDetector {
  return new LookalikeDetector(protectedIdentities, rules);
}

class LookalikeDetector implements ScreeningDetector {
  readonly #official = new Map<string, string>();
  readonly #avatars = new Map<string, number[]>();
  readonly #names: Names;
  readonly #reader: Reader;
  readonly #screen: AccountScreen;

  constructor(
    identities: readonly ProtectedIdentity[],
    private readonly rules: DetectionRules,
  ) {
    for (const identity of identities)
      for (const id of [identity.userId, ...identity.variants])
        if (!this.#official.has(id)) this.#official.set(id, identity.userId);
    this.#names = new Names(identities, rules);
    const searcher = new Searcher(this.#names);
    const servers = new Servers(this.#names, searcher, rules);
    this.#reader = new Reader(this.#names, searcher, servers);
    this.#screen = new AccountScreen(this.#names, servers);
    for (const [owner, { identity }] of this.#names.known.entries())
      for (const avatar of identity.avatars) this.#avatars.set(avatar, [...(this.#avatars.get(avatar) ?? []), owner]);
  }

  inspect(sighting: Sighting): Verdict {
    const owner = this.#official.get(sighting.userId);
    if (owner !== undefined) return { verdict: 'official', score: 0, protected: owner, evidence: [] };
    if (this.#isStranger(sighting)) return NOTHING;
    const asked = withoutHeaps(sighting);
    const look = this.#reader.look(asked);
    let best = this.#strongest(look);
    if (look.readings !== undefined)
      for (const displayName of look.readings) {
        const verdict = this.#strongest({ ...this.#reader.look({ ...asked, displayName }), isReading: true });
        if (isStronger(verdict, best)) best = ofReading(verdict, displayName, asked.displayName!);
      }
    return asked === sighting ? best : { ...best, evidence: best.evidence.map(withoutPosition) };
  }

  get looksAtAvatars(): boolean {
    return this.#avatars.size > 0;
  }

  isStranger(account: AccountText): boolean {
    return this.#screen.isStranger(account);
  }

  /** Whether it is certain that nothing in the sighting resembles anything. */
  #isStranger({ userId, displayName, avatarUrl, roomName }: Sighting): boolean {
    if (avatarUrl != null && this.#avatars.has(avatarUrl)) return false;
    const colon = userId.indexOf(':');
    if (!userId.startsWith('@') || colon < 0) return false;
    account.localpart.read(userId, 1, colon);
    account.serverName.read(userId, colon + 1);
    account.displayName.read(displayName ?? '');
    if (!this.#screen.isStranger(account)) return false;
    return roomName == null || this.#screen.isNobodys(account.displayName.read(roomName));
  }

  /** The strongest of the verdicts against each identity. */
  #strongest(look: Look): Verdict {
    const candidates = this.#candidates(look);
    if (candidates === undefined) return NOTHING;
    let best = NOTHING;
    let owner = -1;
    for (const candidate of candidates) {
      const verdict = weigh(look, candidate, this.#names, this.rules);
      if (!isStronger(verdict, best) && !(isEqual(verdict, best) && this.#isNearer(look, candidate, owner))) continue;
      best = verdict;
      owner = candidate;
    }
    return best;
  }

  /** Of two identities that say as much: is the server the one's own, or does its name take up more of the text? */
  #isNearer(look: Look, owner: number, than: number): boolean {
    return than >= 0 && this.#nearness(look, owner) > this.#nearness(look, than);
  }

  #nearness({ server, inLocalpart, inDisplay }: Look, owner: number): number {
    const { profile } = this.#names.known[owner]!;
    if (this.#names.profilesAt(server.name.host).includes(profile)) return Infinity;
    let most = 0;
    for (const { name, text } of [...(inDisplay?.hits ?? []), ...(inLocalpart?.hits ?? [])])
      if (name.owner === (OF_PROFILE.has(name.kind) ? profile : owner)) most = Math.max(most, text.length);
    return most;
  }

  /**
   * The identities to compare with: those that some field resembles, and one for each profile that some field
   * resembles; in order, so that the first wins a tie.
   */
  #candidates(look: Look): readonly number[] | undefined {
    const { sighting, server, inLocalpart, inDisplay, inRoomName, beginnings, isRole } = look;
    const avatars = sighting.avatarUrl == null ? undefined : this.#avatars.get(sighting.avatarUrl);
    if (
      inLocalpart === undefined &&
      inDisplay === undefined &&
      inRoomName === undefined &&
      avatars === undefined &&
      server.telling.length === 0 &&
      !isRole &&
      beginnings.length === 0
    )
      return undefined;
    const candidates = new Set<number>(avatars);
    const profiles = new Set<number>(isRole ? [...server.telling, ...server.elsewhere] : server.telling);
    for (const found of [inLocalpart, inDisplay, inRoomName]) {
      for (const { name } of found?.hits ?? []) {
        if (!OF_PROFILE.has(name.kind)) candidates.add(name.owner);
        else if (!OF_SERVER.has(name.kind)) profiles.add(name.owner);
      }
    }
    for (const { profile } of beginnings) profiles.add(profile);
    for (const profile of profiles) candidates.add(this.#names.profiles[profile]!.members[0]!);
    return withoutNamesakes(
      look,
      [...candidates].sort((a, b) => a - b),
      this.#names,
    );
  }
}

/** The sighting with excessively long names shortened; nearly all are unchanged. */
function withoutHeaps(sighting: Sighting): Sighting {
  const { userId, displayName, roomName } = sighting;
  if (
    userId.length <= SHORT_ENOUGH &&
    (displayName == null || displayName.length <= SHORT_ENOUGH) &&
    (roomName == null || roomName.length <= SHORT_ENOUGH)
  )
    return sighting;
  return {
    ...sighting,
    userId: shortened(userId),
    displayName: displayName == null ? displayName : shortened(displayName),
    roomName: roomName == null ? roomName : shortened(roomName),
  };
}
