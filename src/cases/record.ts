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

/** So many new cases ring and mail one by one, within so long; the others are told of together. */
export const MOST_ALONE = 60;
export const ALONE_WITHIN_MS = 120_000;
const DAY_MS = 24 * 3_600_000;
/** What became of somebody's reports is remembered so long. */
const OPENINGS_KEPT_MS = 90 * DAY_MS;
/** Reports of a case that are told in its thread; the notice counts the rest. */
const REPORTS_TOLD = 10;

type Audited = Record<string, unknown>;

/** A finding with a verdict, as the watch or a scan came to it. */
export interface NewSighting {
  finding: NewFinding & { verdict: NonNullable<NewFinding['verdict']> };
  sighting: { displayName?: string | null; avatarUrl?: string | null };
  /** what the audit says beside the verdict when it opens a case */
  audited?: Audited;
}

export interface RecordedSighting extends RecordedFinding {
  /** people have decided about this already: nothing is asked for */
  covered: boolean;
  /** it has opened a dismissed case again */
  again: boolean;
}

/**
 * Records a verdict in its case, and opens a dismissed case again when it says something that people did not know.
 * Asks for nothing: that is `respond`.
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
 * What a recorded verdict asks for: it is told of, and the effects that its responses hold and that are owed. To ask
 * twice asks for nothing more.
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

/** Tells of a case that has not been told of in its present life: by itself, or with others when there are many. */
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

/** A word in the thread when a known case gets worse, or when something is done again. */
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
    // it has no notice of its own whose thread could ring
    return [digestOf(await tx.joinRaid(record.id, 'flood', now, now - ALONE_WITHIN_MS, 'last'), now)];
  }
  if (rose) return [threadOf(record, { level }, level)];
  return [threadOf(record, { level, owedAgain }, `again:${past.at(-1)?.id ?? 0}`)];
}

/**
 * Records what a protection found, in the case of its subject, and returns the case with what tells of it. Somebody who
 * offends again after a dismissal opens the case again: what they did now was not dismissed.
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

/** A person's report, as it is recorded. */
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

/** So many cases of one reporter must have ended before anything is said of them. */
const ENOUGH_DECIDED = 5;
const MOSTLY = 0.8;
/** Who is mostly wrong opens a fifth of the cases. */
const SMALLER_SHARE = 5;

/** Whether most of what somebody reported was dismissed. Moderators read it in the notice; the reporter never does. */
export function weighsLess({ decided, dismissed }: Outcomes): boolean {
  return decided >= ENOUGH_DECIDED && dismissed >= decided * MOSTLY;
}

function shareOf(cases: number, outcomes: Outcomes): number {
  return weighsLess(outcomes) ? Math.ceil(cases / SMALLER_SHARE) : cases;
}

/**
 * Records a person's report and returns what it asks for: moderators are told, the abuse desk gets its one mail about
 * reports. A dismissed case opens again, though the verdict that was dismissed stays so. One person opens a limited
 * number of cases a day; what goes beyond is kept and told of in a digest.
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
  // The reporter stands in the finding, which can be erased; the audit names nobody.
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
