/**
 * What a server name says, for every profile it resembles. A server is looked at once and remembered: a homeserver's
 * members come from few servers.
 */
import { levenshteinEditDistance } from 'levenshtein-edit-distance';
import { Units } from '../fold/units.js';
import { foldedText, STRONG } from '../lexicon.js';
import type { Profile } from '../known.js';
import type { Names } from '../names.js';
import type { DetectionRules } from '../rules.js';
import { ServerScreen } from '../screen/server-screen.js';
import type { Hit } from '../search/found.js';
import type { Searcher } from '../search/searcher.js';
import { isUnder, parseServerName, type ServerName } from '../server-name.js';
import { serverTexts } from '../texts.js';
import { visible } from '../visible.js';
import { RARE, SLIGHT } from './localpart.js';
import { compareLooks } from './looks.js';
import {
  editsBetween,
  endingOf,
  NO_SIGNS,
  NONE_TELLING,
  spaced,
  Stranger,
  tellingLength,
  type ServerView,
} from './server-view.js';
import { MOST_RAW, round, stronger, type Sign } from './sign.js';
import { differsInTellingWord } from './telling.js';

const units = new Units();
const REMEMBERED = 4096;
/** What a score may gain when it is rounded. */
const ROUNDING = 0.01;
/** Letters of a label from which two slips are forgiven. */
const LONG = 9;
/** A brand of this many letters or more is recognized glued to other words ("discordgift"). */
const RECOGNIZED = 5;
/** A slip in a shorter label is another name. */
const LEAST_LABEL = 4;
/** An ending of fewer letters (`im`) is no word. */
const GLUED = 4;
/** What other names say of a server is not looked at. */
const OF_SERVERS: ReadonlySet<string> = new Set(['host', 'label', 'brand', 'domain']);
/** Signs that make the server a stand-in for the official one. */
const STAND_INS: ReadonlySet<string> = new Set(['homograph', 'lookalike_domain', 'typo_domain', 'domain_as_prefix']);

export function standsIn(sign: Sign | undefined): boolean {
  return sign !== undefined && STAND_INS.has(sign.disguise);
}

export class Servers {
  readonly #remembered = new Map<string, ServerView>();
  readonly #screen: ServerScreen;

  constructor(
    private readonly names: Names,
    private readonly searcher: Searcher,
    private readonly rules: DetectionRules,
  ) {
    this.#screen = new ServerScreen(names);
  }

  private get weights(): DetectionRules['weights'] {
    return this.rules.weights;
  }

  /** @param serverName as it stands in the user id */
  look(serverName: string): ServerView {
    if (!this.#screen.mayResemble(units.read(serverName))) return new Stranger(serverName);
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
   * May it come to `possible` with all that can be said of the server name alone? All members of a server bear its
   * name: most need not be weighed for it.
   */
  #isTelling({ weight, beside, conclusive }: Sign): boolean {
    return (
      conclusive === true ||
      (beside !== true &&
        weight + MOST_RAW * Math.max(0, this.weights.raw_signal) + ROUNDING >= this.rules.thresholds.possible)
    );
  }

  /**
   * A brand of six letters that is no word, in front of somebody else's domain: with a localpart that claims authority
   * (@support:discord.evil.example) it need not stand beside a second sign. Under another ending it may be a
   * namesake's.
   */
  #isElsewhere({ disguise, weight }: Sign): boolean {
    return disguise === 'brand_subdomain' && weight >= this.weights.server_tld_rare;
  }

  /**
   * An official server or domain in capitals, with a port or a trailing dot: servers that federate spell it one way.
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
    // only of the label a part counts; whole names of servers stand for themselves (#signOf)
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

  /** The stronger of two signs; one that says nothing by itself gives way to one that is `possible`. */
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
      const rare = this.#isRare(hit.name.raw);
      // drawn together (nn for m) a name may be a slip of itself
      const isSame = hit.cost === 0 || foldedText(label) === foldedText(hit.name.raw);
      const sign: Sign | undefined =
        hit.view === 'whole' && isSame
          ? {
              disguise: 'brand_subdomain',
              view: 'server',
              ...this.#elsewhere(hit.name.raw, 0),
              sentence: serverTexts.inFront(visible(name.host), visible(hit.name.raw)),
            }
          : rare && hit.view === 'whole'
            ? {
                ...this.#typo(label, hit.name.raw),
                weight: this.weights.server_affix,
                sentence: serverTexts.likeInFront(visible(name.host), visible(hit.name.raw)),
              }
            : rare && (hit.view === 'rest' || (hit.view === 'inside' && found!.covered(hit).all))
              ? {
                  disguise: 'brand_bait',
                  view: 'server',
                  weight: this.weights.server_affix,
                  byEdit: hit.cost > 0,
                  sentence: serverTexts.baitInFront(visible(name.host), visible(hit.name.raw)),
                }
              : undefined;
      const best = stronger(signs.get(hit.name.owner), sign);
      if (best !== undefined) signs.set(hit.name.owner, best);
    }
  }

  #isRare(brand: string): boolean {
    return foldedText(brand).length >= RARE && !this.names.lexicon.isWord(brand);
  }

  #signOf(name: ServerName, part: string, hit: Hit, amid: boolean, profile: Profile): Sign | undefined {
    const official = hit.name.raw;
    if (hit.name.kind === 'label' || hit.name.kind === 'brand')
      return part === name.label ? this.#label(name, hit, amid, profile) : undefined;
    if (hit.view === 'whole' && hit.cost === 0)
      return part === name.registrable || part === name.host ? this.#twin(part, official) : undefined;
    const meant = hit.view === 'whole' ? parseServerName(official) : undefined;
    // between labels of up to three letters (a.test, b.test) a slip makes another name; under the same ending the
    // labels are compared (#label), since a long ending would make neighbours of everybody
    if (meant !== undefined && (meant.label.length < LEAST_LABEL || endingOf(meant) === endingOf(name)))
      return undefined;
    // the same label under another ending is another domain, unless the ending is none (matrix.orq)
    if (
      hit.view === 'whole' &&
      (!profile.servers.some(({ label }) => label === name.label) ||
        (!name.hasEnding && levenshteinEditDistance(part, official) === 1))
    )
      return this.#typo(part, official);
    if (hit.view === 'inside' && hit.bounded && hit.to < part.length && part === name.host)
      return {
        disguise: 'domain_as_prefix',
        view: 'server',
        weight: this.weights.server_prefix,
        sentence: serverTexts.asPrefix(visible(name.host), visible(official)),
      };
    return undefined;
  }

  /**
   * Stops: mаtrix.org (xn--…), rnatrix.org, matr1x.org. Honest names: nobody registers a domain that looks exactly like
   * another by chance.
   */
  #twin(part: string, official: string): Sign | undefined {
    if (part === official) return undefined;
    const looks = compareLooks(part, official);
    const foreign = looks.counts.homoglyph + looks.counts.shape + looks.counts.invisible > 0;
    // an accent can be honest spelling (münchen), a moved dot or hyphen is a slip
    if (!foreign && looks.counts.accent + looks.counts.lookalike + looks.counts.leet + looks.counts.style === 0)
      return this.#typo(part, official);
    return {
      disguise: foreign ? 'homograph' : 'lookalike_domain',
      view: 'server',
      weight: foreign ? this.weights.server_homograph : this.weights.server_twin,
      conclusive: foreign && looks.counts.shape + looks.counts.accent === 0,
      position: looks.position,
      sentence: serverTexts.looksLike(
        visible(part),
        visible(official),
        looks.details.length > 0 ? `: ${looks.details.join(', ')}` : '',
      ),
    };
  }

  #typo(part: string, official: string): Sign {
    return {
      disguise: 'typo_domain',
      view: 'server',
      weight: this.weights.server_typo,
      byEdit: true,
      sentence: serverTexts.nearly(visible(part), visible(official), editsBetween(part, official)),
    };
  }

  /**
   * Stops: matrlx.com, matrix-login.net, steamcomunity.ru. Honest names: the same word under another ending is common
   * and weighs little; the brand amid other words weighs little, too.
   */
  #label(name: ServerName, hit: Hit, amid: boolean, profile: Profile): Sign | undefined {
    const { weights } = this;
    const shared = profile.shared ? weights.brand_shared : 0;
    const brand = hit.name.raw;
    // of a label of several words each may be found by itself
    if (hit.view === 'whole' || name.label === brand) {
      if (name.label === brand && this.#isBait(endingOf(name), brand))
        return {
          disguise: 'brand_bait',
          view: 'server',
          weight: weights.server_affix,
          elsewhere: this.#kindOf(brand),
          sentence: serverTexts.baitEnding(visible(name.host)),
        };
      if (name.label === brand)
        return {
          disguise: 'other_ending',
          view: 'server',
          ...this.#elsewhere(brand, shared),
          elsewhere: this.#kindOf(brand),
          sentence: serverTexts.otherEnding(visible(name.host)),
        };
      if (hit.cost === 0)
        return {
          ...this.#typo(name.registrable, brand),
          disguise: 'lookalike_domain',
          sentence: serverTexts.likeOtherEnding(visible(name.host), visible(brand)),
        };
      // a label that is a word itself is that word, and no slip of another
      if (this.names.lexicon.isOrdinary(name.label, brand) || brand.length < LEAST_LABEL) return undefined;
      // "stadtwerke-essen" is not "stadtwerke-elmen": of a label of several words the telling one is looked at
      const telling = hit.cost > SLIGHT && differsInTellingWord(this.names.lexicon, spaced(name.label), spaced(brand));
      if (telling === 'surely' || telling === 'perhaps') return undefined;
      // two slips are another firm as often (systemli, systemd), whose members have done nothing
      return {
        ...this.#typo(name.label, brand),
        sentence: serverTexts.nearLabel(
          visible(name.host),
          visible(name.label),
          visible(brand),
          editsBetween(name.label, brand),
        ),
        weight: weights.server_typo - (brand.length < RECOGNIZED + 1 ? 0.6 : 0),
        beside: hit.cost > SLIGHT && tellingLength(name.label, brand) < LONG,
      };
    }
    if (hit.view === 'order') return undefined;
    // from six letters on a label that holds the official one is `possible`, whoever shares it
    const isLong = hit.cost === 0 && foldedText(brand).length >= RARE;
    if (amid)
      return {
        disguise: 'brand_bait',
        view: 'server',
        weight: weights.server_affix + (isLong ? 0 : shared) - (hit.cost > 0 ? 0.2 : 0),
        elsewhere: hit.cost > 0 ? undefined : this.#kindOf(brand),
        sentence: serverTexts.bait(visible(name.host), visible(brand)),
      };
    if (hit.view === 'inside' && !hit.bounded && brand.length < RECOGNIZED) return undefined;
    return {
      disguise: 'brand_inside',
      view: 'server',
      weight: weights.server_lure + (isLong ? 0 : shared - (brand.length > RECOGNIZED ? 0 : 0.8)),
      elsewhere: hit.cost > 0 ? undefined : this.#kindOf(brand),
      sentence: serverTexts.inside(visible(name.host), visible(brand)),
    };
  }

  /**
   * Is the ending (`support`) a word for a role or a lure? For names that are short or words only what claims
   * authority.
   */
  #isBait(ending: string, brand: string): boolean {
    const claims = this.names.lexicon.roles.get(foldedText(ending));
    return claims !== undefined && (claims === STRONG || (ending.length >= GLUED && this.#isRare(brand)));
  }

  /** A label of six letters that is no word of the language means its owner wherever it stands. */
  #kindOf(brand: string): 'rare' | 'word' {
    const { lexicon } = this.names;
    const letters = foldedText(brand);
    return letters.length >= RARE && !lexicon.isOrdinary(brand) && !lexicon.plain.has(letters) ? 'rare' : 'word';
  }

  /**
   * The very brand under another ending or in front of another domain. Stops, beside a name that fits:
   * @discord:discord.ru, @support:discord.evil.test. Honest names: a word of the language is in many domains; and all
   * members of a server bear its name, so by itself this is nothing.
   */
  #elsewhere(brand: string, shared: number): { weight: number; beside: true } {
    return {
      weight: this.#isRare(brand) ? this.weights.server_tld_rare : round(this.weights.server_tld + shared),
      beside: true,
    };
  }
}
