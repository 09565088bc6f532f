import type { ResponseKind } from '../config/types.js';
import type { MailPayload } from '../store/findings.js';
import type { ActionRecord, CaseRecord, NewAction, RaidRecord } from '../store/types.js';
import { isOwed } from './owed.js';

/** What a case's actions may count on. */
export interface ResponseCapabilities {
  /** false when no abuse desk is configured */
  mail: boolean;
  /** room id of our own list; a dry run may have none */
  policyList: string;
  /** nothing is sent: what is simulated once is not simulated again */
  dryRun?: boolean;
  /** whether a rule of ours that bans this very account is in force; absent: nobody knows, what was written stands */
  ruleStands?: (userId: string) => boolean;
}

/** A verdict, with what the responses ask for. */
export interface VerdictDecision {
  record: Pick<CaseRecord, 'id' | 'round' | 'subject' | 'subjectKind'>;
  findingKey: string;
  responses: readonly ResponseKind[];
  /** where it was seen, so that the report can name the event */
  roomId?: string;
  eventId?: string;
  /** one sentence for the report and the rule */
  reason: string;
}

/** Kinds of actions by which a case's responses act; what became of them says what is owed. */
export const EFFECTS = ['write_rule', 'report', 'mail'] as const;

/** The lane of mails that go out together with others. */
export const GATHERED_LANE = 'mail:gathered';
/** What is gathered waits for whoever gathers it, not for a time. */
const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * The effects that a verdict asks for and that are owed. Pure.
 *
 * However often a subject is seen, in however many rooms, there is one report, one mail and one rule; a verdict that
 * grows adds just what was not asked for before; and what did not come about, or was undone, is asked for again. Keys
 * name the case, its life, and the attempt before: two sightings that ask at the same moment ask for the same thing.
 * Against a room nothing but a mail is ever asked for: many people are in it who did nothing.
 *
 * @param past the case's effects in its present life, oldest first
 * @param gathered the mail goes out together with those of other cases
 */
export function owedByVerdict(
  decision: VerdictDecision,
  past: readonly ActionRecord[],
  means: ResponseCapabilities,
  now: number,
  gathered = false,
): NewAction[] {
  const { record, responses, reason, roomId, eventId, findingKey } = decision;
  const { id, subject } = record;
  const isUser = record.subjectKind === 'user';
  const actions: NewAction[] = [];
  const add = (
    kind: (typeof EFFECTS)[number],
    attempts: readonly ActionRecord[],
    stands: boolean | undefined,
    action: Pick<NewAction, 'lane' | 'payload' | 'notBefore'>,
  ): void => {
    if (!isOwed(attempts, { stands, dryRun: means.dryRun === true, now })) return;
    actions.push({ caseId: id, kind, key: keyOf(kind, record, attempts), ...action });
  };
  if (isUser && responses.includes('ban')) {
    const rules = past.filter(({ kind }) => kind === 'write_rule');
    add('write_rule', rules, means.ruleStands?.(subject), {
      lane: 'policy_list',
      payload: {
        listRoomId: means.policyList,
        kind: 'user',
        entity: subject,
        recommendation: 'm.ban',
        reason,
        ...literal(subject),
      },
    });
  }
  if (isUser && responses.includes('report')) {
    const reports = past.filter(({ kind }) => kind === 'report');
    add('report', reports, undefined, {
      lane: `report:${subject}`,
      payload: { userId: subject, roomId, eventId, reason },
    });
  }
  if (means.mail && responses.includes('report')) {
    const mails = mailsAbout(past, 'verdict');
    add('mail', mails, undefined, mailOf(record, { about: 'verdict', findingKey }, gathered));
  }
  return actions;
}

/** The mail that a person's report asks for, if it is owed. Pure. */
export function owedByReport(
  record: VerdictDecision['record'],
  findingKey: string,
  past: readonly ActionRecord[],
  means: ResponseCapabilities,
  now: number,
  gathered = false,
): NewAction[] {
  const mails = mailsAbout(past, 'report');
  if (!means.mail || !isOwed(mails, { dryRun: means.dryRun === true, now })) return [];
  const action = mailOf(record, { about: 'report', findingKey }, gathered);
  return [{ caseId: record.id, kind: 'mail', key: keyOf('mail:report', record, mails), ...action }];
}

function mailsAbout(past: readonly ActionRecord[], about: MailPayload['about']): ActionRecord[] {
  return past.filter(
    ({ kind, payload }) => kind === 'mail' && (payload as { about?: unknown } | null)?.about === about,
  );
}

function keyOf(what: string, { id, round }: VerdictDecision['record'], attempts: readonly ActionRecord[]): string {
  return `${what}:case:${id}:${round}:${attempts.at(-1)?.id ?? 0}`;
}

/** A lane of its own for each mail: a desk that refuses holds back nobody else's mail. */
function mailOf(
  { id, subject, subjectKind }: VerdictDecision['record'],
  payload: MailPayload,
  gathered: boolean,
): Pick<NewAction, 'lane' | 'payload' | 'notBefore'> {
  const about = { ...payload, subject, subjectKind };
  return gathered
    ? { lane: GATHERED_LANE, payload: about, notBefore: NEVER }
    : { lane: `mail:${id}:${payload.about}`, payload: about };
}

/** Longest entity that other moderation bots and the specification's ids know. */
const LONGEST_ENTITY = 255;

/**
 * An account's id that holds `*` or `?` would be a glob, which hits others; the specification knows no escape, so such
 * a rule names the account by its hash (MSC4205).
 */
function literal(entity: string): { hashed?: true } {
  return /[*?]/.test(entity) || entity.length > LONGEST_ENTITY ? { hashed: true } : {};
}

/** The case's root message: its one head notice, or, when it opened again, one more that says so. */
export function caseNotice(record: Pick<CaseRecord, 'id' | 'round'>, past: readonly ActionRecord[]): NewAction {
  const notices = past.filter(({ kind }) => kind === 'notice');
  const first = record.round === 1 && notices.length === 0;
  return {
    caseId: record.id,
    kind: 'notice',
    lane: noticeLane(record.id),
    key: first ? `notice:case:${record.id}` : keyOf('notice', { ...record, subject: '', subjectKind: 'user' }, notices),
    payload: { again: record.round > 1 },
  };
}

/** Changes that come at once are shown by one edit. */
const EDIT_AFTER_MS = 700;

/** Brings the case's notice up to date. One row a case, however often something changes. */
export function noticeEdit(caseId: number): NewAction {
  return {
    caseId,
    kind: 'notice_edit',
    lane: noticeLane(caseId),
    key: `notice_edit:case:${caseId}`,
    payload: {},
    inMs: EDIT_AFTER_MS,
    renew: true,
  };
}

/** What is said in the thread of a case's notice. */
export type ThreadTopic =
  /** the verdict has risen: moderators are rung */
  | { level: string }
  /** what had come to nothing, or was undone, is done again, since the subject was seen again */
  | { level: string; owedAgain: string[] }
  /** one more person has reported it */
  | { findingKey: string };

export function caseThread(
  { id, round }: Pick<CaseRecord, 'id' | 'round'>,
  topic: ThreadTopic,
  cause: string,
): NewAction {
  return {
    caseId: id,
    kind: 'case_thread',
    lane: noticeLane(id),
    key: `case_thread:${id}:${round}:${cause}`,
    payload: topic,
  };
}

function noticeLane(caseId: number): string {
  return `notice:${caseId}`;
}

/** A moment in which more may come, so that the first digest already says how many there are. */
const DIGEST_AFTER_MS = 3_000;
const MINUTE_MS = 60_000;
/** Reports beyond one person's share can wait: their digests come less and less often. */
const MOST_DOUBLINGS = 6;

/** The next word on a raid: at most one a minute. */
export function raidDigest({ id, kind, digests, toldAt }: RaidRecord, now: number): NewAction {
  const gap = kind === 'flood' ? MINUTE_MS : MINUTE_MS * 2 ** Math.min(Math.max(digests - 1, 0), MOST_DOUBLINGS);
  return {
    kind: 'raid_digest',
    lane: `raid:${id}`,
    key: `raid_digest:${id}:${digests + 1}`,
    payload: { raidId: id },
    notBefore: Math.max(now + DIGEST_AFTER_MS, (toldAt ?? 0) + (toldAt === null ? 0 : gap)),
  };
}

const GATHER_AFTER_MS = 10_000;

/** Makes one mail of those that wait to go out together. */
export function gatherMail(inMs = GATHER_AFTER_MS): NewAction {
  return { kind: 'gather_mail', lane: 'gather_mail', key: 'gather_mail', payload: {}, inMs, renew: true };
}
