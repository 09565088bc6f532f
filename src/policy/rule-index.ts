import { hash } from 'node:crypto';
import { compileGlob, canonicalGlob, hasLoneSurrogate, isGlob } from './glob.js';
import { GlobIndex } from './glob-index.js';
import { compareRules } from './rule-order.js';
import { serverForms, serverKey } from './server-name.js';
import type { EntityKind, PolicyMatch, PolicyRule } from './types.js';

/**
 * Several rules with the same entity: rare, but a hostile list can have many, so nothing here scans them at each
 * change.
 */
class SameEntity {
  readonly all = new Set<PolicyRule>();
  #best: PolicyRule | undefined;

  /** The rule that wins. */
  get best(): PolicyRule | undefined {
    if (this.#best === undefined) for (const rule of this.all) this.#best = better(rule, this.#best);
    return this.#best;
  }

  add(rule: PolicyRule): void {
    if (this.all.size === 0 || this.#best !== undefined) this.#best = better(rule, this.#best);
    this.all.add(rule);
  }

  delete(rule: PolicyRule): void {
    this.all.delete(rule);
    if (this.#best === rule) this.#best = undefined;
  }
}

type Bucket = PolicyRule | SameEntity;

/** The rules of one kind, indexed for matching an entity: literals and hashes by key, globs by their required text. */
export class RuleIndex {
  readonly #literals = new Map<string, Bucket>();
  readonly #hashes = new Map<string, Bucket>();
  readonly #globs = new GlobIndex<{ rules: Bucket }>();

  constructor(private readonly kind: EntityKind) {}

  add(rule: PolicyRule): void {
    const { entity } = rule;
    if (entity === undefined) return addTo(this.#hashes, rule.sha256 ?? '', rule);
    const key = this.#key(entity);
    if (!isGlob(entity)) {
      this.#globs.observe(key);
      return addTo(this.#literals, key, rule);
    }
    const filed = this.#globs.get(canonicalGlob(key));
    if (filed === undefined) this.#globs.add(compileGlob(key), { rules: rule });
    else filed.rules = joined(filed.rules, rule);
  }

  delete(rule: PolicyRule): void {
    const { entity } = rule;
    if (entity === undefined) return deleteFrom(this.#hashes, rule.sha256 ?? '', rule);
    const key = this.#key(entity);
    if (!isGlob(entity)) return deleteFrom(this.#literals, key, rule);
    const canonical = canonicalGlob(key);
    const filed = this.#globs.get(canonical);
    if (filed === undefined) return;
    const left = without(filed.rules, rule);
    if (left === undefined) this.#globs.delete(canonical);
    else filed.rules = left;
  }

  /** The winning rule for an entity. */
  match(entity: string): PolicyMatch | null {
    // nearly everybody in nearly every room: a single look-up
    if (this.#hashes.size === 0 && this.#globs.size === 0 && !this.#literals.has(this.#key(entity))) return null;
    let best: PolicyRule | undefined;
    this.#visit(entity, (bucket) => {
      const first = bucket instanceof SameEntity ? bucket.best : bucket;
      if (first !== undefined) best = better(first, best);
    });
    return best === undefined ? null : { action: best.action, rule: best };
  }

  /** Every rule that matches an entity, the winning one first. */
  all(entity: string): PolicyRule[] {
    const found: PolicyRule[] = [];
    this.#visit(entity, (bucket) => {
      if (!(bucket instanceof SameEntity)) found.push(bucket);
      else for (const rule of bucket.all) found.push(rule);
    });
    return found.sort(compareRules);
  }

  #visit(entity: string, visit: (bucket: Bucket) => void): void {
    const key = this.#key(entity);
    const literal = this.#literals.get(key);
    if (literal !== undefined) visit(literal);
    if (this.#hashes.size > 0) this.#visitHashes(entity, visit);
    this.#globs.matches(key, ({ rules }) => visit(rules));
  }

  #visitHashes(entity: string, visit: (bucket: Bucket) => void): void {
    for (const form of this.kind === 'server' ? serverForms(entity) : [entity]) {
      const bucket = hasLoneSurrogate(form) ? undefined : this.#hashes.get(sha256(form));
      if (bucket !== undefined) visit(bucket);
    }
  }

  #key(entity: string): string {
    return this.kind === 'server' ? serverKey(entity) : entity;
  }
}

/** SHA-256 of a text's UTF-8 as unpadded standard base64, as in MSC4205. */
export function sha256(text: string): string {
  return hash('sha256', text, 'base64').slice(0, 43);
}

function addTo(buckets: Map<string, Bucket>, key: string, rule: PolicyRule): void {
  const bucket = buckets.get(key);
  buckets.set(key, bucket === undefined ? rule : joined(bucket, rule));
}

function deleteFrom(buckets: Map<string, Bucket>, key: string, rule: PolicyRule): void {
  const bucket = buckets.get(key);
  if (bucket === undefined) return;
  const left = without(bucket, rule);
  if (left === undefined) buckets.delete(key);
  else buckets.set(key, left);
}

/** A bucket with one more rule. */
function joined(bucket: Bucket, rule: PolicyRule): Bucket {
  const rules = bucket instanceof SameEntity ? bucket : new SameEntity();
  if (!(bucket instanceof SameEntity)) rules.add(bucket);
  rules.add(rule);
  return rules;
}

/** A bucket with one rule fewer; undefined when none is left. */
function without(bucket: Bucket, rule: PolicyRule): Bucket | undefined {
  if (!(bucket instanceof SameEntity)) return bucket === rule ? undefined : bucket;
  bucket.delete(rule);
  return bucket.all.size > 0 ? bucket : undefined;
}

function better(a: PolicyRule, b: PolicyRule | undefined): PolicyRule {
  return b === undefined || compareRules(a, b) < 0 ? a : b;
}
