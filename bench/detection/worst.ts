/**
 * Names made to take long: each as display name of an account, against a hundred protected identities. The median of 31
 * looks counts, and how many times longer twice the name takes (32 KiB against 64 KiB). No rival, a promise about
 * ourselves.
 */
import { loadRules } from '../../src/config/rules.js';
import { createDetector, type Detector } from '../../src/detection/index.js';
import type { Row } from '../row.js';
import { hundred } from './corpora.js';

const FULL = 65_536;
const LOOKS = 31;

/** Each makes a name of about this many UTF-16 units. */
export const HOSTILE: Readonly<Record<string, (units: number) => string>> = {
  'one letter': (units) => 'a'.repeat(units),
  'bars only': (units) => '|'.repeat(units),
  '256 marks a letter': (units) =>
    [...'matrix.org (official account)']
      .map((letter) => letter + '\u0301\u0335'.repeat(128))
      .join('')
      .repeat(Math.ceil(units / 7453))
      .slice(0, units),
  'a thousand tokens': (units) => 'anna berta clara dora '.repeat(Math.ceil(units / 22)).slice(0, units),
  'role words': (units) => 'official support admin team '.repeat(Math.ceil(units / 28)).slice(0, units),
  'the protected name again and again': (units) => 'Matrix.org '.repeat(Math.ceil(units / 11)).slice(0, units),
  'the protected id again and again': (units) => '@server:matrix.org '.repeat(Math.ceil(units / 19)).slice(0, units),
  'nearly the protected name': (units) => 'matirx discrod steamcomunity '.repeat(Math.ceil(units / 29)).slice(0, units),
  'names drawn together': (units) => 'rnatrix vvallet clisclord '.repeat(Math.ceil(units / 26)).slice(0, units),
  'right-to-left overrides': (units) => '\u202exirtam\u202c\u202e'.repeat(Math.ceil(units / 9)).slice(0, units),
  'nested overrides': (units) => `${'\u202e'.repeat(units / 2)}${'a'.repeat(units / 2)}`,
  'invisible characters': (units) => `m${'\u200b'.repeat(units - 6)}atrix`,
  'regional indicators': (units) => '🇲🇦🇹🇷🇮🇽 '.repeat(Math.ceil(units / 25)).slice(0, units),
  'upside-down letters': (units) => 'ɐɯǝɥɔs '.repeat(Math.ceil(units / 7)).slice(0, units),
  escapes: (units) => '%D0%B0'.repeat(Math.ceil(units / 6)).slice(0, units),
  'symbols for letters': (units) => 'm@tr!x+$'.repeat(Math.ceil(units / 8)).slice(0, units),
  ideographs: (units) => '公式官方客服'.repeat(Math.ceil(units / 6)).slice(0, units),
  'a letter of each script': (units) => 'aбγدהあ漢한ก'.repeat(Math.ceil(units / 9)).slice(0, units),
};

export async function run(): Promise<Row[]> {
  const detector = createDetector(hundred(), loadRules());
  const row = { rival: '–', theirs: '–', ratio: '–' };
  const figures = Object.entries(HOSTILE).map(([name, make]) => {
    const [half, full] = [median(detector, make(FULL / 2)), median(detector, make(FULL))];
    return { name, full, growth: full / half };
  });
  const steepest = figures.reduce((a, b) => (b.growth > a.growth ? b : a));
  return Promise.resolve([
    ...figures.map(({ name, full }): Row => ({
      ...row,
      work: `worst cases, 64 KiB of ${name}, ms`,
      ours: full,
      target: '< 1 ms',
    })),
    {
      ...row,
      work: `worst cases, twice the name (${steepest.name}), times longer`,
      ours: steepest.growth,
      target: '<= 2',
    },
  ]);
}

/** Milliseconds a look. */
function median(detector: Detector, displayName: string): number {
  const sighting = { userId: '@u8472:evil.test', displayName };
  for (let round = 0; round < LOOKS; round++) detector.inspect(sighting);
  const times = Array.from({ length: LOOKS }, () => {
    const began = performance.now();
    detector.inspect(sighting);
    return performance.now() - began;
  });
  return times.sort((a, b) => a - b)[Math.floor(LOOKS / 2)]!;
}
