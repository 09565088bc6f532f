import type { AclEntry } from './acl-entries.js';
import { globCovers, WorkLimit } from './glob-covers.js';
import type { Glob } from './glob.js';
import { GlobIndex } from './glob-index.js';

/**
 * The limit on work for finding covered entries: about ten milliseconds. Ordinary lists need a fraction of it. In a
 * list built to waste our time, some entries that could have been pruned remain, which is safe.
 */
const MOST_STEPS = 400_000;

/** Entries of one list, indexed for finding those that cover another entry. */
export class Covering {
  readonly #literals = new Map<string, AclEntry>();
  readonly #globs: GlobIndex<AclEntry>;
  readonly #limit = new WorkLimit(MOST_STEPS);

  /** @param globs the globs among the entries, when they are indexed already */
  constructor(entries: Iterable<AclEntry>, globs?: GlobIndex<AclEntry>) {
    this.#globs = globs ?? new GlobIndex();
    for (const entry of entries) {
      if (entry.glob === undefined) this.#literals.set(entry.key, entry);
      else if (globs === undefined && this.#globs.get(entry.key) === undefined) this.#globs.add(entry.glob, entry);
    }
  }

  /** Whether another entry covers this one. */
  covers(entry: AclEntry): boolean {
    let found = false;
    this.visitCovering(entry, () => {
      found = true;
    });
    return found;
  }

  /** Visits the other entries that cover this one. */
  visitCovering(entry: AclEntry, visit: (other: AclEntry) => void): void {
    const literal = entry.glob === undefined ? this.#literals.get(entry.key) : undefined;
    if (literal !== undefined && literal !== entry) visit(literal);
    if (this.#globs.size === 0 || this.#limit.usedUp) return;
    this.#globs.candidates(entry.key, ({ glob, value: other }) => {
      // each pair of globs has its own limit, see below
      const cost = entry.glob === undefined ? 1 + ((entry.key.length * glob.canonical.length) >> 10) : 1;
      if (other === entry || !this.#limit.take(cost)) return;
      if (entry.glob === undefined ? glob.test(entry.key) : this.#coversGlob(glob, entry.glob)) visit(other);
    });
  }

  /** A single pair built to waste our time must not use up the budget of all the others. */
  #coversGlob(wide: Glob, narrow: Glob): boolean {
    const pair = this.#limit.forOnePair();
    const given = pair.remaining;
    const covers = globCovers(wide, narrow, pair);
    this.#limit.charge(pair, given);
    return covers;
  }
}
