import { hash } from 'node:crypto';
import { compileGlob, canonicalGlob, hasLoneSurrogate, isGlob } from './glob.js';
import { GlobIndex } from './glob-index.js';
import { compareRules } from './rule-order.js';
import { portless, serverKey } from './server-name.js';
import type { EntityKind, PolicyMatch, PolicyRule } from './types.js';

/** All rules with the same entity. `best` is the one that answers; the others are rare. */
interface Bucket {
  best: PolicyRule;
  others: PolicyRule[] | undefined;
}

/** The rules of one kind, ready to be asked about an entity: literals and hashes by key, globs by what they contain. */
export class RuleIndex {
  readonly #literals = new Map<string, Bucket>();
  readonly #hashes = new Map<string, Bucket>();
  readonly #globs = new GlobIndex<Bucket>();

  constructor(private readonly kind: EntityKind) {}

  add(rule: PolicyRule): void {
    const { entity } = rule;
    if (entity === undefined) return addTo(this.#hashes, rule.sha256 ?? '', rule);
    const key = this.#key(entity);
    if (!isGlob(entity)) {
      this.#globs.observe(key);
      return addTo(this.#literals, key, rule);
    }
    const bucket = this.#globs.get(canonicalGlob(key));
    if (bucket === undefined) this.#globs.add(compileGlob(key), { best: rule, others: undefined });
    else join(bucket, rule);
  }

  delete(rule: PolicyRule): void {
    const { entity } = rule;
    if (entity === undefined) return deleteFrom(this.#hashes, rule.sha256 ?? '', rule);
    const key = this.#key(entity);
    if (!isGlob(entity)) return deleteFrom(this.#literals, key, rule);
    const canonical = canonicalGlob(key);
    const bucket = this.#globs.get(canonical);
    if (bucket !== undefined && leave(bucket, rule)) this.#globs.delete(canonical);
  }

  /** The rule that answers for an entity. */
  match(entity: string): PolicyMatch | null {
    let best: PolicyRule | undefined;
    this.#visit(entity, (bucket) => {
      if (best === undefined || compareRules(bucket.best, best) < 0) best = bucket.best;
    });
    return best === undefined ? null : { action: best.action, rule: best };
  }

  /** Every rule that matches an entity, the one that answers first. */
  all(entity: string): PolicyRule[] {
    const found: PolicyRule[] = [];
    this.#visit(entity, (bucket) => found.push(bucket.best, ...(bucket.others ?? [])));
    return found.sort(compareRules);
  }

  #visit(entity: string, visit: (bucket: Bucket) => void): void {
    const key = this.#key(entity);
    const literal = this.#literals.get(key);
    if (literal !== undefined) visit(literal);
    if (this.#hashes.size > 0) this.#visitHashes(entity, visit);
    this.#globs.matches(key, visit);
  }

  #visitHashes(entity: string, visit: (bucket: Bucket) => void): void {
    for (const form of this.#hashedForms(entity)) {
      const bucket = hasLoneSurrogate(form) ? undefined : this.#hashes.get(sha256(form));
      if (bucket !== undefined) visit(bucket);
    }
  }

  /** A list's author may have hashed a server as it was seen, or in the form in which servers are compared. */
  #hashedForms(entity: string): Set<string> {
    return new Set(this.kind === 'server' ? [entity, portless(entity), entity.toLowerCase(), serverKey(entity)] : [entity]);
  }

  #key(entity: string): string {
    return this.kind === 'server' ? serverKey(entity) : entity;
  }
}

/** SHA-256 of a text's UTF-8 as unpadded standard base64, the form in which MSC4205 writes it. */
export function sha256(text: string): string {
  return hash('sha256', text, 'base64').slice(0, 43);
}

function addTo(buckets: Map<string, Bucket>, key: string, rule: PolicyRule): void {
  const bucket = buckets.get(key);
  if (bucket === undefined) buckets.set(key, { best: rule, others: undefined });
  else join(bucket, rule);
}

function deleteFrom(buckets: Map<string, Bucket>, key: string, rule: PolicyRule): void {
  const bucket = buckets.get(key);
  if (bucket !== undefined && leave(bucket, rule)) buckets.delete(key);
}

function join(bucket: Bucket, rule: PolicyRule): void {
  const best = compareRules(rule, bucket.best) < 0 ? rule : bucket.best;
  (bucket.others ??= []).push(best === rule ? bucket.best : rule);
  bucket.best = best;
}

/** Takes a rule out; true when none is left. */
function leave(bucket: Bucket, rule: PolicyRule): boolean {
  const others = bucket.others ?? [];
  if (bucket.best !== rule) {
    const at = others.indexOf(rule);
    if (at >= 0) others.splice(at, 1);
    return false;
  }
  const [first] = others;
  if (first === undefined) return true;
  bucket.best = others.reduce((best, other) => (compareRules(other, best) < 0 ? other : best), first);
  others.splice(others.indexOf(bucket.best), 1);
  return false;
}
