import type { AclEntry } from './acl-entries.js';
import { globCovers, WorkLimit } from './glob-covers.js';
import type { Glob } from './glob.js';
import { GlobIndex } from './glob-index.js';

/**
 * How much is done at most to find entries that others cover: some ten milliseconds. Lists that people write need a
 * fraction of it; in a list made to keep us busy entries stay that could have been pruned, which is safe.
 */
const MOST_STEPS = 400_000;

/** Entries of one list, ready to be asked whether they cover another entry. */
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

  /** Says whether an entry, other than this one itself, covers it. */
  covers(entry: AclEntry): boolean {
    let found = false;
    this.visitCovering(entry, () => {
      found = true;
    });
    return found;
  }

  /** Visits the entries, other than this one itself, that cover it. */
  visitCovering(entry: AclEntry, visit: (other: AclEntry) => void): void {
    const literal = entry.glob === undefined ? this.#literals.get(entry.key) : undefined;
    if (literal !== undefined && literal !== entry) visit(literal);
    if (this.#globs.size === 0 || this.#limit.usedUp) return;
    this.#globs.candidates(entry.key, ({ glob, value: other }) => {
      // a pair of globs has a limit of its own, see below
      const cost = entry.glob === undefined ? 1 + ((entry.key.length * glob.canonical.length) >> 10) : 1;
      if (other === entry || !this.#limit.take(cost)) return;
      if (entry.glob === undefined ? glob.test(entry.key) : this.#coversGlob(glob, entry.glob)) visit(other);
    });
  }

  /** One pair made to keep us busy must not use up what all the others need. */
  #coversGlob(wide: Glob, narrow: Glob): boolean {
    const pair = this.#limit.forOnePair();
    const given = pair.remaining;
    const covers = globCovers(wide, narrow, pair);
    this.#limit.charge(pair, given);
    return covers;
  }
}
