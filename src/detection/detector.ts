/**
 * The detector: finds the protected identities that a sighting resembles, weighs each field's strongest sign against each of them
 * alone, and answers with the strongest verdict. Pure: no I/O, no clock, no randomness; what it remembers (servers) changes no answer.
 */
import { parseUserId } from '../matrix/identifiers.js';
import { visualOrder } from './fold/bidi.js';
import { Names, type Known } from './names.js';
import type { DetectionRules } from './rules.js';
import { displaySign } from './score/display.js';
import { localpartSign } from './score/localpart.js';
import { Servers, standsIn, type ServerView } from './score/server.js';
import { evidenceOf, round, type Context, type Sign } from './score/sign.js';
import { Searcher, type Found, type Hit } from './search.js';
import { isUnder } from './server-name.js';
import type { Detector, Evidence, ProtectedIdentity, Sighting, Verdict, VerdictLevel } from './types.js';
import { visible } from './visible.js';

const NOTHING: Verdict = Object.freeze({ verdict: 'none', score: 0, protected: null, evidence: Object.freeze([]) as unknown as Evidence[] });
/** Kinds of names that belong to a profile (a server and its domains), not to one identity. */
const OF_PROFILE: ReadonlySet<string> = new Set(['brand', 'domain', 'host', 'label']);
const OF_SERVER: ReadonlySet<string> = new Set(['host', 'label']);

/** What was found in the fields of one sighting. */
interface Look {
  sighting: Sighting;
  localpart: string;
  serverName: string;
  server: ServerView;
  inLocalpart: Found | undefined;
  inDisplay: Found | undefined;
  inRoomName: Found | undefined;
}

/**
 * Makes the detector for a set of protected identities. Building costs about 100 µs an identity; asking does not grow with their number.
 * @param rules words and weights, as loadRules() reads them
 */
export function createDetector(protectedIdentities: readonly ProtectedIdentity[], rules: DetectionRules): Detector {
  return new LookalikeDetector(protectedIdentities, rules);
}

class LookalikeDetector implements Detector {
  readonly #official = new Map<string, string>();
  readonly #avatars = new Map<string, number[]>();
  readonly #names: Names;
  readonly #searcher: Searcher;
  readonly #servers: Servers;

  constructor(identities: readonly ProtectedIdentity[], private readonly rules: DetectionRules) {
    for (const identity of identities) for (const id of [identity.userId, ...identity.variants]) if (!this.#official.has(id)) this.#official.set(id, identity.userId);
    this.#names = new Names(identities, rules);
    this.#searcher = new Searcher(this.#names);
    this.#servers = new Servers(this.#names, this.#searcher, rules.weights);
    for (const [owner, { identity }] of this.#names.known.entries()) for (const avatar of identity.avatars) this.#avatars.set(avatar, [...(this.#avatars.get(avatar) ?? []), owner]);
  }

  inspect(sighting: Sighting): Verdict {
    const owner = this.#official.get(sighting.userId);
    if (owner !== undefined) return { verdict: 'official', score: 0, protected: owner, evidence: [] };
    const look = this.#look(sighting);
    const candidates = this.#candidates(look);
    if (candidates === undefined) return NOTHING;
    let best = NOTHING;
    for (const candidate of candidates) {
      const verdict = this.#weigh(look, candidate);
      if (isStronger(verdict, best)) best = verdict;
    }
    return best;
  }

  #look(sighting: Sighting): Look {
    const parts = parseUserId(sighting.userId) ?? { localpart: sighting.userId, serverName: '' };
    const server = this.#servers.look(parts.serverName);
    const inLocalpart = this.#read(parts.localpart);
    return { sighting, ...parts, server, inLocalpart, inDisplay: this.#read(sighting.displayName), inRoomName: this.#read(sighting.roomName) };
  }

  /** Looks at a name as it is, and, when its direction is turned around, as it is printed. */
  #read(text: string | null | undefined): Found | undefined {
    if (text == null || text === '') return undefined;
    const found = this.#searcher.search(text.includes('%') ? withoutEscapes(text) : text);
    const printed = this.#searcher.foreign ? visualOrder(text) : undefined;
    if (printed === undefined) return found;
    return this.#searcher.search(printed) ?? found;
  }

  /** The identities to compare with: those that some field names, and one for each profile that some field names; in their order, so that among equals the first is named. */
  #candidates({ sighting, server, inLocalpart, inDisplay, inRoomName }: Look): Iterable<number> | undefined {
    const avatars = sighting.avatarUrl == null ? undefined : this.#avatars.get(sighting.avatarUrl);
    if (inLocalpart === undefined && inDisplay === undefined && inRoomName === undefined && avatars === undefined && server.signs.size === 0) return undefined;
    const candidates = new Set<number>(avatars);
    const profiles = new Set<number>(server.signs.keys());
    for (const found of [inLocalpart, inDisplay, inRoomName]) {
      for (const { name } of found?.hits ?? []) {
        if (!OF_PROFILE.has(name.kind)) candidates.add(name.owner);
        else if (!OF_SERVER.has(name.kind)) profiles.add(name.owner);
      }
    }
    for (const profile of profiles) candidates.add(this.#names.profiles[profile]!.members[0]!);
    return candidates.size > 1 ? [...candidates].sort((a, b) => a - b) : candidates;
  }

  #weigh(look: Look, owner: number): Verdict {
    const known = this.#names.known[owner]!;
    const { sighting, server, inLocalpart, inDisplay, inRoomName } = look;
    const profile = this.#names.profiles[known.profile]!;
    const own = server.name.host === profile.host || profile.domains.some((domain) => isUnder(server.name.host, domain));
    const serverSign = server.signs.get(known.profile);
    const context: Context = { sighting, localpart: look.localpart, serverName: look.serverName, host: server.name.host, known, profile, rules: this.rules, own, disguisedServer: standsIn(serverSign) };
    let localpart = inLocalpart === undefined ? undefined : localpartSign(context, inLocalpart, hitsOn(inLocalpart, owner, known.profile));
    let display = inDisplay === undefined ? undefined : displaySign(context, this.#names, inDisplay, hitsOn(inDisplay, owner, known.profile));
    // homeservers give a new account its localpart as display name: the same word twice is one sign
    if (localpart !== undefined && display !== undefined && isSameWord(localpart, look.localpart, sighting.displayName!)) {
      if (localpart.weight >= display.weight) display = undefined;
      else localpart = undefined;
    }
    const room = inRoomName === undefined ? undefined : displaySign(context, this.#names, inRoomName, hitsOn(inRoomName, owner, known.profile));
    return this.#judge(known, { localpart, server_name: serverSign, display_name: display, avatar: this.#avatarSign(sighting, known), room_name: room === undefined ? undefined : { ...room, conclusive: false, weight: Math.min(room.weight, this.rules.weights.room_name) } }, idSign(context, serverSign));
  }

  #avatarSign({ avatarUrl }: Sighting, { identity }: Known): Sign | undefined {
    if (avatarUrl == null || !identity.avatars.includes(avatarUrl)) return undefined;
    return { disguise: 'same_avatar', weight: this.rules.weights.avatar_same, sentence: `The avatar is the official one of ${visible(identity.userId)}.` };
  }

  /**
   * Adds the fields up. `certain` needs a reason that can be named: one conclusive sign, or two fields of which not all are slips.
   * The official localpart elsewhere is no such reason: every server may have an official account called `server`, and a neighbour
   * whose domain is two letters from ours must not be banned by itself.
   */
  #judge(known: Known, signs: Partial<Record<Evidence['field'], Sign | undefined>>, id: Sign | undefined): Verdict {
    const { thresholds } = this.rules;
    const fields = (Object.entries(signs) as [Evidence['field'], Sign | undefined][]).filter((entry): entry is [Evidence['field'], Sign] => entry[1] !== undefined && entry[1].weight > 0);
    const ofUser = fields.filter(([field]) => field === 'localpart' || field === 'server_name').reduce((sum, [, sign]) => sum + sign.weight, 0);
    const taken: [Evidence['field'], Sign][] = id !== undefined && id.weight > ofUser ? [['user_id', id], ...fields.filter(([field]) => field !== 'localpart' && field !== 'server_name')] : fields;
    const score = round(taken.reduce((sum, [, sign]) => sum + sign.weight, 0));
    const nameable = taken.some(([, sign]) => sign.conclusive === true) || (taken.length > 1 && taken.some(([, sign]) => sign.byEdit !== true && sign.disguise !== 'same_localpart' && sign.weight >= thresholds.possible));
    const verdict: VerdictLevel = score >= thresholds.certain && nameable ? 'certain' : score >= thresholds.likely ? 'likely' : score >= thresholds.possible ? 'possible' : 'none';
    if (verdict === 'none') return NOTHING;
    return { verdict, score, protected: known.identity.userId, evidence: taken.map(([field, sign]) => evidenceOf(field, sign, known)) };
  }
}

/**
 * Does the display name only repeat the localpart? Not when the localpart holds what no keyboard gives by habit, or spells a long name
 * in digits: then its bearer took the trouble twice.
 */
function isSameWord({ disguise }: Sign, localpart: string, displayName: string): boolean {
  const troubled = /[^ -~]/.test(localpart) || ((disguise === 'leet' || disguise === 'lookalike') && localpart.length > 5);
  return !troubled && plainLetters(localpart) === plainLetters(displayName);
}

function plainLetters(text: string): string {
  return text.normalize('NFKD').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** Links spell user ids with %40 and %3A; read as they are meant. Only printable ASCII is unescaped. */
function withoutEscapes(text: string): string {
  return text.replace(/%([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** The hits on names of this identity or its profile; servers are compared apart. */
function hitsOn(found: Found, owner: number, profile: number): Hit[] {
  return found.hits.filter(({ name }) => (OF_PROFILE.has(name.kind) ? !OF_SERVER.has(name.kind) && name.owner === profile : name.owner === owner));
}

const LEVELS: readonly VerdictLevel[] = ['none', 'possible', 'likely', 'certain'];

function isStronger(a: Verdict, b: Verdict): boolean {
  const byLevel = LEVELS.indexOf(a.verdict) - LEVELS.indexOf(b.verdict);
  return byLevel > 0 || (byLevel === 0 && a.score > b.score);
}

/**
 * The user id as a whole. Stops: @Server:example.org, @server:example.org:8448, @server:EXAMPLE.org., and the official localpart on a server that
 * looks exactly like the official one. Honest names: nobody else has both at once.
 */
function idSign({ localpart, serverName, host, known, profile, rules: { weights }, sighting }: Context, serverSign: Sign | undefined): Sign | undefined {
  const official = visible(known.identity.userId);
  if (localpart.toLowerCase() !== known.localpart.toLowerCase()) return undefined;
  if (host === profile.host && (serverName !== known.serverName || localpart !== known.localpart)) return { disguise: 'id_variant', weight: weights.id_variant, sentence: `The user id ${visible(sighting.userId)} is ${official} in another spelling.` };
  if (serverSign?.conclusive === true) return { disguise: 'id_twin', weight: weights.id_twin, conclusive: true, sentence: `The user id ${visible(sighting.userId)} can not be told from ${official}. ${serverSign.sentence}` };
  return undefined;
}
