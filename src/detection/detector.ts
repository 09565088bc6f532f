/**
 * The detector: finds the protected identities that a sighting resembles, weighs each field's strongest sign against
 * each of them alone, and answers with the strongest verdict. Pure: no I/O, no clock, no randomness; what it remembers
 * (servers) changes no answer.
 */
import { parseUserId } from '../matrix/identifiers.js';
import { visualOrder } from './fold/bidi.js';
import { SHORT_ENOUGH, shortened } from './fold/shortened.js';
import { withoutEscapes } from './fold/readings.js';
import { foldedText, plainLetters, STRONG } from './lexicon.js';
import type { Known } from './known.js';
import { Names, type Beginning } from './names.js';
import type { DetectionRules } from './rules.js';
import { idSign, splitSign } from './score/across.js';
import { displaySign, isOwnId } from './score/display.js';
import { AccountScreen, AccountText } from './screen/account-screen.js';
import { isBorneByMany, localpartSign } from './score/localpart.js';
import type { ServerView } from './score/server-view.js';
import { Servers, standsIn } from './score/server.js';
import { rawSignals } from './score/scripts.js';
import { evidenceOf, MOST_RAW, round, stronger, type Context, type Sign } from './score/sign.js';
import type { Found, Hit } from './search/found.js';
import { Searcher } from './search/searcher.js';
import { isUnder } from './server-name.js';
import type {
  Disguise,
  Evidence,
  ProtectedIdentity,
  ScreeningDetector,
  Sighting,
  Verdict,
  VerdictLevel,
} from './types.js';
import { visible } from './visible.js';

const NOTHING: Verdict = Object.freeze({
  verdict: 'none',
  score: 0,
  protected: null,
  evidence: Object.freeze([]) as unknown as Evidence[],
});
/** Kinds of names that belong to a profile (a server and its domains), not to one identity. */
const OF_PROFILE: ReadonlySet<string> = new Set(['brand', 'domain', 'host', 'label']);
const OF_SERVER: ReadonlySet<string> = new Set(['host', 'label']);
/** Symbols that stand for letters in a localpart, and the digits that stand for the same. */
const SYMBOLS = /[@!|+]/;
const SYMBOLS_IN = /[@!|+]/g;
const DIGITS: Readonly<Record<string, string>> = { '@': '4', '!': '1', '|': '1', '+': '7' };
/** Blanks, seen or unseen, that push what follows out of sight; only names longer than so much hold any. */
const PADDING =
  /[.\u00b7\u2026\u2022_\s\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufeff\uffa0]{16,}(?=\S)/u;
const PADDED = 20;
/** Markup that some clients show as it stands, and others as what it makes of the name. */
const MARKUP = /<\/?[a-z][^<>]*>|\[[^\]]+\]\([^)@]*\)/i;
const TAGS = /<\/?[a-z][^<>]*>/gi;
/** Links to an account are looked at, too. */
const LINKS = /\[([^\]]+)\]\([^)@]*\)/g;
/** Hangul syllables taken apart. */
const JAMO = /[\u1100-\u11ff]/;
/** Names that are borne openly: others may bear them too, so they are no reason for `certain`. */
const OPENLY: ReadonlySet<string> = new Set([
  'same_localpart',
  'brand',
  'same_name',
  'localpart_as_name',
  'case',
  'accent',
  'other_ending',
  'brand_subdomain',
  'brand_inside',
  'brand_bait',
  'affix',
  'own_spelling',
]);

const account = new AccountText();

/** What was found in the fields of one sighting. */
interface Look {
  sighting: Sighting;
  /** as it stands in the user id */
  written: string;
  /** with symbols read as the letters they stand for */
  localpart: string;
  serverName: string;
  server: ServerView;
  inLocalpart: Found | undefined;
  inDisplay: Found | undefined;
  inRoomName: Found | undefined;
  /** official domains that begin with the localpart */
  beginnings: readonly Beginning[];
  /** how the display name may be read otherwise */
  readings: readonly string[] | undefined;
  /** this is one of them: no homeserver sets such a name */
  isReading: boolean;
  /** the localpart is a word that claims authority, on a server of a rare name */
  isRole: boolean;
}

/**
 * Makes the detector for a set of protected identities. Building costs about 100 µs an identity; asking does not grow
 * with their number.
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
  readonly #searcher: Searcher;
  readonly #servers: Servers;
  readonly #screen: AccountScreen;

  constructor(
    identities: readonly ProtectedIdentity[],
    private readonly rules: DetectionRules,
  ) {
    for (const identity of identities)
      for (const id of [identity.userId, ...identity.variants])
        if (!this.#official.has(id)) this.#official.set(id, identity.userId);
    this.#names = new Names(identities, rules);
    this.#searcher = new Searcher(this.#names);
    this.#servers = new Servers(this.#names, this.#searcher, rules);
    this.#screen = new AccountScreen(this.#names);
    for (const [owner, { identity }] of this.#names.known.entries())
      for (const avatar of identity.avatars) this.#avatars.set(avatar, [...(this.#avatars.get(avatar) ?? []), owner]);
  }

  inspect(sighting: Sighting): Verdict {
    const owner = this.#official.get(sighting.userId);
    if (owner !== undefined) return { verdict: 'official', score: 0, protected: owner, evidence: [] };
    if (this.#isStranger(sighting)) return NOTHING;
    const asked = withoutHeaps(sighting);
    const look = this.#look(asked);
    let best = this.#strongest(look);
    if (look.readings !== undefined)
      for (const displayName of look.readings) {
        const verdict = this.#strongest({ ...this.#look({ ...asked, displayName }), isReading: true });
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

  /** Is it certain that nothing in the sighting resembles anything? */
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
    for (const candidate of candidates) {
      const verdict = this.#weigh(look, candidate);
      if (isStronger(verdict, best)) best = verdict;
    }
    return best;
  }

  /** Looks at each field once; a display name that is the localpart, as homeservers set it, is not looked at again. */
  #look(sighting: Sighting): Look {
    const parts = parseUserId(sighting.userId) ?? { localpart: sighting.userId, serverName: '' };
    const server = this.#servers.look(parts.serverName);
    const { localpart, found: inLocalpart } = this.#readLocalpart(parts.localpart);
    const beginnings = localpart === '' ? [] : this.#names.beginnings(this.#searcher.hash);
    const inDisplay = sighting.displayName === localpart ? inLocalpart : this.#read(sighting.displayName);
    const readings = sighting.displayName == null ? undefined : this.#searcher.otherReadings(sighting.displayName);
    return {
      sighting,
      written: parts.localpart,
      localpart,
      serverName: parts.serverName,
      server,
      inLocalpart,
      beginnings,
      inDisplay,
      readings,
      isReading: false,
      isRole: server.elsewhere.length > 0 && this.#names.lexicon.roles.get(foldedText(localpart)) === STRONG,
      inRoomName: this.#read(sighting.roomName),
    };
  }

  /**
   * A localpart is one word, so that symbols in it may be letters wherever they stand: @@dmin, m@+rix. Read as digits,
   * which count as leet.
   */
  #readLocalpart(written: string): { localpart: string; found: Found | undefined } {
    if (SYMBOLS.test(written)) {
      const localpart = written.replace(SYMBOLS_IN, (symbol) => DIGITS[symbol]!);
      const found = this.#read(localpart);
      if (found?.hits.some(({ view, cost }) => view === 'whole' && cost === 0) === true) return { localpart, found };
    }
    const found = this.#read(written);
    if (this.#searcher.escaped) {
      const localpart = withoutEscapes(written);
      const decoded = localpart === written ? undefined : this.#read(localpart);
      if (decoded !== undefined) return { localpart, found: decoded };
    }
    return { localpart: written, found };
  }

  /** Looks at a name as it is, composed, and, when its direction is turned around, as it is printed. */
  #read(text: string | null | undefined): Found | undefined {
    if (text == null || text === '') return undefined;
    const found = this.#searcher.search(text);
    const { foreign } = this.#searcher;
    // the head of a padded text stands in the text, too
    const padded = found === undefined ? undefined : this.#readPadded(text);
    if (padded !== undefined) return padded;
    const bare = found === undefined ? undefined : this.#readMarkup(text);
    if (bare !== undefined) return bare;
    if (!foreign) return found;
    if (JAMO.test(text)) return this.#searcher.search(text.normalize('NFC')) ?? found;
    const printed = visualOrder(text);
    if (printed === undefined) return found;
    const turned = this.#searcher.search(printed);
    return turned === undefined ? found : { ...turned, turned: true };
  }

  /** A name in front of so much padding that nothing behind it is seen is that name. */
  #readPadded(text: string): Found | undefined {
    if (text.length <= PADDED || !PADDING.test(text)) return undefined;
    // the first part that holds anything
    const head = text.split(PADDING).find((part) => part.trim() !== '') ?? '';
    const found = this.#searcher.search(head);
    return found?.hits.some(({ view, cost }) => view === 'whole' && cost === 0) === true
      ? { ...found, padded: true, written: text }
      : undefined;
  }

  /** Tags and links around a name are no words of it: <b>Name</b>, [Name](https://…). */
  #readMarkup(text: string): Found | undefined {
    if (!MARKUP.test(text)) return undefined;
    const found = this.#searcher.search(text.replace(TAGS, ' ').replace(LINKS, ' $1 '));
    return found === undefined ? undefined : { ...found, written: text };
  }

  /**
   * The identities to compare with: those that some field names, and one for each profile that some field names; in
   * their order, so that among equals the first is named.
   */
  #candidates({
    sighting,
    server,
    inLocalpart,
    inDisplay,
    inRoomName,
    beginnings,
    isRole,
  }: Look): Iterable<number> | undefined {
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
    return candidates.size > 1 ? [...candidates].sort((a, b) => a - b) : candidates;
  }

  #weigh(look: Look, owner: number): Verdict {
    const known = this.#names.known[owner]!;
    const { sighting, server, inLocalpart, inDisplay, inRoomName } = look;
    const profile = this.#names.profiles[known.profile]!;
    const own =
      server.name.host === profile.host || profile.domains.some((domain) => isUnder(server.name.host, domain));
    const onServer = server.signs.get(known.profile);
    const serverSign =
      onServer !== undefined && look.isRole && server.elsewhere.includes(known.profile)
        ? { ...onServer, beside: false }
        : onServer;
    const context: Context = {
      sighting,
      localpart: look.localpart,
      serverName: look.serverName,
      host: server.name.host,
      known,
      profile,
      rules: this.rules,
      own,
      disguisedServer: standsIn(serverSign),
    };
    let localpart =
      inLocalpart === undefined
        ? undefined
        : localpartSign(context, this.#names, inLocalpart, hitsOn(inLocalpart, owner, known.profile));
    // a person is shown what stands there, not how it was read
    if (localpart !== undefined && look.written !== look.localpart)
      localpart = {
        ...localpart,
        sentence: localpart.sentence.replace(visible(look.localpart), () => visible(look.written)),
      };
    let display =
      inDisplay === undefined
        ? undefined
        : displaySign(context, this.#names, inDisplay, hitsOn(inDisplay, owner, known.profile));
    // homeservers give a new account its localpart as display name: the same word twice is one sign
    if (
      localpart !== undefined &&
      display !== undefined &&
      (isSameSlip(localpart, display, inLocalpart, inDisplay) ||
        (!look.isReading && isSameWord(localpart, known, look.localpart, sighting.displayName!)))
    ) {
      const readsAs = {
        readsAsName: display.readsAsName === true,
        readsAsLocalpart: localpart.readsAsLocalpart === true,
      };
      if (localpart.weight >= display.weight) {
        localpart = { ...localpart, ...readsAs };
        display = undefined;
      } else {
        display = { ...display, ...readsAs };
        localpart = undefined;
      }
    }
    const room =
      inRoomName === undefined
        ? undefined
        : displaySign(context, this.#names, inRoomName, hitsOn(inRoomName, owner, known.profile));
    const across = look.beginnings
      .filter(({ profile: of }) => of === known.profile)
      .reduce<Sign | undefined>(
        (best, { domain, at }) => stronger(best, splitSign(context, this.#names, domain, at)),
        idSign(context, serverSign),
      );
    const avatar = this.#avatarSign(sighting, known, this.#raisesQuestion(localpart, serverSign, display, across));
    if (
      display?.mayBeOther === true &&
      (localpart === undefined || isBorneByMany(localpart, known, this.#names)) &&
      serverSign === undefined &&
      avatar === undefined
    )
      display = { ...display, atMost: 'possible' };
    const withRaw = (sign: Sign | undefined, text: string | null | undefined, found: Found | undefined) =>
      sign === undefined ? undefined : this.#withRaw(asWritten(sign, found, text ?? ''), text ?? '');
    const verdict = this.#judge(
      known,
      {
        localpart: withRaw(localpart, look.localpart, inLocalpart),
        server_name: withRaw(serverSign, server.name.host, undefined),
        display_name: withRaw(display, sighting.displayName, inDisplay),
        avatar,
        room_name:
          room === undefined
            ? undefined
            : { ...room, conclusive: false, weight: Math.min(room.weight, this.rules.weights.room_name) },
      },
      across,
    );
    return look.serverName === known.serverName &&
      isOwnId(withoutEscapes(inDisplay?.text ?? sighting.displayName ?? ''), withoutEscapes(sighting.userId))
      ? this.#belowLikely(verdict)
      : verdict;
  }

  /**
   * Who goes by its own id on the official server hides nothing of who it is: a moderator need not be called
   * (docs/operate/check.md).
   */
  #belowLikely(verdict: Verdict): Verdict {
    if (LEVELS.indexOf(verdict.verdict) < LEVELS.indexOf('likely')) return verdict;
    return {
      ...verdict,
      verdict: 'possible',
      score: round(Math.min(verdict.score, this.rules.thresholds.likely - 0.1)),
    };
  }

  /** What is hidden or mixed in the text itself makes its resemblance worth more. */
  #withRaw(sign: Sign, text: string): Sign {
    const raw = rawSignals(text)
      .slice(0, MOST_RAW)
      .map(([disguise, words]): Sign => ({
        disguise,
        view: 'raw',
        weight: this.rules.weights.raw_signal,
        sentence: `"${visible(text)}" holds ${words}.`,
      }));
    return raw.length === 0 ? sign : { ...sign, raw };
  }

  /** Are the names alone enough for `possible`? */
  #raisesQuestion(...names: (Sign | undefined)[]): boolean {
    return names.reduce((sum, sign) => sum + Math.max(0, sign?.weight ?? 0), 0) >= this.rules.thresholds.possible;
  }

  /**
   * Stops: the official picture beside a similar name. Honest accounts: pictures alone say little, and one that merely
   * looks alike (many bear a project's logo) nothing; nor is it a reason that makes certain, since honest neighbours
   * use the same stock picture.
   */
  #avatarSign({ avatarUrl, avatarLike }: Sighting, { identity }: Known, beside: boolean): Sign | undefined {
    const { weights } = this.rules;
    const like = beside ? avatarLike?.find(({ protected: owner }) => owner === identity.userId)?.likeness : undefined;
    if (avatarUrl == null || !identity.avatars.includes(avatarUrl)) {
      if (like === 'same')
        return {
          disguise: 'copied_avatar',
          view: 'avatar',
          weight: weights.avatar_same,
          byEdit: true,
          sentence: `The avatar is a copy of the official one of ${visible(identity.userId)}.`,
        };
      if (like === 'near')
        return {
          disguise: 'near_avatar',
          view: 'avatar',
          weight: weights.avatar_near,
          byEdit: true,
          sentence: `The avatar looks like the official one of ${visible(identity.userId)}.`,
        };
      return undefined;
    }
    return {
      disguise: 'same_avatar',
      view: 'avatar',
      weight: weights.avatar_same,
      sentence: `The avatar is the official one of ${visible(identity.userId)}.`,
    };
  }

  /**
   * Adds the fields up. `certain` needs a reason that can be named: one conclusive sign, or two fields of which not all
   * are slips. The official localpart elsewhere is no such reason: every server may have an official account called
   * `server`, and a neighbour whose domain is two letters from ours must not be banned by itself. Nor is a domain under
   * another ending: it may be a sister's.
   */
  #judge(known: Known, signs: Partial<Record<Evidence['field'], Sign | undefined>>, id: Sign | undefined): Verdict {
    const { thresholds } = this.rules;
    const fields = (Object.entries(signs) as [Evidence['field'], Sign | undefined][]).filter(
      (entry): entry is [Evidence['field'], Sign] => entry[1] !== undefined && entry[1].weight > 0,
    );
    const sum = (some: readonly [Evidence['field'], Sign][]) =>
      some.reduce(
        (total, [, { weight, raw }]) => total + weight + (raw ?? []).reduce((more, each) => more + each.weight, 0),
        0,
      );
    const ofUser = fields.filter(([field]) => field === 'localpart' || field === 'server_name');
    const taken: [Evidence['field'], Sign][] =
      id !== undefined && id.weight > sum(ofUser)
        ? [['user_id', id], ...fields.filter((field) => !ofUser.includes(field))]
        : fields;
    if (taken.every(([, sign]) => sign.beside === true)) return NOTHING;
    const score = round(sum(taken));
    const nameable =
      taken.some(([, sign]) => sign.conclusive === true) ||
      (taken.length > 1 &&
        taken.some(
          ([, sign]) =>
            sign.byEdit !== true &&
            sign.openly !== true &&
            !OPENLY.has(sign.disguise) &&
            sign.weight >= thresholds.possible,
        ));
    const isCertain = nameable && round(sum(taken.filter(([, sign]) => sign.beside !== true))) >= thresholds.certain;
    const byScore = isCertain
      ? CERTAIN
      : score >= thresholds.likely
        ? LIKELY
        : score >= thresholds.possible
          ? POSSIBLE
          : NONE;
    const level = Math.max(byScore, leastLevel(signs));
    const most = signs.display_name?.atMost;
    if (most !== undefined && level > LEVELS.indexOf(most))
      return this.#capped(known, signs, id, { level: LEVELS.indexOf(most), score, taken });
    if (level === NONE) return NOTHING;
    return this.#verdictOf(known, level, score, taken);
  }

  /** A display name that may be somebody else's raises a verdict no further than this; other fields may. */
  #capped(
    known: Known,
    signs: Partial<Record<Evidence['field'], Sign | undefined>>,
    id: Sign | undefined,
    { level, score, taken }: { level: number; score: number; taken: readonly [Evidence['field'], Sign][] },
  ): Verdict {
    const others = this.#judge(known, { ...signs, display_name: undefined }, id);
    return LEVELS.indexOf(others.verdict) > level ? others : this.#verdictOf(known, level, score, taken);
  }

  #verdictOf(known: Known, level: number, score: number, taken: readonly [Evidence['field'], Sign][]): Verdict {
    const { thresholds } = this.rules;
    const least = level === LIKELY ? thresholds.likely : level === POSSIBLE ? thresholds.possible : thresholds.certain;
    return {
      verdict: LEVELS[level]!,
      score: Math.max(score, least),
      protected: known.identity.userId,
      evidence: taken.flatMap(([field, sign]) =>
        [sign, ...(sign.raw ?? [])].map((each) => evidenceOf(field, each, known)),
      ),
    };
  }
}

/**
 * Does the display name only repeat the localpart, as homeservers set it and namesakes do: letter by letter, accents
 * and capitals aside? Not when the localpart holds what no homeserver gives and no habit writes (letters of other
 * scripts, capitals and signs around a rare name, a name taken apart), or spells a long name in digits: then its bearer
 * took the trouble twice. "@discord:… Discord" stays one sign: bridge bots are called so.
 */
function isSameWord({ disguise }: Sign, { common }: Known, localpart: string, displayName: string): boolean {
  if (unspaced(localpart) !== unspaced(displayName)) return false;
  const long = localpart.length > 5;
  const troubled =
    /[^ -~]/.test(localpart) ||
    (long && ['leet', 'lookalike', 'spacing'].includes(disguise)) ||
    (long && !common && !/^[a-z0-9._=/+-]*$/.test(localpart));
  return !troubled;
}

/**
 * Is a slip in the localpart the same in the display name? Then it is one name, whatever adorns it: Taniya ✨ is not
 * Tanaka.
 */
function isSameSlip(a: Sign, b: Sign, inLocalpart: Found | undefined, inDisplay: Found | undefined): boolean {
  return a.byEdit === true && b.byEdit === true && inLocalpart?.letters === inDisplay?.letters;
}

/**
 * Letters without accents, capitals and what separates words; signs around them are an ornament that somebody added.
 */
function unspaced(text: string): string {
  return plainLetters(text).replace(/(?<=[\p{L}\p{N}])[\s._-]+(?=[\p{L}\p{N}])/gu, '');
}

/** What a text is, apart from its order, when it is the official name letter by letter. */
const TURNED: ReadonlySet<Disguise> = new Set<Disguise>(['same_name', 'case']);

/** A person is told what is stored; what was read in its place is told as such. */
function asWritten(sign: Sign, found: Found | undefined, text: string): Sign {
  if (found?.turned === true)
    return {
      ...sign,
      disguise: TURNED.has(sign.disguise) ? 'reversed' : sign.disguise,
      view: 'visual_order',
      sentence: sign.sentence.replace(
        `"${visible(found.text)}"`,
        () =>
          `"${visible(text)}" is stored in another order than it is printed; printed as "${visible(found.text)}" it`,
      ),
    };
  if (found?.padded === true)
    return {
      ...sign,
      sentence: sign.sentence.replace(
        `"${visible(found.text)}"`,
        () => `"${visible(found.text)}", in front of so many blanks that nothing behind them is seen,`,
      ),
    };
  return found?.written === undefined
    ? sign
    : { ...sign, sentence: sign.sentence.replace(visible(found.text), () => visible(found.written!)) };
}

/** The sighting with its endless names shortened; nearly all are as they were. */
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

/** Where something stands in a text that was shortened says nothing about the text as it was. */
function withoutPosition({ position: _, ...evidence }: Evidence): Evidence {
  return evidence;
}

/** A verdict on another reading of the display name, in words about what stands there. */
function ofReading(verdict: Verdict, reading: string, written: string): Verdict {
  const [read, shown] = [visible(reading), visible(written)];
  const isInPlace = [...reading].length === [...written].length;
  const evidence = verdict.evidence.map((each) => {
    if (each.field !== 'display_name') return each;
    const sentence = each.sentence
      .replaceAll(`"${read}"`, () => `"${shown}"`)
      .replace(' is exactly the official', ' reads, apart from its signs and escapes, as the official');
    return isInPlace ? { ...each, sentence } : withoutPosition({ ...each, sentence });
  });
  return { ...verdict, evidence };
}

/** The hits on names of this identity or its profile; servers are compared apart. */
function hitsOn(found: Found, owner: number, profile: number): Hit[] {
  return found.hits.filter(({ name }) =>
    OF_PROFILE.has(name.kind) ? !OF_SERVER.has(name.kind) && name.owner === profile : name.owner === owner,
  );
}

const LEVELS: readonly VerdictLevel[] = ['none', 'possible', 'likely', 'certain'];
const [NONE, POSSIBLE, LIKELY, CERTAIN] = [0, 1, 2, 3] as const;

/**
 * What two fields say together, whatever their weights: the official name (or its like) as display name of an account
 * that has the official localpart (or its like), or an address that stands in for the official one. A namesake's
 * localpart and name are one sign; under the official domain's name as well they are all that there is to copy.
 */
function leastLevel({
  localpart,
  server_name,
  display_name,
}: Partial<Record<Evidence['field'], Sign | undefined>>): number {
  if ((localpart ?? display_name)?.readsAsLocalpart !== true) return NONE;
  if (localpart !== undefined && display_name?.readsAsName === true) return LIKELY;
  if (server_name?.elsewhere === undefined) return NONE;
  const isBoth = (localpart ?? display_name)?.readsAsName === true;
  return server_name.elsewhere === 'rare' || isBoth ? LIKELY : POSSIBLE;
}

function isStronger(a: Verdict, b: Verdict): boolean {
  const byLevel = LEVELS.indexOf(a.verdict) - LEVELS.indexOf(b.verdict);
  return byLevel > 0 || (byLevel === 0 && a.score > b.score);
}
