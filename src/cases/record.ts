import { createHash } from 'node:crypto';
import { looksOf, verdictRank } from '../store/index.js';
import type { ActionRecord, NewAction } from '../store/records/actions.js';
import type { CaseRecord } from '../store/records/cases.js';
import type { NewFinding, RecordedFinding } from '../store/records/findings.js';
import type { LedgerTransaction } from '../store/types.js';
import {
  caseNotice,
  digestOf,
  EFFECTS,
  gather,
  noticeEdit,
  owedByReport,
  owedByVerdict,
  threadOf,
  type ResponseCapabilities,
  type VerdictDecision,
} from './decide.js';
import { isOwed } from './owed.js';
import { isCovered, stateAfter } from './states.js';

/**
 * Up to this many new cases within `ALONE_WITHIN_MS` are announced and mailed one by one; the rest are announced
 * together.
 */
const MOST_ALONE = 60;
const ALONE_WITHIN_MS = 120_000;
const DAY_MS = 24 * 3_600_000;
/** How long the outcomes of a reporter's cases are remembered. */
const OPENINGS_KEPT_MS = 90 * DAY_MS;
/** How many reports of one case appear in its thread; the notice counts the rest. */
const REPORTS_TOLD = 10;

type Audited = Record<string, unknown>;

/** A finding with a verdict, from the live watch or a scan. */
export interface NewSighting {
  finding: NewFinding & { verdict: NonNullable<NewFinding['verdict']> };
  sighting: { displayName?: string | null; avatarUrl?: string | null };
  /** what the audit entry holds besides the verdict when a case opens */
  audited?: Audited;
}

export interface RecordedSighting extends RecordedFinding {
  /** moderators have already decided about this, so no response follows */
  covered: boolean;
  /** it reopened a dismissed case */
  again: boolean;
}

/**
 * Records a verdict in its case, and reopens a dismissed case when the verdict says something that moderators did not
 * know. The responses come from `respond`.
 */
export async function recordSighting(
  tx: LedgerTransaction,
  { finding, sighting, audited = {} }: NewSighting,
  now: number,
): Promise<RecordedSighting> {
  const recorded = await tx.recordFinding(finding);
  const { id, state } = recorded.case;
  const { level, protected: imitated } = finding.verdict;
  const data = { verdict: level, protected: imitated, ...audited };
  const covered = isCovered(recorded.case, level, await tx.noteLooks(id, looksOf(sighting)));
  if (recorded.opened) await tx.audit({ at: now, actor: 'heimdall', what: 'case.opened', caseId: id, data });
  if (covered || state !== 'dismissed' || stateAfter(state, 'verdict') === state)
    return { ...recorded, covered, again: false };
  const opened = await tx.reopenCase(id, now, finding.verdict);
  await tx.audit({ at: now, actor: 'heimdall', what: 'case.reopened', caseId: id, data });
  return { ...recorded, case: opened, covered, again: true };
}

/**
 * The actions that follow from a recorded verdict: its announcement, and those effects of its responses that are still
 * owed. Calling it twice adds nothing.
 */
export async function respond(
  tx: LedgerTransaction,
  recorded: Pick<RecordedSighting, 'case' | 'opened' | 'fresh' | 'previousVerdict' | 'covered' | 'again'>,
  decision: Omit<VerdictDecision, 'record'> & { level: string },
  means: ResponseCapabilities,
  now: number,
): Promise<NewAction[]> {
  const { case: record, covered, opened, fresh, again } = recorded;
  const { responses, level } = decision;
  if (covered || responses.length === 0) return [];
  const past = await tx.effectsOf(record.id, ['notice', ...EFFECTS]);
  const first = record.announcedAt === null;
  const told = await tell(tx, record, past, responses.includes('notify'), means, now);
  const owed = owedByVerdict({ ...decision, record }, past, means, now, told.gathered);
  if (owed.length > 0 && told.gathered && owed.some(({ kind }) => kind === 'mail')) told.actions.push(gather());
  const rose = !opened && !again && verdictRank(level) > verdictRank(recorded.previousVerdict);
  if (owed.some(({ kind }) => kind === 'write_rule') && record.state === 'actioned')
    await tx.setCaseState(record.id, stateAfter('actioned', 'verdict'), now);
  if (!first && responses.includes('notify'))
    told.actions.push(...(await tellMore(tx, record, level, rose, owed, past, now)));
  if (responses.includes('notify') && (fresh || owed.length > 0)) told.actions.push(noticeEdit(record.id));
  return [...told.actions, ...owed];
}

/**
 * Announces a case that has not been announced in its current round: alone, or together with others when there are
 * many.
 */
async function tell(
  tx: LedgerTransaction,
  record: CaseRecord,
  past: readonly ActionRecord[],
  notify: boolean,
  means: ResponseCapabilities,
  now: number,
): Promise<{ actions: NewAction[]; gathered: boolean }> {
  // in a dry run no mail goes out, so there is nothing to gather
  const gathers = means.dryRun !== true;
  if (record.announcedAt !== null) {
    const notices = past.filter(({ kind }) => kind === 'notice');
    const lost = notices.length > 0 && notify && isOwed(notices, { dryRun: false, now });
    return { actions: lost ? [caseNotice(record, past)] : [], gathered: gathers && record.raidId !== null };
  }
  const recent = await tx.announcedBetween(now - ALONE_WITHIN_MS, now, MOST_ALONE);
  await tx.announceCase(record.id, now);
  if (recent < MOST_ALONE) return { actions: notify ? [caseNotice(record, past)] : [], gathered: false };
  const raid = await tx.joinRaid(record.id, 'flood', now, now - ALONE_WITHIN_MS, 'last');
  return { actions: [digestOf(raid, now)], gathered: gathers };
}

/** A message in the thread when a known case gets worse, or when an effect is repeated. */
async function tellMore(
  tx: LedgerTransaction,
  record: CaseRecord,
  level: string,
  rose: boolean,
  owed: readonly NewAction[],
  past: readonly ActionRecord[],
  now: number,
): Promise<NewAction[]> {
  const before = new Set(past.map(({ kind }) => kind));
  const owedAgain = owed.map(({ kind }) => kind).filter((kind) => before.has(kind));
  if (!rose && owedAgain.length === 0) return [];
  if (record.raidId !== null) {
    if (!rose) return [];
    // it has no notice of its own, and so no thread to notify in
    return [digestOf(await tx.joinRaid(record.id, 'flood', now, now - ALONE_WITHIN_MS, 'last'), now)];
  }
  if (rose) return [threadOf(record, { level }, level)];
  return [threadOf(record, { level, owedAgain }, `again:${past.at(-1)?.id ?? 0}`)];
}

/**
 * Records what a protection found, in the case of its subject, and returns the case with the actions that announce it.
 * A new offence reopens a dismissed case: the dismissal did not cover it.
 */
export async function recordOffence(
  tx: LedgerTransaction,
  { finding, audited = {} }: { finding: NewFinding; audited?: Audited },
  means: ResponseCapabilities,
  now: number,
): Promise<{ case: CaseRecord; fresh: boolean; actions: NewAction[] }> {
  const recorded = await tx.recordFinding(finding);
  const { fresh, opened } = recorded;
  if (!fresh) return { case: recorded.case, fresh, actions: [] };
  const dismissed = recorded.case.state === 'dismissed';
  const record = dismissed ? await tx.reopenCase(recorded.case.id, now) : recorded.case;
  if (opened || dismissed)
    await tx.audit({
      at: now,
      actor: 'heimdall',
      what: opened ? 'case.opened' : 'case.reopened',
      caseId: record.id,
      data: audited,
    });
  const past = await tx.effectsOf(record.id, ['notice', ...EFFECTS]);
  const { actions } = await tell(tx, record, past, true, means, now);
  return { case: record, fresh, actions: [...actions, noticeEdit(record.id)] };
}

/** A person's report, ready to be recorded. */
export interface NewReport {
  finding: NewFinding;
  reporter: string;
  audited?: Audited;
}

function reporterHash(reporter: string): string {
  return createHash('sha256').update(reporter).digest('base64url');
}

interface Outcomes {
  decided: number;
  dismissed: number;
}

/** How many of a reporter's cases must have been decided before their record counts. */
const ENOUGH_DECIDED = 5;
const MOSTLY = 0.8;
/** A reporter who is mostly wrong may open a fifth as many cases. */
const SMALLER_SHARE = 5;

/** Whether most of a reporter's cases were dismissed. Moderators see this in the notice; the reporter never does. */
function weighsLess({ decided, dismissed }: Outcomes): boolean {
  return decided >= ENOUGH_DECIDED && dismissed >= decided * MOSTLY;
}

function shareOf(cases: number, outcomes: Outcomes): number {
  return weighsLess(outcomes) ? Math.ceil(cases / SMALLER_SHARE) : cases;
}

/**
 * Records a person's report and returns the actions that follow: moderators are notified, and the abuse desk gets its
 * one mail about reports. A dismissed case reopens, but the dismissed verdict stays dismissed. One person can open a
 * limited number of cases a day; further reports are kept and mentioned in a digest.
 */
export async function recordReport(
  tx: LedgerTransaction,
  { finding, reporter, audited = {} }: NewReport,
  means: ResponseCapabilities,
  limits: { casesPerReporter: number },
  now: number,
): Promise<NewAction[]> {
  const outcomes = await tx.outcomesOf(reporterHash(reporter));
  const weighs = weighsLess(outcomes);
  const recorded = await tx.recordFinding(
    weighs ? { ...finding, data: { ...(finding.data as object), outcomes } } : finding,
  );
  const { id } = recorded.case;
  // The reporter is named in the finding, which can be erased; the audit names nobody.
  if (recorded.opened) await tx.audit({ at: now, actor: 'heimdall', what: 'case.opened', caseId: id, data: audited });
  if (!recorded.fresh) return [];
  const dismissed = recorded.case.state === 'dismissed';
  if (dismissed || recorded.case.announcedAt === null) {
    const who = reporterHash(reporter);
    if ((await tx.openingsSince(who, now - DAY_MS)) >= shareOf(limits.casesPerReporter, outcomes)) {
      const raid = await tx.joinRaid(id, 'reports', now, now - DAY_MS, 'first');
      return [digestOf(raid, now)];
    }
    await tx.noteOpening(who, id, now, now - OPENINGS_KEPT_MS);
  }
  let record = recorded.case;
  if (dismissed) {
    record = await tx.reopenCase(id, now);
    await tx.audit({
      at: now,
      actor: 'heimdall',
      what: 'case.reopened',
      caseId: id,
      data: { report: true, ...audited },
    });
  }
  const past = await tx.effectsOf(id, ['notice', ...EFFECTS]);
  const first = record.announcedAt === null;
  const { actions, gathered } = await tell(tx, record, past, true, means, now);
  const mail = owedByReport(record, finding.key, past, means, now, gathered);
  if (mail.length > 0 && gathered) actions.push(gather());
  if (!first && record.reports <= REPORTS_TOLD)
    actions.push(threadOf(record, { findingKey: finding.key }, finding.key));
  return [...actions, noticeEdit(id), ...mail];
}
