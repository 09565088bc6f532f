import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hostileDoors, type HostileDoors } from '../support/hostile-doors.js';

describe('requests that mean harm', () => {
  let folder: string;
  let doors: HostileDoors;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'heimdall-hostile-'));
    doors = await hostileDoors(folder);
  });
  afterEach(async () => {
    await doors.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('leave no trace, are never answered with a fault of ours, and hold up nobody honest', async () => {
    const before = await doors.traces();
    const { reports, mails } = await doors.storm({ reports: 600, mails: 120, seed: 7 });
    expect(Object.keys(reports).filter((status) => Number(status) >= 500 || status === '200')).toEqual([]);
    expect(Object.keys(mails).filter((code) => !code.startsWith('5'))).toEqual([]);
    expect(await doors.traces()).toEqual(before);
    expect(doors.errors).toEqual([]);
    expect(await doors.honestReport()).toBe(200);
    expect(await doors.honestAnswer()).toBe(250);
    expect(await doors.traces()).not.toEqual(before);
  }, 120_000);
});
