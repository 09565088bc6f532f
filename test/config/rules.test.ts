import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { holdRules, loadRules, rulesFolder } from '../../src/config/rules.js';
import { WEIGHT_NAMES } from '../../src/detection/rules.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heimdall-rules-'));
  cpSync(rulesFolder(), folder, { recursive: true });
});
afterEach(() => { rmSync(folder, { recursive: true }); });

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
    expect(() => loadRules(folder)).toThrow(/localpart_same/);
    rmSync(path.join(folder, 'words.yaml'));
    expect(() => loadRules(folder)).toThrow(expect.objectContaining({ code: 'HEIMDALL_E_RULES' }));
  });

  it('can be read again while the program runs; a broken file keeps the last good ones and says why', () => {
    const held = holdRules(folder);
    change('detection.yaml', /certain: 7/, 'certain: 9');
    expect(held.reload()).toBeUndefined();
    expect(held.current().thresholds.certain).toBe(9);
    change('detection.yaml', /certain: 9/, 'certain: many');
    expect(held.reload()).toMatchObject({ code: 'HEIMDALL_E_RULES', message: expect.stringContaining('certain') });
    expect(held.current().thresholds.certain).toBe(9);
  });
});
