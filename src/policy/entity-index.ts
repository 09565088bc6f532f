import { compileGlob, isGlob, type Glob } from './glob.js';
import { sha256 } from './rule-index.js';
import type { PolicyRule } from './types.js';

/** How many units at the start of an entity tell its group. */
const START = 4;

/**
 * Users or rooms that are there, ready to be asked whom a rule means: the other way round from `Policy.match`, for the
 * moment when one rule changes and most people are not concerned. Entities compare exactly; servers are no part of it.
 */
export class EntityIndex {
  readonly #all = new Set<string>();
  readonly #byStart = new Map<string, Set<string>>();
  /** by what follows the last colon: the server, in nearly all ids */
  readonly #byEnd = new Map<string, Set<string>>();
  /** made when the first hashed rule asks, because hashing everybody costs */
  #byHash: Map<string, string> | undefined;

  get size(): number {
    return this.#all.size;
  }

  add(entity: string): void {
    if (this.#all.has(entity)) return;
    this.#all.add(entity);
    addTo(this.#byStart, entity.slice(0, START), entity);
    addTo(this.#byEnd, afterColon(entity), entity);
    this.#byHash?.set(sha256(entity), entity);
  }

  delete(entity: string): void {
    if (!this.#all.delete(entity)) return;
    deleteFrom(this.#byStart, entity.slice(0, START), entity);
    deleteFrom(this.#byEnd, afterColon(entity), entity);
    this.#byHash?.delete(sha256(entity));
  }

  /** The entities that a rule of their kind means, whatever other rules say of them. */
  matching({ entity, sha256: hash }: Pick<PolicyRule, 'entity' | 'sha256'>): string[] {
    if (entity === undefined) return this.#withHash(hash ?? '');
    if (!isGlob(entity)) return this.#all.has(entity) ? [entity] : [];
    const glob = compileGlob(entity);
    const found: string[] = [];
    for (const candidate of this.#candidates(glob)) if (glob.test(candidate)) found.push(candidate);
    return found;
  }

  #withHash(hash: string): string[] {
    this.#byHash ??= new Map([...this.#all].map((entity) => [sha256(entity), entity]));
    const entity = this.#byHash.get(hash);
    return entity === undefined ? [] : [entity];
  }

  /** The smallest group that holds all entities which the glob could match. */
  #candidates({ head, tail }: Glob): ReadonlySet<string> {
    const groups: ReadonlySet<string>[] = [this.#all];
    if (head.length >= START) groups.push(this.#byStart.get(head.slice(0, START)) ?? NOBODY);
    if (tail.includes(':')) groups.push(this.#byEnd.get(afterColon(tail)) ?? NOBODY);
    return groups.reduce((smallest, group) => (group.size < smallest.size ? group : smallest));
  }
}

const NOBODY: ReadonlySet<string> = new Set();

function afterColon(entity: string): string {
  return entity.slice(entity.lastIndexOf(':') + 1);
}

function addTo(groups: Map<string, Set<string>>, key: string, entity: string): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, new Set([entity]));
  else group.add(entity);
}

function deleteFrom(groups: Map<string, Set<string>>, key: string, entity: string): void {
  const group = groups.get(key);
  group?.delete(entity);
  if (group?.size === 0) groups.delete(key);
}
