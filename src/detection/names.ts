/** The search index: every protected identity's localpart, display names, domains and brands, folded. */
import { asciiHost } from '../util/idna.js';
import { isIpLiteral, parseUserId } from '../matrix/identifiers.js';
import { Beginnings } from './beginnings.js';
import { wordStarts } from './borders.js';
import { brandOf, shortened } from './brand.js';
import { contract } from './fold/drawn.js';
import { fold } from './fold/fold.js';
import { Folded, hashOf } from './fold/folded.js';
import { idForms, inflected, transcribed } from './forms.js';
import { HashTable, spread } from './index/hash-table.js';
import { InsideScreen } from './index/inside-screen.js';
import { LetterScreen } from './index/letter-screen.js';
import { LONGEST_NEAR, NearIndex } from './index/near.js';
import { Spans } from './index/spans.js';
import { Texts } from './index/texts.js';
import type { Known, Name, NameKind, Profile } from './known.js';
import { nativeOf } from './native.js';
import type { DetectionRules } from './rules.js';
import { codesOf, DISCLAIMS, foldedText, Lexicon } from './lexicon.js';
import { hostOf, parseServerName } from './server-name.js';
import type { ProtectedIdentity } from './types.js';
import { isLongName, wordsOf } from './words.js';

const NO_NAMES: readonly Name[] = [];
const NO_PROFILES: readonly number[] = [];
const scratch = new Folded();
const scratchContracted = new Folded();
const probe = new Spans();

/** Kinds of names that belong to a profile (a server and its domains), not to one identity. */
export const OF_PROFILE: ReadonlySet<NameKind> = new Set(['brand', 'domain', 'host', 'label']);
/** Those that are compared with names of servers only. */
export const OF_SERVER: ReadonlySet<string> = new Set(['host', 'label']);

/** Names of some kinds that a text may be a slip or two away from: a server is compared with few of all names. */
export interface NearNames {
  readonly kinds: ReadonlySet<NameKind>;
  readonly near: NearIndex;
}

/** All protected names, indexed. */
export class Names {
  /** every name, role word and filler, by number */
  readonly texts = new Texts();
  /** names that a text may be a slip or two away from */
  readonly near = new NearIndex(this.texts);
  /** of these only the names of hosts; only those that tell something about a server */
  readonly ofHosts: NearNames = { kinds: new Set(['host', 'domain']), near: new NearIndex(this.texts) };
  readonly ofServers: NearNames = { kinds: OF_PROFILE, near: new NearIndex(this.texts) };
  /** the names for each text; empty for role words that are not names */
  readonly of: (Name[] | undefined)[] = [];
  /** each text's claim as a role word or filler (see `Lexicon.roles`); -1 for neither */
  readonly claims: number[] = [];
  readonly known: Known[] = [];
  readonly profiles: Profile[] = [];
  readonly lexicon: Lexicon;
  readonly beginnings = new Beginnings();
  readonly #profileNumbers = new Map<string, number>();
  readonly #profilesAt = new Map<string, number[]>();
  /** official display names by their words in any order */
  readonly #bags = new HashTable();
  readonly #bagNames: Name[] = [];
  #screen: LetterScreen | undefined;
  #insideScreen: InsideScreen | undefined;

  constructor(identities: readonly ProtectedIdentity[], rules: DetectionRules) {
    this.lexicon = Lexicon.of(rules);
    for (const [word, claims] of this.lexicon.roles) this.#learnWord(word, claims);
    for (const word of this.lexicon.disclaiming) this.#learnWord(word, DISCLAIMS);
    for (const identity of identities) this.#learn(identity);
  }

  #learnWord(word: string, claims: number): void {
    const id = this.#number(codesOf(word));
    this.claims[id] = claims;
    this.texts.addInside(id);
  }

  /**
   * Whether a folded text may resemble a name, as a whole or in part. "No" is definite; with many names this is not
   * known before the search.
   */
  mayResemble({ letterSet, length }: Folded): boolean {
    if (!this.near.isFew) return true;
    this.#screen ??= new LetterScreen(
      this.texts,
      this.of.flatMap((names, id) => (names === undefined ? [] : [id])),
      LONGEST_NEAR,
    );
    return this.#screen.mayResemble(letterSet, length);
  }

  /**
   * Whether the text, or its part `from` to `to`, contains a name that identifies its owner inside longer text, except
   * pairs of ideographs.
   * @param kinds undefined: a name of any kind
   */
  holdsName(text: Folded, kinds?: ReadonlySet<NameKind>, from = 0, to = text.length): boolean {
    this.#insideScreen ??= new InsideScreen(
      this.of.flatMap((names, id) => (names?.some(({ inside }) => inside) === true ? [this.texts.letters(id)] : [])),
    );
    for (let at = this.#insideScreen.next(text, from); at >= 0 && at < to; at = this.#insideScreen.next(text, at + 1)) {
      probe.count = 0;
      this.texts.insideAt(text, at, probe);
      for (let index = 0; index < probe.count; index++) {
        if (probe.ends[index]! > to) continue;
        const names = this.of[probe.ids[index]!];
        if (names !== undefined && (kinds === undefined || hasKind(names, kinds))) return true;
      }
    }
    return false;
  }

  /** Whether there is an official display name with this word sum. */
  hasBag(sum: number): boolean {
    return this.#bags.first(sum) >= 0;
  }

  /** Official display names with this word sum, in any order; `addWord` computes it. */
  bag(sum: number): readonly Name[] {
    if (this.#bags.first(sum) < 0) return NO_NAMES;
    const names: Name[] = [];
    for (let entry = this.#bags.first(sum); entry >= 0; entry = this.#bags.after(entry))
      names.push(this.#bagNames[this.#bags.value(entry)]!);
    return names;
  }

  /** The profiles with this server or domain. */
  profilesAt(host: string): readonly number[] {
    return this.#profilesAt.get(host) ?? NO_PROFILES;
  }

  #learn(identity: ProtectedIdentity): void {
    for (const id of [identity.userId, ...identity.variants])
      this.beginnings.addLocalpart(parseUserId(id)?.localpart ?? id);
    const { localpart, serverName } = parseUserId(identity.userId) ?? { localpart: identity.userId, serverName: '' };
    const owner = this.known.length;
    const profile = this.#profileOf(identity, serverName);
    this.profiles[profile]?.members.push(owner);
    const localpartText = foldedText(localpart);
    this.known.push({
      identity,
      profile,
      localpart,
      serverName,
      localpartText,
      generic: this.lexicon.generic.has(localpartText),
      common: this.lexicon.isCommon(localpart),
    });
    this.#add(localpart, { owner, kind: 'localpart', raw: localpart, inside: localpartText.length > 3 });
    if (localpart !== '')
      for (const [server, raw] of idForms(identity.userId, localpart, serverName))
        this.#add(`${localpart}:${server}`, { owner, kind: 'id', raw, inside: true });
    for (const raw of identity.displayNames) this.#learnDisplayName(raw, owner);
  }

  #learnDisplayName(raw: string, owner: number): void {
    const words = wordsOf(raw);
    const long = isLongName(raw);
    const { core, hasRole, hasAuthority, namesNobody } = brandOf(raw, this.texts, this.claims, this.lexicon);
    const name: Name = {
      kind: 'display',
      owner,
      raw,
      inside: long || foldedText(raw).length > 2,
      native: nativeOf(raw),
    };
    if (namesNobody) name.namesNobody = true;
    if (hasRole) name.hasRole = true;
    if (hasAuthority) name.hasAuthority = true;
    this.#add(raw, name);
    // outside Latin, a name in capitals may fold differently from lower case: Greek Η is an H, η an n
    for (const other of [raw.toLowerCase(), raw.toUpperCase()])
      if (foldedText(other) !== foldedText(raw)) this.#add(other, { ...name, inside: false });
    if (core !== undefined) this.#add(core, { kind: 'core', owner, raw: core, inside: true, native: nativeOf(core) });
    if (!namesNobody) this.#learnForms(core ?? raw, raw, owner);
    for (const { text, isTrade } of namesNobody ? [] : shortened(core ?? raw, this.lexicon))
      this.#add(text, {
        kind: 'core',
        owner,
        raw: text,
        inside: true,
        shortened: isTrade ? 'trade' : 'body',
        native: nativeOf(text),
      });
    if (words.length > 1) {
      const folded = fold(raw, scratch);
      const starts = wordStarts(folded);
      this.#bags.add(
        starts.reduce(
          (sum, start, index) => addWord(sum, hashOf(folded, start, starts[index + 1] ?? folded.length)),
          0,
        ),
        this.#bagNames.push(name) - 1,
      );
    }
  }

  /** The brand in other cases and spellings, and the whole name. */
  #learnForms(brand: string, raw: string, owner: number): void {
    for (const form of inflected(brand))
      this.#add(form, { kind: 'core', owner, raw: form, inside: true, formOf: brand, native: nativeOf(form) });
    for (const form of transcribed(raw))
      this.#add(form, { kind: 'display', owner, raw: form, inside: true, formOf: raw });
    for (const form of brand === raw ? [] : transcribed(brand))
      this.#add(form, { kind: 'core', owner, raw: form, inside: true, formOf: brand });
  }

  #profileOf(identity: ProtectedIdentity, serverName: string): number {
    const domains = [...new Set(identity.domains.map(hostOf))];
    const key = JSON.stringify([serverName, domains]);
    const known = this.#profileNumbers.get(key);
    if (known !== undefined) return known;
    const owner = this.profiles.length;
    this.#profileNumbers.set(key, owner);
    const servers = [...new Set([hostOf(serverName), ...domains])]
      .filter((host) => host !== '' && !isIpLiteral(host))
      .map(parseServerName);
    const brands = [
      ...new Set(domains.filter((domain) => !isIpLiteral(domain)).map((domain) => parseServerName(domain).label)),
    ];
    this.profiles.push({
      host: hostOf(serverName),
      servers,
      domains,
      brands,
      shared: brands.length > 0 && brands.every((brand) => this.lexicon.shared.has(foldedText(brand))),
      spellings: new Set([serverName, ...domains, ...domains.map((domain) => asciiHost(domain))]),
      members: [],
    });
    for (const { host } of servers) {
      const at = this.#profilesAt.get(host);
      if (at === undefined) this.#profilesAt.set(host, [owner]);
      else at.push(owner);
    }
    for (const { registrable, host, label } of servers) {
      for (const raw of new Set([registrable, host])) this.#add(raw, { owner, kind: 'host', raw, inside: true });
      this.#add(label, { owner, kind: 'label', raw: label, inside: true });
    }
    for (const raw of domains) {
      this.#add(raw, { owner, kind: 'domain', raw, inside: true });
      this.beginnings.addDomain(raw, owner);
      const ascii = asciiHost(raw);
      if (ascii !== '' && ascii !== raw) this.#add(ascii, { owner, kind: 'domain', raw: ascii, inside: true });
    }
    for (const raw of brands) this.#add(raw, { owner, kind: 'brand', raw, inside: true, native: nativeOf(raw) });
    return owner;
  }

  /** Adds a name, as it is and with look-alike pairs contracted. */
  #add(raw: string, name: Name): void {
    const plain = fold(raw, scratch);
    if (plain.length === 0) return;
    const forms = plain.drawable ? [plain, contract(plain, scratchContracted)] : [plain];
    for (const form of forms) {
      const id = this.#number(form.codes.subarray(0, form.length));
      const names = (this.of[id] ??= []);
      // duplicates are always adjacent: of one identity or one profile
      if (
        !names
          .slice(-8)
          .some(({ kind, owner, raw: other }) => kind === name.kind && owner === name.owner && other === name.raw)
      )
        names.push(name);
      this.near.add(id);
      for (const { kinds, near } of [this.ofHosts, this.ofServers]) if (kinds.has(name.kind)) near.add(id);
      if (name.inside) this.texts.addInside(id);
    }
  }

  #number(codes: Uint16Array): number {
    const id = this.texts.add(codes);
    if (id === this.of.length) {
      this.of.push(undefined);
      this.claims.push(-1);
    }
    return id;
  }
}

/** Whether one of the names is of these kinds. A closure in its place would cost the caller memory at each call. */
export function hasKind(names: readonly Name[], kinds: ReadonlySet<NameKind>): boolean {
  return names.some(({ kind }) => kinds.has(kind));
}

/** Adds a word's hash to an order-independent sum. */
export function addWord(sum: number, wordHash: number): number {
  return (sum + Math.imul(spread(wordHash), 0x9e3779b1)) | 0;
}
