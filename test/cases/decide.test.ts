import { describe, expect, it } from '@jest/globals';
import { actionsOfReport, actionsOfVerdict } from '../../src/cases/decide.js';
import type { CaseRecord, RecordedFinding } from '../../src/store/types.js';

const means = { mail: true, policyList: '!list' };
function recorded(over: Partial<CaseRecord> = {}, more: Partial<RecordedFinding> = {}): RecordedFinding {
  const record: CaseRecord = {
    id: 7,
    subjectKind: 'user',
    subject: '@x:b.test',
    state: 'open',
    verdict: 'certain',
    score: 9,
    protected: '@server:a.test',
    openedAt: 1,
    updatedAt: 1,
    closedAt: null,
    noticeEventId: null,
    sightings: 0,
    reports: 0,
    round: 1,
    dismissedVerdict: null,
    announcedAt: null,
    raidId: null,
    againEventId: null,
    ...over,
  };
  return { case: record, opened: true, fresh: true, previousVerdict: null, ...more };
}
const kinds = (actions: { kind: string }[]) => actions.map(({ kind }) => kind).sort();

describe('what a verdict asks for', () => {
  it('is just what the responses hold', () => {
    const of = (responses: ('notify' | 'report' | 'ban')[]) =>
      kinds(actionsOfVerdict({ recorded: recorded(), findingKey: 'k', responses, reason: 'r' }, means));
    expect(of([])).toEqual([]);
    expect(of(['notify'])).toEqual(['notice', 'notice_edit']);
    expect(of(['report'])).toEqual(['mail', 'report']);
    expect(of(['ban'])).toEqual(['write_rule']);
  });

  it('has the same keys wherever the subject is seen, so that it is done once', () => {
    const keys = (findingKey: string, roomId: string) =>
      actionsOfVerdict(
        { recorded: recorded(), findingKey, responses: ['report', 'ban'], roomId, reason: 'r' },
        means,
      ).map(({ key }) => key);
    expect(keys('k1', '!one')).toEqual(keys('k2', '!two'));
  });

  it('is nothing when people dismissed the case, or when the finding is known', () => {
    const all = { findingKey: 'k', responses: ['notify', 'report', 'ban'] as const, reason: 'r' };
    expect(actionsOfVerdict({ ...all, recorded: recorded({ state: 'dismissed' }) }, means)).toEqual([]);
    expect(actionsOfVerdict({ ...all, recorded: recorded({}, { fresh: false }) }, means)).toEqual([]);
  });

  it('asks for no mail where no abuse desk is configured', () => {
    expect(
      kinds(
        actionsOfVerdict(
          { recorded: recorded(), findingKey: 'k', responses: ['report'], reason: 'r' },
          { ...means, mail: false },
        ),
      ),
    ).toEqual(['report']);
  });
});

describe('what a report asks for', () => {
  it('is a notice and one mail a case, and never a ban', () => {
    const first = actionsOfReport(recorded(), 'r1', means);
    const second = actionsOfReport(recorded({}, { opened: false }), 'r2', means);
    expect(kinds(first)).toEqual(['mail', 'notice', 'notice_edit']);
    expect(second.find(({ kind }) => kind === 'mail')?.key).toBe(first.find(({ kind }) => kind === 'mail')?.key);
  });
});
