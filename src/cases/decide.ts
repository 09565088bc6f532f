import { report, writeRule } from '../enforcement/actions.js';
import { GATHERED_LANE, gatherMail, sendMail } from '../mail/actions.js';
import type { ResponseKind } from '../config/types.js';
import type { MailPayload } from '../store/findings.js';
import type { ActionRecord, NewAction } from '../store/records/actions.js';
import type { CaseRecord, RaidRecord } from '../store/records/cases.js';
import { caseThread, editNotice, notice, raidDigest, type ThreadTopic } from './actions.js';
import { isOwed } from './owed.js';

/** What is available to carry out a case's responses. */
export interface ResponseCapabilities {
  /** false when no abuse desk is configured */
  mail: boolean;
  /** room id of our own list; a dry run may have none */
  policyList: string;
  /** nothing is sent, and what has been simulated once is not simulated again */
  dryRun?: boolean;
  /**
   * whether a rule of ours that bans exactly this account is in force; absent: unknown, so a written rule is assumed to
   * stand
   */
  ruleStands?: (userId: string) => boolean;
}

/** A verdict and the responses configured for it. */
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

/** Kinds of actions by which a case's responses act; their outcomes decide what is still owed. */
export const EFFECTS = ['write_rule', 'report', 'mail'] as const;

/** A gathered mail waits for the mail that gathers it, not for a time. */
const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * The effects that a verdict calls for and that have not been carried out yet. Pure.
 *
 * However often a subject is seen, in however many rooms, there is one report, one mail and one rule; a higher verdict
 * adds only what is new, and effects that failed or were undone are requested again. Keys name the case, its round and
 * the previous attempt, so two simultaneous sightings produce the same action. A room only ever gets a mail: most of
 * its members have done nothing.
 *
 * @param past the case's effects in its current round, oldest first
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
  const dryRun = means.dryRun === true;
  if (isUser && responses.includes('ban')) {
    const rules = past.filter(({ kind }) => kind === 'write_rule');
    if (isOwed(rules, { stands: means.ruleStands?.(subject), dryRun, now }))
      actions.push(
        writeRule.create(
          {
            listRoomId: means.policyList,
            kind: 'user',
            entity: subject,
            recommendation: 'm.ban',
            reason,
            ...literal(subject),
          },
          { key: keyOf('rule', record, rules), caseId: id },
        ),
      );
  }
  if (isUser && responses.includes('report')) {
    const reports = past.filter(({ kind }) => kind === 'report');
    if (isOwed(reports, { dryRun, now }))
      actions.push(
        report.create(
          { userId: subject, roomId, eventId, reason },
          { key: keyOf('report', record, reports), caseId: id },
        ),
      );
  }
  if (means.mail && responses.includes('report')) {
    const mails = mailsAbout(past, 'verdict');
    if (isOwed(mails, { dryRun, now })) actions.push(mailOf(record, { about: 'verdict', findingKey }, mails, gathered));
  }
  return actions;
}

/** The mail that a person's report calls for, unless it was sent already. Pure. */
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
  return [mailOf(record, { about: 'report', findingKey }, mails, gathered)];
}

function mailsAbout(past: readonly ActionRecord[], about: MailPayload['about']): ActionRecord[] {
  return past.filter(
    ({ kind, payload }) => kind === 'mail' && (payload as { about?: unknown } | null)?.about === about,
  );
}

function keyOf(
  what: string,
  { id, round }: Pick<CaseRecord, 'id' | 'round'>,
  attempts: readonly ActionRecord[],
): string {
  return `${what}:case:${id}:${round}:${attempts.at(-1)?.id ?? 0}`;
}

/** A lane of its own for each mail: a desk that refuses does not delay mail to others. */
function mailOf(
  record: VerdictDecision['record'],
  payload: MailPayload,
  attempts: readonly ActionRecord[],
  gathered: boolean,
): NewAction {
  const { id, subject, subjectKind } = record;
  return sendMail.create(
    { ...payload, subject, subjectKind },
    {
      key: keyOf(`mail:${payload.about}`, record, attempts),
      caseId: id,
      ...(gathered ? { lane: GATHERED_LANE, notBefore: NEVER } : { lane: `mail:${id}:${payload.about}` }),
    },
  );
}

/** The longest entity that other moderation bots, and the specification's identifiers, allow. */
const LONGEST_ENTITY = 255;

/**
 * A user id that contains `*` or `?` would be read as a glob and match other accounts. The specification has no escape
 * for it, so the rule names the account by its hash (MSC4205).
 */
export function literal(entity: string): { hashed?: true } {
  return /[*?]/.test(entity) || entity.length > LONGEST_ENTITY ? { hashed: true } : {};
}

/** The case's root message: its one head notice, or, when it opened again, one more that says so. */
export function caseNotice(record: Pick<CaseRecord, 'id' | 'round'>, past: readonly ActionRecord[]): NewAction {
  const { id, round } = record;
  const notices = past.filter(({ kind }) => kind === 'notice');
  const first = round === 1 && notices.length === 0;
  return notice.create(
    {},
    { key: first ? `notice:case:${id}` : keyOf('notice', record, notices), lane: noticeLane(id), caseId: id },
  );
}

/** Changes that come together are shown in one edit. */
const EDIT_AFTER_MS = 700;

/** Brings the case's notice up to date. One row per case, however often it changes. */
export function noticeEdit(caseId: number): NewAction {
  const key = `notice_edit:case:${caseId}`;
  return editNotice.create({}, { key, lane: noticeLane(caseId), caseId, inMs: EDIT_AFTER_MS, renew: true });
}

/** A message in the thread of the case's notice. */
export function threadOf(
  { id, round }: Pick<CaseRecord, 'id' | 'round'>,
  topic: ThreadTopic,
  cause: string,
): NewAction {
  return caseThread.create(topic, {
    key: `case_thread:${id}:${round}:${cause}`,
    lane: noticeLane(id),
    caseId: id,
  });
}

function noticeLane(caseId: number): string {
  return `notice:${caseId}`;
}

/** A short wait for more cases, so that the first digest can already say how many there are. */
const DIGEST_AFTER_MS = 3_000;
const MINUTE_MS = 60_000;
/** Reports beyond one person's share can wait, so their digests come at growing intervals. */
const MOST_DOUBLINGS = 6;

/** The next digest of a raid: at most one a minute. */
export function digestOf({ id, kind, digests, toldAt }: RaidRecord, now: number): NewAction {
  const gap = kind === 'flood' ? MINUTE_MS : MINUTE_MS * 2 ** Math.min(Math.max(digests - 1, 0), MOST_DOUBLINGS);
  return raidDigest.create(
    { raidId: id },
    {
      key: `raid_digest:${id}:${digests + 1}`,
      notBefore: Math.max(now + DIGEST_AFTER_MS, toldAt === null ? 0 : toldAt + gap),
    },
  );
}

const GATHER_AFTER_MS = 10_000;

/** Combines the mails that are waiting into one, a little later. */
export function gather(inMs = GATHER_AFTER_MS): NewAction {
  return gatherMail.create({}, { key: 'gather_mail', inMs, renew: true });
}
