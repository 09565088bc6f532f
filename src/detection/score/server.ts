/**
 * Signs from a server name, for every profile it resembles. Each server is judged once and cached, since a homeserver's
 * members come from few servers.
 */
import { levenshteinEditDistance } from 'levenshtein-edit-distance';
import { Units } from '../fold/units.js';
import { foldedText } from '../lexicon.js';
import type { Profile } from '../known.js';
import type { Names } from '../names.js';
import type { DetectionRules } from '../rules.js';
import { ServerScreen } from '../screen/server-screen.js';
import type { Hit } from '../search/found.js';
import type { Searcher } from '../search/searcher.js';
import { isUnder, parseServerName, type ServerName } from '../server-name.js';
import { serverTexts } from '../texts.js';
import { visible } from '../visible.js';
import { LEAST_LABEL, ServerSigns } from './server-signs.js';
import { endingOf, NO_SIGNS, NONE_TELLING, Stranger, type ServerView } from './server-view.js';
import { MOST_RAW, stronger, type Sign } from './sign.js';

const units = new Units();
const REMEMBERED = 4096;
/** The most that rounding can add to a score. */
const ROUNDING = 0.01;
/** Other kinds of names are not compared with servers. */
const OF_SERVERS: ReadonlySet<string> = new Set(['host', 'label', 'brand', 'domain']);
/** Signs that the server imitates the official one. */
const STAND_INS: ReadonlySet<string> = new Set(['homograph', 'lookalike_domain', 'typo_domain', 'domain_as_prefix']);

export function standsIn(sign: Sign | undefined): boolean {
  return sign !== undefined && STAND_INS.has(sign.disguise);
}

export class Servers {
  readonly #remembered = new Map<string, ServerView>();
  readonly #screen: ServerScreen;
  readonly #signs: ServerSigns;

  constructor(
    private readonly names: Names,
    private readonly searcher: Searcher,
    private readonly rules: DetectionRules,
  ) {
    this.#screen = new ServerScreen(names);
    this.#signs = new ServerSigns(names.lexicon, rules.weights);
  }

  private get weights(): DetectionRules['weights'] {
    return this.rules.weights;
  }

  /**
   * Whether a server name may lead to a verdict on an account whose names resemble nothing. Most are cleared without
   * being parsed; of the others few imitate anybody. "No" is definite.
   */
  mayTell(serverName: Units): boolean {
    if (!this.#screen.mayResemble(serverName)) return false;
    const { telling, elsewhere } = this.#lookCloser(serverName.text());
    return telling.length > 0 || elsewhere.length > 0;
  }

  /** @param serverName as in the user id */
  look(serverName: string): ServerView {
    if (!this.#screen.mayResemble(units.read(serverName))) return new Stranger(serverName);
    return this.#lookCloser(serverName);
  }

  #lookCloser(serverName: string): ServerView {
    const known = this.#remembered.get(serverName);
    if (known !== undefined) return known;
    if (this.#remembered.size >= REMEMBERED) this.#remembered.clear();
    const name = parseServerName(serverName);
    const signs = new Map<number, Sign>();
    if (!name.isAddress) this.#addSigns(name, signs);
    for (const profile of this.names.profilesAt(name.host)) this.#ownSpelling(serverName, name, profile, signs);
    const view =
      signs.size === 0
        ? { name, signs: NO_SIGNS, telling: NONE_TELLING, elsewhere: NONE_TELLING }
        : {
            name,
            signs,
            telling: [...signs].filter(([, sign]) => this.#isTelling(sign)).map(([profile]) => profile),
            elsewhere: [...signs].filter(([, sign]) => this.#isElsewhere(sign)).map(([profile]) => profile),
          };
    this.#remembered.set(serverName, view);
    return view;
  }

  /**
   * Whether the server name alone may lead to `possible`. All members of a server share its name, so most need not be
   * weighed for it.
   */
  #isTelling({ weight, beside, conclusive }: Sign): boolean {
    return (
      conclusive === true ||
      (beside !== true &&
        weight + MOST_RAW * Math.max(0, this.weights.raw_signal) + ROUNDING >= this.rules.thresholds.possible)
    );
  }

  /**
   * A six-letter brand that is not a word, in front of somebody else's domain: with a localpart that claims authority
   * (@support:discord.evil.example) no second sign is needed. Under another ending it may be a namesake's.
   */
  #isElsewhere({ disguise, weight }: Sign): boolean {
    return disguise === 'brand_subdomain' && weight >= this.weights.server_tld_rare;
  }

  /**
   * An official server or domain in capitals, with a port or a trailing dot: federating servers always use the same
   * spelling.
   */
  #ownSpelling(written: string, name: ServerName, profile: number, signs: Map<number, Sign>): void {
    if (this.names.profiles[profile]!.spellings.has(written)) return;
    signs.set(profile, {
      disguise: 'own_spelling',
      view: 'server',
      weight: this.weights.server_spelling,
      sentence: serverTexts.ownSpelling(visible(written), visible(name.host)),
    });
  }

  #addSigns(name: ServerName, signs: Map<number, Sign>): void {
    const { registrable, label, host } = name;
    this.#addSignsOf(name, registrable, signs);
    if (label !== registrable) this.#addSignsOf(name, label, signs);
    if (host !== registrable && host !== label) this.#addSignsOf(name, host, signs);
    for (const subdomain of name.subdomains) this.#ofSubdomain(name, subdomain, signs);
  }

  #addSignsOf(name: ServerName, part: string, signs: Map<number, Sign>): void {
    // only parts of the label count; whole server names are handled by #signOf
    const found = this.searcher.search(part, true, part === name.label);
    for (const hit of found?.hits ?? []) {
      if (!OF_SERVERS.has(hit.name.kind)) continue;
      const profile = this.names.profiles[hit.name.owner]!;
      if (profile.servers.some(({ host }) => isUnder(name.host, host))) continue;
      const amid = hit.view === 'inside' ? found!.covered(hit).all : hit.view === 'rest';
      const sign = this.#stronger(signs.get(hit.name.owner), this.#signOf(name, part, hit, amid, profile));
      if (sign !== undefined) signs.set(hit.name.owner, sign);
    }
  }

  /** The stronger of two signs; one that means nothing by itself yields to one that is `possible`. */
  #stronger(a: Sign | undefined, b: Sign | undefined): Sign | undefined {
    if (a === undefined || b === undefined || (a.beside === true) === (b.beside === true)) return stronger(a, b);
    const alone = a.beside === true ? b : a;
    return alone.weight >= this.rules.thresholds.possible ? alone : stronger(a, b);
  }

  /**
   * Stops: discord.evil.example, discord-gift.rf.gd, steamcommunitiy.mooo.com, on servers that give away names below
   * their own. Honest names: words that say what runs there (matrix., chat.) are nobody's brand, and of disguises only
   * those of rare names count.
   */
  #ofSubdomain(name: ServerName, label: string, signs: Map<number, Sign>): void {
    if (this.names.lexicon.hosts.has(foldedText(label))) return;
    const found = this.searcher.search(label, true);
    for (const hit of found?.hits ?? []) {
      if (hit.name.kind !== 'brand' && hit.name.kind !== 'label') continue;
      const profile = this.names.profiles[hit.name.owner]!;
      if (profile.servers.some(({ host }) => isUnder(name.host, host))) continue;
      const sign = this.#signs.inFront(name, label, hit, () => found!.covered(hit).all);
      const best = stronger(signs.get(hit.name.owner), sign);
      if (best !== undefined) signs.set(hit.name.owner, best);
    }
  }

  #signOf(name: ServerName, part: string, hit: Hit, amid: boolean, profile: Profile): Sign | undefined {
    const official = hit.name.raw;
    if (hit.name.kind === 'label' || hit.name.kind === 'brand')
      return part === name.label ? this.#signs.label(name, hit, amid, profile) : undefined;
    if (hit.view === 'whole' && hit.cost === 0)
      return part === name.registrable || part === name.host ? this.#signs.twin(part, official) : undefined;
    const meant = hit.view === 'whole' ? parseServerName(official) : undefined;
    // between labels of up to three letters (a.test, b.test) a slip makes another name; under the same ending the
    // labels are compared (#label), since a long ending would make neighbours of everybody
    if (meant !== undefined && (meant.label.length < LEAST_LABEL || endingOf(meant) === endingOf(name)))
      return undefined;
    // the same label under another ending is another domain, unless the ending does not exist (matrix.orq)
    if (
      hit.view === 'whole' &&
      (!profile.servers.some(({ label }) => label === name.label) ||
        (!name.hasEnding && levenshteinEditDistance(part, official) === 1))
    )
      return this.#signs.typo(part, official);
    if (hit.view === 'inside' && hit.bounded && hit.to < part.length && part === name.host)
      return {
        disguise: 'domain_as_prefix',
        view: 'server',
        weight: this.weights.server_prefix,
        sentence: serverTexts.asPrefix(visible(name.host), visible(official)),
      };
    return undefined;
  }
}
