/** Counting and printing for the evaluation: shares flagged at each level, with 95 % intervals. */
import { loadRules } from '../../src/config/rules.js';
import {
  createDetector,
  type Detector,
  type ProtectedIdentity,
  type Sighting,
  type VerdictLevel,
} from '../../src/detection/index.js';

export const LEVELS: readonly VerdictLevel[] = ['none', 'possible', 'likely', 'certain'];
export const rules = loadRules();
/** print names that were missed */
const verbose = process.argv.includes('--misses');

/** Wilson's 95 % interval for a share. */
export function interval(hits: number, of: number): [number, number] {
  if (of === 0) return [0, 1];
  const z = 1.96;
  const share = hits / of;
  const middle = (share + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of))) / (1 + (z * z) / of);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

const said: string[] = [];

/** Prints a line and keeps it for the page that `--write` makes. */
export function say(line: string): void {
  console.log(line);
  said.push(line);
}

/** Everything that was printed. */
export function saidSoFar(): string {
  return said
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
}

export class Tally {
  readonly counts = [0, 0, 0, 0];
  readonly misses: string[] = [];
  add(detector: Detector, sighting: Sighting, wanted: VerdictLevel): void {
    const level = this.count(detector.inspect(sighting).verdict);
    if (level < LEVELS.indexOf(wanted) && this.misses.length < 6)
      this.misses.push(JSON.stringify([sighting.userId, sighting.displayName]));
  }
  /** Counts a verdict; says how high it is. */
  count(verdict: VerdictLevel): number {
    const level = verdict === 'official' ? 3 : LEVELS.indexOf(verdict);
    for (let at = 0; at <= level; at++) this.counts[at]!++;
    return level;
  }
  row(name: string): string {
    const of = this.counts[0]!;
    const cells = [1, 2, 3].map((level) => {
      const [low, high] = interval(this.counts[level]!, of);
      // rare things to the hundredth of a per cent
      const digits = this.counts[level]! * 100 < of ? 2 : 1;
      return `${((100 * this.counts[level]!) / Math.max(1, of)).toFixed(digits).padStart(6)} [${(100 * low).toFixed(digits)}–${(100 * high).toFixed(digits)}]`.padEnd(
        22,
      );
    });
    return `${name.padEnd(44)}${String(of).padStart(7)}  ${cells.join('')}`;
  }
}

export function heading(title: string): void {
  say(
    `\n${title}\n${' '.repeat(44)}${'n'.padStart(7)}  ${['possible %', 'likely %', 'certain %'].map((word) => word.padEnd(22)).join('')}`,
  );
}

export function print(name: string, tally: Tally): void {
  say(tally.row(name));
  if (verbose) for (const miss of tally.misses) console.log(`      missed ${miss}`);
}

const detectors = new Map<ProtectedIdentity, Detector>();
/** The detector that protects this identity alone. */
export function detectorOf(identity: ProtectedIdentity): Detector {
  return detectors.get(identity) ?? detectors.set(identity, createDetector([identity], rules)).get(identity)!;
}
