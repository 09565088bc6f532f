import { canonicalGlob, compileGlob, isGlob, type Glob } from './glob.js';
import { GlobIndex } from './glob-index.js';
import { sha256 } from './rule-index.js';
import { compareCodePoints } from './rule-order.js';
import { foldCase, portless, serverForms, serverKey } from './server-name.js';
import type { PolicyRule } from './types.js';

/** Priority when not everything fits: takedowns before globs before the rest. */
export enum Rank {
  Rest,
  Glob,
  Takedown,
}

/** One candidate entry of `deny`: all ban and takedown rules for the same servers. */
export interface AclEntry {
  /** the form that homeservers compare: without port, case folded, wildcards in canonical form */
  readonly key: string;
  /** the entry as it would appear: as a rule wrote it, without port */
  text: string;
  /**
   * true when key, text and the rules' entities are identical: lower-case letters, digits, dots and hyphens, as nearly
   * always
   */
  plain: boolean;
  /** the entities as the rules wrote them, if some differ from the text */
  written: Set<string> | undefined;
  /** undefined for a literal */
  readonly glob: Glob | undefined;
  rank: Rank;
}

const PLAIN = /^[a-z0-9.-]+$/;

/** The entities as the rules wrote them. */
export function writtenIn(entry: AclEntry): Iterable<string> {
  return entry.written ?? [entry.text];
}

/** Server rules, grouped by recommendation. Other kinds of rules are not part of an ACL. */
export class AclRules {
  readonly deny = new Map<string, AclEntry>();
  readonly denyGlobs = new GlobIndex<AclEntry>();
  /** literal names in allow rules, case folded, with and without port, each with one of its spellings */
  readonly allowLiterals = new Map<string, string>();
  /**
   * entities of allow rules by comparison form, as they would appear in an `allow` list; only used in allow-list mode
   */
  readonly allow = new Map<string, string>();
  readonly #allowGlobs = new GlobIndex<string>();
  readonly #allowHashes = new Set<string>();
  /** number of hashed rules that match no known server */
  hashed = 0;

  /** @param seen names of servers that hashed rules may match */
  constructor(rules: Iterable<PolicyRule>, seen: readonly string[] = []) {
    let names: ReadonlyMap<string, string> | undefined;
    for (const rule of rules) {
      if (rule.kind !== 'server') continue;
      // hashing every server is expensive, and most lists have no hashed rules
      const entity = rule.entity ?? (names ??= hashesOf(seen)).get(rule.sha256 ?? '');
      if (entity === undefined) this.#addHashed(rule);
      else if (rule.action === 'allow') this.#addAllow(entity);
      else this.#addDeny(entity, rule.action === 'takedown');
    }
  }

  /** Whether any rule could exempt something. */
  get exempting(): boolean {
    return this.allowLiterals.size + this.#allowGlobs.size + this.#allowHashes.size > 0;
  }

  /** The allow rule, as written, that exempts everything this entry matches; undefined when none does. */
  exemption(entry: AclEntry, covers: (wide: Glob, narrow: Glob) => boolean): string | undefined {
    if (entry.glob === undefined) return this.#exemptionOfName(entry);
    if (this.#allowGlobs.size === 0) return undefined;
    const narrow = entry.glob;
    let found: string | undefined;
    this.#allowGlobs.candidates(entry.key, (wide) => {
      if (found === undefined && covers(wide.glob, narrow)) found = wide.value;
    });
    return found;
  }

  #exemptionOfName(entry: AclEntry): string | undefined {
    const literal = this.allowLiterals.get(entry.key);
    if (literal !== undefined) return literal;
    let found: string | undefined;
    this.#allowGlobs.matches(entry.key, (written) => {
      found ??= written;
    });
    if (found !== undefined || this.#allowHashes.size === 0) return found;
    return [entry.key, ...writtenIn(entry)].some((form) => this.#allowHashes.has(sha256(form))) ? 'a hash' : undefined;
  }

  #addHashed(rule: PolicyRule): void {
    this.hashed += 1;
    if (rule.action === 'allow') this.#allowHashes.add(rule.sha256 ?? '');
  }

  #addAllow(entity: string): void {
    const text = portless(entity);
    const key = canonicalGlob(foldCase(text));
    this.allow.set(key, smaller(text, this.allow.get(key)));
    if (!isGlob(key)) {
      for (const form of [key, foldCase(entity)])
        this.allowLiterals.set(form, smaller(entity, this.allowLiterals.get(form)));
    } else if (this.#allowGlobs.get(key) === undefined) this.#allowGlobs.add(compileGlob(key), entity);
  }

  #addDeny(entity: string, takedown: boolean): void {
    const plain = PLAIN.test(entity);
    const text = plain ? entity : portless(entity);
    const key = plain ? entity : canonicalGlob(foldCase(text));
    const wild = !plain && isGlob(key);
    const rank = takedown ? Rank.Takedown : wild ? Rank.Glob : Rank.Rest;
    const entry = this.deny.get(key);
    if (entry !== undefined) return merge(entry, entity, text, rank);
    const added: AclEntry = {
      key,
      text,
      plain,
      written: plain ? undefined : new Set([entity]),
      glob: wild ? compileGlob(key) : undefined,
      rank,
    };
    this.deny.set(key, added);
    if (added.glob !== undefined) this.denyGlobs.add(added.glob, added);
  }

  /** Removes an entry. */
  drop(entry: AclEntry): void {
    this.deny.delete(entry.key);
    if (entry.glob !== undefined) this.denyGlobs.delete(entry.key);
  }
}

/** An entry for a text that is used unchanged. */
export function entryOf(text: string, rank: Rank): AclEntry {
  const key = canonicalGlob(foldCase(text));
  return {
    key,
    text,
    plain: PLAIN.test(text),
    written: undefined,
    glob: isGlob(key) ? compileGlob(key) : undefined,
    rank,
  };
}

function hashesOf(seen: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    seen.flatMap((name) => [...serverForms(name)].map((form) => [sha256(form), serverKey(name)] as const)),
  );
}

/** Adds another rule for the same servers. */
function merge(entry: AclEntry, entity: string, text: string, rank: Rank): void {
  entry.rank = Math.max(entry.rank, rank);
  if (entry.plain && entity === entry.text) return;
  entry.written = new Set([...writtenIn(entry), entity]);
  entry.plain = false;
  entry.text = smaller(text, entry.text);
}

/** Chooses among equivalent spellings independently of the order of rules: the shortest, then the first. */
function smaller(a: string, b: string | undefined): string {
  if (b === undefined || a.length !== b.length) return b === undefined || a.length < b.length ? a : b;
  return compareCodePoints(a, b) <= 0 ? a : b;
}
