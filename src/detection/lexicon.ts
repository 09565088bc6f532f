/** The words of rules/, folded and indexed. Built once per set of rules. */
import { fold } from './fold/fold.js';
import { Folded } from './fold/folded.js';
import { EndScreen, InsideScreen } from './index/inside-screen.js';
import { NearIndex } from './index/near.js';
import { Texts } from './index/texts.js';
import type { DetectionRules } from './rules.js';
import { weighedDistance } from './score/cost.js';

const scratch = new Folded();
/** A word's claim, see `Lexicon.roles`. */
export const FILLER = 0;
export const WEAK = 1;
export const STRONG = 2;
export const DISCLAIMS = 3;
/** Marks an unknown word in the cache. */
const NO_CLAIM = -1;
/** Shorter role words are only matched exactly. */
export const SHORTEST_NEAR_ROLE = 6;
/** Minimum letters of a compound besides its role word (Kunden-support); fewer are an ending (support-er). */
const REST_OF_COMPOUND = 3;
/** How far a long role word may be misspelled (Suport). */
const SLIGHT = 1.3;

/** The folded letters of a text as a string: equal for two texts that may be taken for one another. */
export function foldedText(text: string): string {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const letters = fold(text, scratch).text();
  if (text.length > LONGEST_REMEMBERED) return letters;
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(text, letters);
  return letters;
}

/** Protected names and role words are folded repeatedly while a resemblance is weighed. */
const REMEMBERED = 4096;
const LONGEST_REMEMBERED = 64;
const remembered = new Map<string, string>();

const FOREIGN = /[^\0-\x7f]/;

/** Lower-case letters without marks, spaces and surrounding symbols; letters of other scripts and digits are kept. */
export function plainLetters(text: string): string {
  if (!FOREIGN.test(text)) return text.toLowerCase().trim();
  return text.normalize('NFD').toLowerCase().replace(/\p{M}/gu, '').trim();
}

/** What bridges add to a network's name, folded. */
const BOT = /^(?:bots?|brldge|brldgebot)$/;

function foldedWords(words: readonly string[]): ReadonlySet<string> {
  return new Set(words.flatMap(inCapitals).map(foldedText));
}

/** Scripts whose capitals resemble other letters than the lower-case ones: Υ like Y, and υ like u. */
const CAPITALS_APART = /[\p{Script=Greek}\p{Script=Armenian}]/u;

/** A word as it is, in title case, and in capitals, where that makes a visible difference. */
function inCapitals(word: string): string[] {
  if (!CAPITALS_APART.test(word)) return [word];
  const capitalized = word.replace(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase());
  return [word, capitalized, word.replace(/\p{L}/u, (letter) => letter.toUpperCase()), word.toUpperCase()];
}

/** Folded letters in the index's format. */
export function codesOf(letters: string): Uint16Array {
  const codes = new Uint16Array(letters.length);
  for (let at = 0; at < letters.length; at++) codes[at] = letters.charCodeAt(at);
  return codes;
}

export class Lexicon {
  /** folded role words: claims authority (2), accompanies (1), means nothing (0) */
  readonly roles: Map<string, number>;
  /** folded words that say that an account is not the official one */
  readonly disclaiming: ReadonlySet<string>;
  readonly #claims = new Map<string, number>();
  readonly #texts = new Texts();
  readonly #near = new NearIndex(this.#texts);
  /** where role words, fillers and disclaimers may start in a text, and whether one may end it */
  readonly begins: InsideScreen;
  readonly ends: EndScreen;
  /** meaningless words that people add to any name (app, event), which are not ornaments */
  readonly lures: ReadonlySet<string>;
  readonly plain: ReadonlySet<string>;
  readonly generic: ReadonlySet<string>;
  readonly shared: ReadonlySet<string>;
  readonly legal: ReadonlySet<string>;
  readonly bodies: ReadonlySet<string>;
  readonly trades: ReadonlySet<string>;
  readonly hosts: ReadonlySet<string>;
  readonly networks: ReadonlySet<string>;
  readonly #ordinary: Pick<ReadonlySet<string>, 'has'>;
  readonly #people: Pick<ReadonlySet<string>, 'has'>;

  private constructor({ roles, words }: DetectionRules) {
    this.roles = new Map();
    for (const [list, claims] of [
      [[...roles.filler, ...words.lures, ...words.legal], FILLER],
      [roles.weak, WEAK],
      [roles.strong, STRONG],
    ] as const)
      for (const letters of foldedWords(list)) this.roles.set(letters, claims);
    this.disclaiming = foldedWords(roles.disclaim);
    for (const word of this.disclaiming) this.roles.delete(word);
    for (const [word, claims] of this.roles)
      if (claims > 0 && word.length >= SHORTEST_NEAR_ROLE) this.#near.add(this.#texts.add(codesOf(word)));
    const spoken = [...this.roles.keys(), ...this.disclaiming].map(codesOf);
    this.begins = new InsideScreen(spoken);
    this.ends = new EndScreen(spoken);
    const fillers = foldedWords([...roles.filler, ...words.legal]);
    this.lures = new Set([...foldedWords(words.lures)].filter((word) => !fillers.has(word)));
    this.plain = foldedWords(words.plain);
    this.generic = foldedWords(words.generic);
    this.shared = foldedWords(words.shared);
    this.legal = foldedWords(words.legal);
    this.bodies = foldedWords(words.bodies);
    this.trades = foldedWords(words.trades);
    this.hosts = foldedWords(words.hosts);
    this.networks = foldedWords(words.networks);
    this.#ordinary = words.ordinary;
    this.#people = words.names;
  }

  static readonly #made = new WeakMap<DetectionRules['roles'], { words: DetectionRules['words']; lexicon: Lexicon }>();

  /** The lexicon of these rules; detectors of the same words share it. */
  static of(rules: DetectionRules): Lexicon {
    const made = Lexicon.#made.get(rules.roles);
    if (made !== undefined && made.words === rules.words) return made.lexicon;
    const lexicon = new Lexicon(rules);
    Lexicon.#made.set(rules.roles, { words: rules.words, lexicon });
    return lexicon;
  }

  /**
   * Whether the text as written is an ordinary word, a given name or a surname, and so not a slip of a protected name.
   * Text with letters of other scripts or digits for letters is not, since nobody writes an ordinary word that way.
   * Accents and capitals are honest spelling.
   * @param official the name it might be a slip of: when that has no number itself, the number of the next person
   * called alike is left out (hanna44)
   */
  isOrdinary(text: string, official = ''): boolean {
    const plain = /\d/.test(official) ? plainLetters(text) : plainLetters(text).replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
    return (
      /^[a-z]+$/.test(plain) &&
      (this.#ordinary.has(plain) || this.#people.has(plain) || this.roles.has(foldedText(plain)))
    );
  }

  /** Whether it is a given name or a surname. */
  isPerson(text: string): boolean {
    return this.#people.has(plainLetters(text));
  }

  /** Whether a protected name is a word or a person's name, so that honest accounts contain it. */
  isCommon(raw: string): boolean {
    const folded = foldedText(raw);
    return (
      this.plain.has(folded) ||
      this.generic.has(folded) ||
      this.shared.has(folded) ||
      this.roles.has(folded) ||
      this.isPerson(raw)
    );
  }

  /**
   * Whether a text is the name of a network's bot, as used by bridges (discordbot, "GitHub Bot"). `brand`: the part of
   * the text that is the network's name.
   */
  isNetworkBot(text: string, brand: string): boolean {
    return this.networks.has(foldedText(brand)) && BOT.test(foldedText(text.replace(brand, '')));
  }

  /** Whether a folded word identifies nobody: a role word or a dictionary word. */
  namesNobody(word: string): boolean {
    return this.roles.has(word) || this.plain.has(word) || this.generic.has(word);
  }

  /** Whether a protected name is a word at all. Around words there are more words than any list contains. */
  isWord(raw: string): boolean {
    return this.isCommon(raw) || this.isOrdinary(raw);
  }

  /** How much authority a folded word claims, tolerating a slip if it is long; undefined: not a role word. */
  authorityOf(word: string): number | undefined {
    const exact = this.roles.get(word);
    return exact !== undefined || word.length < SHORTEST_NEAR_ROLE ? exact : this.nearAuthorityOf(fold(word, scratch));
  }

  /**
   * How much authority a word beside a name claims, see `roles`; a disclaimer `DISCLAIMS`, an unknown word undefined.
   */
  claimOf(word: string): number | undefined {
    const known = this.#claims.get(word);
    if (known !== undefined) return known === NO_CLAIM ? undefined : known;
    const claim = this.disclaiming.has(word)
      ? DISCLAIMS
      : (this.authorityOf(word) ?? (this.#isStrongCompound(word) ? STRONG : undefined));
    if (this.#claims.size >= REMEMBERED) this.#claims.clear();
    this.#claims.set(word, claim ?? NO_CLAIM);
    return claim;
  }

  /** Whether the folded word is a compound with one that claims authority, as in German (Kundensupport). */
  #isStrongCompound(word: string): boolean {
    for (let length = SHORTEST_NEAR_ROLE; length <= word.length - REST_OF_COMPOUND; length++)
      if (this.roles.get(word.slice(0, length)) === STRONG || this.roles.get(word.slice(-length)) === STRONG)
        return true;
    return false;
  }

  /** The same for a folded word that is not exactly a role word. */
  nearAuthorityOf(word: Folded): number | undefined {
    if (word.length < SHORTEST_NEAR_ROLE) return undefined;
    const found: number[] = [];
    this.#near.find(word, found);
    let most: number | undefined;
    for (const id of found) {
      const letters = this.#texts.letters(id);
      if (weighedDistance(word, letters) <= SLIGHT)
        most = Math.max(most ?? 0, this.roles.get(String.fromCharCode(...letters)) ?? 0);
    }
    return most;
  }
}
