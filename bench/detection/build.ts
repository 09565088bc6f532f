/**
 * What it takes to be ready for 10,000 protected identities: the time from the identities to the first verdict (the
 * index is finished at the first question), and what is then held in memory beyond the identities and rules themselves.
 * In a process of its own; no rival, a promise about ourselves.
 */
import { fileURLToPath } from 'node:url';
import { loadRules } from '../../src/config/rules.js';
import { createDetector } from '../../src/detection/index.js';
import { inChild } from '../child.js';
import type { Row } from '../row.js';
import { protectedIdentities } from './stream.js';

const FILE = fileURLToPath(import.meta.url);
const SIZE = 10_000;

export async function run(): Promise<Row[]> {
  const { seconds, megabytes } = await inChild<{ seconds: number; megabytes: number }>(FILE, 'build');
  const row = { rival: '–', theirs: '–', ratio: '–' };
  return [
    { ...row, work: 'index of 10,000 identities, seconds to the first verdict', ours: seconds, target: '< 2 s' },
    { ...row, work: 'index of 10,000 identities, MB', ours: megabytes, target: '< 100 MB' },
  ];
}

function held(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
}

if (process.argv[1] === FILE) {
  const identities = protectedIdentities(SIZE);
  const rules = loadRules();
  const before = held();
  const began = performance.now();
  const detector = createDetector(identities, rules);
  detector.inspect({ userId: '@anna:elsewhere.test', displayName: 'Anna' });
  const seconds = (performance.now() - began) / 1000;
  const megabytes = held() - before;
  // still in use, so that it is not collected before it is weighed
  detector.inspect({ userId: '@bob:elsewhere.test' });
  process.send?.({ seconds, megabytes });
}
