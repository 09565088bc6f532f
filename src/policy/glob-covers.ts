import { isGlob, type Glob } from './glob.js';

/**
 * Longer patterns, and pairs that need more bookkeeping than this, count as not covering, so nothing is pruned, which
 * is safe.
 */
const LONGEST = 4096;
const MOST_SETS = 64;
const MOST_SETS_ONCE = 1024;
/** Steps for one pair when the caller sets no limit: some milliseconds. */
const MOST_STEPS = 20_000;

/**
 * The remaining budget, counted in small steps rather than time, so that the result is deterministic. A list can be
 * built so that comparing its globs would take minutes; the answer is then "no" once the budget is used up.
 */
export class WorkLimit {
  constructor(private left: number) {}

  /** A limit for one pair, at most what is left here. */
  forOnePair(): WorkLimit {
    return new WorkLimit(Math.min(MOST_STEPS, Math.max(0, this.left)));
  }

  /** Deducts what a pair used. */
  charge(pair: WorkLimit, given: number): void {
    this.left -= given - Math.max(0, pair.left);
  }

  get remaining(): number {
    return Math.max(0, this.left);
  }

  /** Deducts that many steps. @returns false when too few are left */
  take(steps: number): boolean {
    this.left -= steps;
    return this.left >= 0;
  }

  get usedUp(): boolean {
    return this.left <= 0;
  }
}

/** The wider glob as bits: bit p means "the first p symbols of the pattern have been consumed". */
interface Automaton {
  stars: bigint;
  /** symbols that read any code point: `?` */
  anyone: bigint;
  literals: Map<string, bigint>;
  end: bigint;
}

/**
 * Whether `wide` matches everything that `narrow` matches.
 *
 * `wide` is run over `narrow` as a text. A `?` in `narrow` is read as a letter that occurs in no pattern, the hardest
 * case for `wide`; a `*` as any number of such letters. Each number gives a set of states, and only the minimal sets
 * are kept, because whatever a set accepts its supersets accept too. All sets must accept at the end.
 */
export function globCovers(wide: Glob, narrow: Glob, limit = new WorkLimit(MOST_STEPS)): boolean {
  if (wide.canonical === narrow.canonical) return true;
  if (!isGlob(narrow.canonical)) return wide.test(narrow.canonical);
  if (!isGlob(wide.canonical)) return false;
  if (wide.canonical.length > LONGEST || narrow.canonical.length > LONGEST) return false;
  if (!narrow.head.startsWith(wide.head) || !narrow.tail.endsWith(wide.tail)) return false;
  // the usual shapes: `*.evil.test`, `spam*`, `a*b`
  if (wide.canonical.length === wide.head.length + 1 + wide.tail.length && wide.canonical[wide.head.length] === '*')
    return true;
  // an unknown letter is in no run, so each run must occur in a run of the other
  if (!wide.runs.every((run) => narrow.canonical.includes(run))) return false;
  const automaton = automatonOf(wide.canonical);
  // bits are stored in words
  const cost = 1 + (wide.canonical.length >> 6);
  let sets = [closure(automaton, 1n)];
  for (const symbol of narrow.canonical) {
    const next =
      symbol === '*'
        ? sets.flatMap((set) => afterAnyRun(automaton, set))
        : sets.map((set) => step(automaton, set, symbol));
    // finding which sets contain others compares all pairs
    if (next.length > MOST_SETS_ONCE || !limit.take((next.length + ((next.length * next.length) >> 4)) * cost))
      return false;
    sets = smallest(next);
    if (sets.length > MOST_SETS || sets.includes(0n)) return false;
  }
  return sets.every((set) => (set & automaton.end) !== 0n);
}

function automatonOf(pattern: string): Automaton {
  const automaton: Automaton = { stars: 0n, anyone: 0n, literals: new Map(), end: 0n };
  let bit = 1n;
  for (const symbol of pattern) {
    if (symbol === '*') automaton.stars |= bit;
    else if (symbol === '?') automaton.anyone |= bit;
    else automaton.literals.set(symbol, (automaton.literals.get(symbol) ?? 0n) | bit);
    bit <<= 1n;
  }
  automaton.end = bit;
  return automaton;
}

/** A star may match nothing; a canonical glob has no adjacent stars, so one step is enough. */
function closure(automaton: Automaton, set: bigint): bigint {
  return set | ((set & automaton.stars) << 1n);
}

function step(automaton: Automaton, set: bigint, symbol: string): bigint {
  const readers = symbol === '?' ? automaton.anyone : automaton.anyone | (automaton.literals.get(symbol) ?? 0n);
  return closure(automaton, (set & automaton.stars) | ((set & readers) << 1n));
}

/**
 * The sets after zero, one, two, … unknown letters, until they repeat; one more than the limit signals that there are
 * too many.
 */
function afterAnyRun(automaton: Automaton, start: bigint): bigint[] {
  const seen = new Set<bigint>();
  for (let set = start; !seen.has(set) && seen.size <= MOST_SETS_ONCE; set = step(automaton, set, '?')) {
    seen.add(set);
    if (set === 0n) break;
  }
  return [...seen];
}

/** The minimal sets. */
function smallest(sets: readonly bigint[]): bigint[] {
  const distinct = [...new Set(sets)];
  return distinct.filter((set) => !distinct.some((other) => other !== set && (other & set) === other));
}
