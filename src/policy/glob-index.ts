import type { Glob } from './glob.js';
import { AffixTrie } from './affix-trie.js';
import { GramCounts } from './gram-counts.js';
import { GramTable, pairsOf, type Gram } from './gram-table.js';

/** A glob in the index with its value. */
export interface GlobEntry<T> {
  readonly glob: Glob;
  readonly value: T;
}

type Filing = { where: 'prefix' | 'suffix'; affix: string } | { where: 'infix'; gram: Gram } | { where: 'unfiled' };

/**
 * Globs indexed by their required text, so that finding the globs that match a text does not scan all of them. A glob
 * is filed once: by its literal prefix, its literal suffix, or a few characters of an inner run, whichever is rarest in
 * texts. Globs of wildcards only are checked each time (equal ones share an entry, so there are few). Most candidates
 * are then rejected by the rest of their required text.
 */
export class GlobIndex<T> {
  readonly #entries = new Map<string, { entry: GlobEntry<T>; filing: Filing }>();
  readonly #prefixes = new AffixTrie<GlobEntry<T>>('start');
  readonly #suffixes = new AffixTrie<GlobEntry<T>>('end');
  readonly #infixes = new GramTable<GlobEntry<T>>();
  readonly #counts = new GramCounts();
  readonly #unfiled = new Set<GlobEntry<T>>();

  get size(): number {
    return this.#entries.size;
  }

  /** The value of the glob with this canonical form. */
  get(canonical: string): T | undefined {
    return this.#entries.get(canonical)?.entry.value;
  }

  /** Samples a text, so that globs added later are filed better. */
  observe(text: string): void {
    this.#counts.observeLiteral(text);
  }

  /** Adds a glob; none with the same canonical form may exist. */
  add(glob: Glob, value: T): void {
    const entry = { glob, value };
    const filing = this.#choose(glob);
    let pairs = 0;
    for (const run of glob.runs) pairs |= pairsOf(run);
    this.#counts.observeGlob(glob.canonical);
    this.#entries.set(glob.canonical, { entry, filing });
    if (filing.where === 'prefix') this.#prefixes.add(filing.affix, entry, pairs);
    else if (filing.where === 'suffix') this.#suffixes.add(filing.affix, entry, pairs);
    else if (filing.where === 'infix') this.#infixes.add(filing.gram, entry, pairs);
    else this.#unfiled.add(entry);
  }

  delete(canonical: string): void {
    const found = this.#entries.get(canonical);
    if (found === undefined) return;
    this.#entries.delete(canonical);
    const { entry, filing } = found;
    if (filing.where === 'prefix') this.#prefixes.delete(filing.affix, entry);
    else if (filing.where === 'suffix') this.#suffixes.delete(filing.affix, entry);
    else if (filing.where === 'infix') this.#infixes.delete(filing.gram, entry);
    else this.#unfiled.delete(entry);
  }

  /**
   * Visits each glob that could match the text, once: its required text is present, and the visitor has to test the
   * rest. Given the canonical form of a glob instead of a text, it visits the globs that could cover it.
   */
  candidates(text: string, visit: (entry: GlobEntry<T>) => void): void {
    const pairs = pairsOf(text);
    this.#prefixes.find(text, pairs, visit);
    this.#suffixes.find(text, pairs, visit);
    this.#infixes.find(text, pairs, visit);
    for (const entry of this.#unfiled) visit(entry);
  }

  /** Visits the value of each glob that matches the text, once. */
  matches(text: string, visit: (value: T) => void): void {
    if (this.#entries.size === 0) return;
    this.candidates(text, (entry) => {
      if (entry.glob.test(text)) visit(entry.value);
    });
  }

  *entries(): IterableIterator<GlobEntry<T>> {
    for (const { entry } of this.#entries.values()) yield entry;
  }

  /** The filing that the fewest texts are likely to hit; among equals the least crowded one. */
  #choose(glob: Glob): Filing {
    let best: Filing = { where: 'unfiled' };
    let bestShare = Infinity;
    let bestLoad = Infinity;
    const consider = (share: number, load: number, filing: Filing): void => {
      if (share > bestShare || (share === bestShare && load >= bestLoad)) return;
      [best, bestShare, bestLoad] = [filing, share, load];
    };
    const { head, tail, runs } = glob;
    if (head !== '')
      consider(this.#counts.rarest(head).share, this.#prefixes.load(head), { where: 'prefix', affix: head });
    if (tail !== '')
      consider(this.#counts.rarest(tail).share, this.#suffixes.load(tail), { where: 'suffix', affix: tail });
    for (let index = 1; index < runs.length - 1; index += 1) {
      const run = runs[index]!;
      if (run === '') continue;
      const { share, at } = this.#counts.rarest(run);
      const gram = this.#infixes.gramAt(run, at);
      consider(share, this.#infixes.load(gram), { where: 'infix', gram });
    }
    return best;
  }
}
