import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { holdDetectionRules, loadRules, RULES_FILES, rulesFolder } from '../../src/config/rules.js';
import { WEIGHT_NAMES } from '../../src/detection/rules.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heimdall-rules-'));
  cpSync(rulesFolder(), folder, { recursive: true });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function change(file: string, from: string | RegExp, to: string): void {
  const text = readFileSync(path.join(folder, file), 'utf8');
  expect(text).toMatch(from);
  writeFileSync(path.join(folder, file), text.replace(from, to));
}

describe('the rules', () => {
  it('that come with Heimdall load, and each weight is explained in its line', () => {
    expect(Object.keys(loadRules().weights).sort()).toEqual([...WEIGHT_NAMES].sort());
    const text = readFileSync(path.join(rulesFolder(), 'detection.yaml'), 'utf8');
    for (const name of WEIGHT_NAMES) expect(text).toMatch(new RegExp(`^  ${name}: +-?[\\d.]+ +# \\S`, 'm'));
  });

  it('hold words for roles in at least twenty languages', () => {
    const text = readFileSync(path.join(rulesFolder(), 'roles.yaml'), 'utf8').split('weak:')[0] ?? '';
    expect(text.match(/^ {2}[a-z]{2}: \[/gm)?.length).toBeGreaterThanOrEqual(20);
  });

  it('name the file and the key that is wrong', () => {
    change('detection.yaml', /likely: 4/, 'likely: 1');
    expect(() => loadRules(folder)).toThrow(/detection\.yaml.*thresholds.*must rise/s);
    change('detection.yaml', /localpart_same: 2/, 'localpart_sam: 2');
    expect(() => loadRules(folder)).toThrow(/unknown key "localpart_sam"/);
    expect(() => loadRules(path.join(folder, 'nowhere'))).toThrow(
      expect.objectContaining({ code: 'HEIMDALL_E_RULES', message: expect.stringContaining('nowhere') }),
    );
    writeFileSync(path.join(folder, 'word.yaml'), 'generic: [me]');
    expect(() => loadRules(folder)).toThrow(/word\.yaml, which is not a file of rules/);
  });

  it('of an admin are laid over those that come with Heimdall: what they do not say stays', () => {
    for (const name of RULES_FILES) rmSync(path.join(folder, name));
    expect(loadRules(folder)).toEqual(loadRules());
    writeFileSync(path.join(folder, 'detection.yaml'), 'weights:\n  room_name: 1.5\n');
    writeFileSync(path.join(folder, 'words.yaml'), 'shared: [valhalla]\n');
    writeFileSync(path.join(folder, 'roles.yaml'), 'weak:\n  nn: [hjelp]\n');
    const [own, packaged] = [loadRules(folder), loadRules()];
    expect(own.weights).toEqual({ ...packaged.weights, room_name: 1.5 });
    expect(own.thresholds).toEqual(packaged.thresholds);
    expect(own.words).toEqual({ ...packaged.words, shared: ['valhalla'] });
    expect(own.roles.strong).toEqual(packaged.roles.strong);
    expect([...own.roles.weak].sort()).toEqual([...packaged.roles.weak, 'hjelp'].sort());
  });

  it('can be read again while the program runs; a broken file keeps the last good ones and says why', () => {
    const held = holdDetectionRules(folder);
    change('detection.yaml', /certain: 7/, 'certain: 9');
    expect(held.reload()).toBeUndefined();
    expect(held.current().thresholds.certain).toBe(9);
    change('detection.yaml', /certain: 9/, 'certain: many');
    expect(held.reload()).toMatchObject({ code: 'HEIMDALL_E_RULES', message: expect.stringContaining('certain') });
    expect(held.current().thresholds.certain).toBe(9);
  });
});
