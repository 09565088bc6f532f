import { describe, expect, it } from '@jest/globals';
import {
  countReport,
  trustedReportOf,
  trustedReporters,
  type ReportCounts,
  type TrustedReportersSettings,
} from '../../src/protections/kinds/trusted-reporters.js';
import { Records } from '../../src/protections/records.js';

const report = {
  key: 'report:1',
  reporter: '@a:a.test',
  subjectKind: 'user',
  subject: '@bad:b.test',
  roomId: '!room:a.test',
  eventId: '$e',
  at: 1_000,
};

describe('a report that counts', () => {
  it('comes by a way on which the homeserver vouches for who reports, and is about an event of a person', () => {
    for (const source of ['client', 'synapse', 'direct', 'room'] as const)
      expect(trustedReportOf({ ...report, source })).toMatchObject({ reporter: '@a:a.test', event: { eventId: '$e' } });
    for (const source of ['web', 'mail'] as const) expect(trustedReportOf({ ...report, source })).toBeUndefined();
    for (const other of [{ subjectKind: 'room' }, { roomId: undefined }, { eventId: undefined }])
      expect(trustedReportOf({ ...report, source: 'client', ...other } as never)).toBeUndefined();
  });

  it('counts within the window, and no more once its reporter is off the list', () => {
    const settings = (reporters: string[]) =>
      trustedReporters.settings.parse({ reporters, reports: 2, window: '1h' }) as unknown as TrustedReportersSettings;
    const memory = trustedReporters.memory(new Records()) as ReportCounts;
    const count = (reporter: string, now: number, list = ['@a:a.test', '@b:a.test', '@c:a.test']) =>
      countReport(
        {
          key: `${reporter}${now}`,
          reporter,
          subject: '@bad:b.test',
          event: { roomId: '!r:a.test', eventId: `$${now}` },
          at: now,
        },
        memory,
        settings(list),
        now,
      ).length;
    expect(count('@a:a.test', 1_000)).toBe(0);
    expect(count('@b:a.test', 3_700_000)).toBe(0);
    expect(count('@c:a.test', 3_800_000, ['@c:a.test'])).toBe(0);
    expect(count('@a:a.test', 3_900_000)).toBe(1);
    expect(count('@b:a.test', 3_900_001)).toBe(0);
  });
});
