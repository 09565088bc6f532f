import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { holdDetectionRules } from '../../src/config/rules.js';
import { silentLogger } from '../../src/util/logger.js';
import { DetectorHolder } from '../../src/impersonation/detector-holder.js';
import { DetectionRulesReloader } from '../../src/impersonation/rules-reloader.js';

const IMPOSTOR = { userId: '@x:b.test', displayName: 'Asgard (Official Account)' };
const asgard = {
  userId: '@server:asgard.test',
  displayNames: ['Asgard (Official Account)'],
  avatars: [],
  domains: ['asgard.test'],
  rooms: [],
  variants: [],
};

let folder: string;
let told: string[];
let changes: number;
let detector: DetectorHolder;
let watch: DetectionRulesReloader;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heimdall-rules-'));
  told = [];
  changes = 0;
  const held = holdDetectionRules(folder);
  detector = new DetectorHolder([asgard], held.current());
  detector.onChange(() => void changes++);
  watch = new DetectionRulesReloader({
    folder,
    held,
    logger: silentLogger,
    use: (rules) => detector.change({ rules }),
    tell: (what) => Promise.resolve(void told.push('problem' in what ? what.problem.message : 'in force')),
  });
});
afterEach(() => {
  watch.stop();
  rmSync(folder, { recursive: true });
});

const write = (text: string) => writeFileSync(path.join(folder, 'detection.yaml'), text);
/** Looks until the files stood still for one look. */
const settle = async () => {
  await watch.look();
  await watch.look();
};

describe('the watch over the rules', () => {
  it('puts good rules into force at once and says so, once', async () => {
    expect(detector.get().inspect(IMPOSTOR).verdict).toBe('certain');
    await settle();
    expect(told).toEqual([]);
    write('thresholds: {possible: 2, likely: 4, certain: 19}');
    await settle();
    await settle();
    expect(detector.get().inspect(IMPOSTOR).verdict).toBe('likely');
    expect(told).toEqual(['in force']);
    expect(changes).toBe(1);
  });

  it('keeps the last good ones when a file is broken, says why once, and forgets it when it is mended', async () => {
    write('thresholds: {possible: 2, likely: 4, certain: 19}');
    await settle();
    write('thresholds: {possible: 2, likely: 4, certain: many}');
    await settle();
    write('thresholds: {possible: 2, likely: 4, certain: many }');
    await settle();
    expect(told).toEqual(['in force', expect.stringMatching(/detection\.yaml.*thresholds\.certain/)]);
    expect(watch.problem()?.code).toBe('HEIMDALL_E_RULES');
    expect(detector.get().inspect(IMPOSTOR).verdict).toBe('likely');
    write('thresholds: {possible: 2, likely: 4, certain: 19}');
    await settle();
    expect(watch.problem()).toBeUndefined();
    expect(told).toHaveLength(3);
    expect(changes).toBe(1);
    rmSync(path.join(folder, 'detection.yaml'));
    await settle();
    expect(detector.get().inspect(IMPOSTOR).verdict).toBe('certain');
  });

  it('does not read a file that is still being written', async () => {
    await settle();
    write('thresholds: {poss');
    expect(await watch.look()).toBe(false);
    write('thresholds: {possible: 2, likely: 4, certain: 19}');
    expect(await watch.look()).toBe(false);
    expect(await watch.look()).toBe(true);
    expect(told).toEqual(['in force']);
  });
});
