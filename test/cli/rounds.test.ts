import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { fail, ok, warn, type CheckResult } from '../../src/cli/doctor/result.js';
import { isForRoom, isToMend } from '../../src/cli/doctor/rounds.js';
import { DoctorRounds, type Doctor } from '../../src/cli/rounds.js';
import type { Config } from '../../src/config/types.js';

const CONFIG = { management_room: '#mods:a.test' } as Config;
const disk = (mb: number) => warn('disk space', `Only ${mb} MB free.`, 'Make room.');

describe('the rounds of the doctor', () => {
  let often: CheckResult[];
  let seldom: CheckResult[];
  let inside: object | undefined;
  const told: [string, Record<string, unknown>][] = [];
  const taken: { key: string; forRoom: boolean }[][] = [];
  const looked = { often: 0, seldom: 0 };
  const doctor: Doctor = {
    lookOften: () => {
      looked.often += 1;
      return Promise.resolve(often);
    },
    lookSeldom: () => {
      looked.seldom += 1;
      return Promise.resolve(seldom);
    },
    isToMend,
    isForRoom,
  };
  const logger = {
    warn: (fields: Record<string, unknown>, words: string) => told.push([words, fields]),
    info: (fields: Record<string, unknown>, words: string) => told.push([words, fields]),
  };
  const rounds = () =>
    new DoctorRounds({
      config: CONFIG,
      file: 'config.yaml',
      instance: {
        inside: () => inside as never,
        takeFindings: (all) => {
          taken.push([...all]);
          return Promise.resolve();
        },
      },
      logger: logger as never,
      doctor: () => Promise.resolve(doctor),
    });

  beforeEach(() => {
    [often, seldom, inside] = [[ok('homeserver', 'answers')], [], {}];
    [told.length, taken.length, looked.often, looked.seldom] = [0, 0, 0, 0];
  });

  it('log each thing once with its remedy, and its mend', async () => {
    const all = rounds();
    seldom = [disk(100)];
    await all.round();
    expect(told).toEqual([
      ['the doctor found something to mend', { check: 'disk space', found: 'Only 100 MB free.', remedy: 'Make room.' }],
    ]);
    seldom = [disk(99)];
    often = [fail('admin rights', 'The homeserver refuses homeserver.admin_token.', 'Write another.')];
    await all.round();
    expect(told.slice(1).map(([, fields]) => fields.check)).toEqual(['admin rights']);
    expect(taken.at(-1)?.map(({ forRoom }) => forRoom)).toEqual([true, true]);
    expect(looked).toEqual({ often: 2, seldom: 1 });
    often = [];
    await all.round();
    expect(told.at(-1)).toEqual(['mended', expect.objectContaining({ check: 'admin rights' })]);
    expect(taken.at(-1)).toHaveLength(1);
  });

  it('look at nothing while this process stands by, and outlive a check that throws', async () => {
    inside = undefined;
    const all = rounds();
    await all.round();
    expect(looked).toEqual({ often: 0, seldom: 0 });
    inside = {};
    jest.spyOn(doctor, 'lookOften').mockRejectedValueOnce(new Error('boom'));
    await all.round();
    expect(told).toEqual([['the doctor could not look', { error: 'boom' }]]);
    await all.round();
    expect(looked).toEqual({ often: 1, seldom: 1 });
  });

  it('pass over what nobody can mend', async () => {
    often = [
      warn('hs_token', 'The homeserver does not support pings.', 'Nothing to do; newer homeservers support them.'),
    ];
    await rounds().round();
    expect(told).toEqual([]);
  });

  it('leave to others in the room what others tell there', () => {
    expect(isForRoom(warn('management room', 'Nobody but the bot is in it.', 'x'), CONFIG)).toBe(false);
    expect(
      isForRoom(
        warn(
          'management room',
          'Anybody can join #mods:a.test, so only members who may change its settings can command.',
          'x',
        ),
        CONFIG,
      ),
    ).toBe(true);
    expect(isForRoom(warn('admin rights', 'no', 'x'), CONFIG)).toBe(false);
    expect(isForRoom(fail('mail', 'refused', 'x'), CONFIG)).toBe(true);
    expect(isForRoom(fail('as_token', 'x', 'x'), CONFIG)).toBe(false);
  });
});
