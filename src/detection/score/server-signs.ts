/** What one part of a server name says: its label, a label in front of it, the whole of it. */
import { foldedText, STRONG, type Lexicon } from '../lexicon.js';
import type { Profile } from '../known.js';
import type { DetectionRules } from '../rules.js';
import type { Hit } from '../search/found.js';
import type { ServerName } from '../server-name.js';
import { serverTexts } from '../texts.js';
import { visible } from '../visible.js';
import { RARE, SLIGHT } from './lengths.js';
import { compareLooks } from './looks.js';
import { editsBetween, endingOf, spaced, tellingLength } from './server-view.js';
import { round, type Sign } from './sign.js';
import { differsInTellingWord } from './telling.js';

/** From how many letters on a label tolerates two slips. */
const LONG = 9;
/** A brand with at least this many letters is recognised when joined to other words ("discordgift"). */
const RECOGNIZED = 5;
/** A slip in a shorter label is another name. */
export const LEAST_LABEL = 4;
/** A shorter ending (`im`) is not a word. */
const GLUED = 4;

export class ServerSigns {
  constructor(
    private readonly lexicon: Lexicon,
    private readonly weights: DetectionRules['weights'],
  ) {}

  /**
   * A brand in front of somebody else's domain, or something like it.
   * @param isAmidBait is all beside it words for roles?
   */
  inFront({ host }: ServerName, label: string, hit: Hit, isAmidBait: () => boolean): Sign | undefined {
    const official = hit.name.raw;
    // contracted (nn for m), a name may be a slip of itself
    if (hit.view === 'whole' && (hit.cost === 0 || foldedText(label) === foldedText(official)))
      return {
        disguise: 'brand_subdomain',
        view: 'server',
        ...this.#elsewhere(official, 0),
        sentence: serverTexts.inFront(visible(host), visible(official)),
      };
    if (!this.#isRare(official)) return undefined;
    if (hit.view === 'whole')
      return {
        ...this.typo(label, official),
        weight: this.weights.server_affix,
        sentence: serverTexts.likeInFront(visible(host), visible(official)),
      };
    if (hit.view !== 'rest' && !(hit.view === 'inside' && isAmidBait())) return undefined;
    return {
      disguise: 'brand_bait',
      view: 'server',
      weight: this.weights.server_affix,
      byEdit: hit.cost > 0,
      sentence: serverTexts.baitInFront(visible(host), visible(official)),
    };
  }

  #isRare(brand: string): boolean {
    return foldedText(brand).length >= RARE && !this.lexicon.isWord(brand);
  }

  /**
   * Stops: mаtrix.org (xn--…), rnatrix.org, matr1x.org. Honest names: nobody registers a domain that looks exactly like
   * another by chance.
   */
  twin(part: string, official: string): Sign | undefined {
    if (part === official) return undefined;
    const looks = compareLooks(part, official);
    const foreign = looks.counts.homoglyph + looks.counts.shape + looks.counts.invisible > 0;
    // an accent may be honest spelling (münchen), a moved dot or hyphen is a slip
    if (!foreign && looks.counts.accent + looks.counts.lookalike + looks.counts.leet + looks.counts.style === 0)
      return this.typo(part, official);
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

  typo(part: string, official: string): Sign {
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
  label(name: ServerName, hit: Hit, amid: boolean, profile: Profile): Sign | undefined {
    const { weights } = this;
    const shared = profile.shared ? weights.brand_shared : 0;
    const brand = hit.name.raw;
    // each word of a multi-word label may match separately
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
          ...this.typo(name.registrable, brand),
          disguise: 'lookalike_domain',
          sentence: serverTexts.likeOtherEnding(visible(name.host), visible(brand)),
        };
      // a label that is a word is that word, and not a slip of another
      if (this.lexicon.isOrdinary(name.label, brand) || brand.length < LEAST_LABEL) return undefined;
      // "stadtwerke-essen" is not "stadtwerke-elmen": in a multi-word label the telling word is checked
      const telling = hit.cost > SLIGHT && differsInTellingWord(this.lexicon, spaced(name.label), spaced(brand));
      if (telling === 'surely' || telling === 'perhaps') return undefined;
      // two slips are just as often another organisation (systemli, systemd), whose members are innocent
      return {
        ...this.typo(name.label, brand),
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
    // from six letters on a label that contains the official one is `possible`, whoever shares it
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

  /** Whether the ending (`support`) is a role word or bait; for short names and words only if it claims authority. */
  #isBait(ending: string, brand: string): boolean {
    const claims = this.lexicon.roles.get(foldedText(ending));
    return claims !== undefined && (claims === STRONG || (ending.length >= GLUED && this.#isRare(brand)));
  }

  /** A six-letter label that is not a dictionary word identifies its owner anywhere. */
  #kindOf(brand: string): 'rare' | 'word' {
    const { lexicon } = this;
    const letters = foldedText(brand);
    return letters.length >= RARE && !lexicon.isOrdinary(brand) && !lexicon.plain.has(letters) ? 'rare' : 'word';
  }

  /**
   * The exact brand under another ending or in front of another domain. Stops, together with a matching name:
   * @discord:discord.ru, @support:discord.evil.test. Honest names: a dictionary word is in many domains, and all
   * members of a server share its name, so by itself this means nothing.
   */
  #elsewhere(brand: string, shared: number): { weight: number; beside: true } {
    return {
      weight: this.#isRare(brand) ? this.weights.server_tld_rare : round(this.weights.server_tld + shared),
      beside: true,
    };
  }
}
