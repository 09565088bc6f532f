import { report, writeRule } from '../enforcement/actions.js';
import { sendMail } from '../mail/actions.js';
import { editNotice, notice } from './actions.js';
import type { ResponseKind } from '../config/types.js';
import type { NewAction, RecordedFinding } from '../store/types.js';
import type { MailPayload } from '../store/findings.js';

/** What a case's actions may count on. */
export interface ResponseCapabilities {
  /** false when no abuse desk is configured */
  mail: boolean;
  /** room id of our own list; a dry run may have none */
  policyList: string;
}

/** A verdict's finding as it was recorded, with what the responses ask for. */
export interface VerdictDecision {
  recorded: RecordedFinding;
  findingKey: string;
  responses: readonly ResponseKind[];
  /** where it was seen, so that the report can name the event */
  roomId?: string;
  eventId?: string;
  /** one sentence for the report and the rule */
  reason: string;
}

/**
 * What a verdict asks for, as actions. Pure.
 *
 * Every key is made of the case and the kind of effect: however often a subject is seen, in however many rooms, there
 * is one notice, one report, one mail and one rule; and a verdict that grows from `possible` to `certain` adds just
 * what was not asked for before. A dismissed case asks for nothing: people have decided.
 */
export function actionsOfVerdict(decision: VerdictDecision, means: ResponseCapabilities): NewAction[] {
  const { recorded, responses } = decision;
  const { id, subject, state } = recorded.case;
  if (!recorded.fresh || state === 'dismissed') return [];
  const actions: NewAction[] = [];
  if (responses.includes('notify')) actions.push(...noticesOf(id, decision.findingKey));
  if (responses.includes('ban')) {
    actions.push(
      writeRule.create(
        {
          listRoomId: means.policyList,
          kind: 'user',
          entity: subject,
          recommendation: 'm.ban',
          reason: decision.reason,
        },
        { key: `rule:case:${id}`, caseId: id },
      ),
    );
  }
  if (responses.includes('report')) {
    actions.push(
      report.create(
        { userId: subject, roomId: decision.roomId, eventId: decision.eventId, reason: decision.reason },
        { key: `report:case:${id}`, caseId: id },
      ),
    );
    if (means.mail) actions.push(mailOf(id, { about: 'verdict', findingKey: decision.findingKey }));
  }
  return actions;
}

/**
 * What a verdict on a room asks for: the moderators are told, the abuse desk is written to. Never more, whatever the
 * responses hold: a room has many people in it who did nothing, and to act against a room is for people. Pure.
 */
export function actionsOfRoomVerdict(
  { recorded, findingKey, responses }: Pick<VerdictDecision, 'recorded' | 'findingKey' | 'responses'>,
  means: ResponseCapabilities,
): NewAction[] {
  if (!recorded.fresh || recorded.case.state === 'dismissed') return [];
  const { id } = recorded.case;
  const actions = responses.includes('notify') ? noticesOf(id, findingKey) : [];
  if (responses.includes('report') && means.mail) actions.push(mailOf(id, { about: 'verdict', findingKey }));
  return actions;
}

/** What a person's report asks for: the moderators are told, the abuse desk gets its one mail. Pure. */
export function actionsOfReport(
  recorded: RecordedFinding,
  findingKey: string,
  means: ResponseCapabilities,
): NewAction[] {
  if (!recorded.fresh || recorded.case.state === 'dismissed') return [];
  const { id } = recorded.case;
  const actions = noticesOf(id, findingKey);
  if (means.mail) actions.push(mailOf(id, { about: 'report', findingKey }));
  return actions;
}

/** The head notice, once in a case's life, and an edit of it when what was decided now has ended. */
export function noticesOf(caseId: number, cause: string): NewAction[] {
  return [
    notice.create({}, { key: `notice:case:${caseId}`, lane: noticeLane(caseId), caseId }),
    noticeEdit(caseId, cause),
  ];
}

/**
 * Brings the case's notice up to date once the case's due actions have ended. `cause` is what changed, so that one
 * cause edits once.
 */
export function noticeEdit(caseId: number, cause: string): NewAction {
  return editNotice.create({}, { key: `notice_edit:case:${caseId}:${cause}`, lane: noticeLane(caseId), caseId });
}

function noticeLane(caseId: number): string {
  return `notice:${caseId}`;
}

/** A lane of its own for each mail: a desk that refuses holds back nobody else's mail. */
function mailOf(caseId: number, payload: MailPayload): NewAction {
  return sendMail.create(payload, { key: `mail:case:${caseId}`, lane: `mail:${caseId}`, caseId });
}
