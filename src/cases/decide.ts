import { report, writeRule } from '../enforcement/actions.js';
import { GATHERED_LANE, gatherMail, sendMail } from '../mail/actions.js';
import type { ResponseKind } from '../config/types.js';
import type { MailPayload } from '../store/findings.js';
import type { ActionRecord, NewAction } from '../store/records/actions.js';
import type { CaseRecord, RaidRecord } from '../store/records/cases.js';
import { caseThread, editNotice, notice, raidDigest, type ThreadTopic } from './actions.js';
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

/** A lane of its own for each mail: a desk that refuses holds back nobody else's mail. */
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

/** Longest entity that other moderation bots and the specification's ids know. */
const LONGEST_ENTITY = 255;

/**
 * An account's id that holds `*` or `?` would be a glob, which hits others; the specification knows no escape, so such
 * a rule names the account by its hash (MSC4205).
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

/** Changes that come at once are shown by one edit. */
const EDIT_AFTER_MS = 700;

/** Brings the case's notice up to date. One row a case, however often something changes. */
export function noticeEdit(caseId: number): NewAction {
  const key = `notice_edit:case:${caseId}`;
  return editNotice.create({}, { key, lane: noticeLane(caseId), caseId, inMs: EDIT_AFTER_MS, renew: true });
}

/** A word in the thread of the case's notice. */
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

/** A moment in which more may come, so that the first digest already says how many there are. */
const DIGEST_AFTER_MS = 3_000;
const MINUTE_MS = 60_000;
/** Reports beyond one person's share can wait: their digests come less and less often. */
const MOST_DOUBLINGS = 6;

/** The next word on a raid: at most one a minute. */
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

/** Makes one mail of those that wait to go out together, a little later. */
export function gather(inMs = GATHER_AFTER_MS): NewAction {
  return gatherMail.create({}, { key: 'gather_mail', inMs, renew: true });
}
