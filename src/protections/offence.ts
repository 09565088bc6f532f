import type { ResponseCapabilities } from '../cases/decide.js';
import { recordOffence } from '../cases/record.js';
import { messageContent } from '../matrix/message.js';
import type { MatrixEvent } from '../matrix/types.js';
import { tell } from '../notify/actions.js';
import { offerLine } from '../notify/protection-notice.js';
import type { ProtectionFinding } from '../store/findings.js';
import type { NewAction } from '../store/records/actions.js';
import type { CaseRecord } from '../store/records/cases.js';
import type { LedgerTransaction } from '../store/types.js';
import { actionsOfOffence, redactions, stepOf } from './ladder.js';
import type { CommonSettings } from './settings.js';
import type { AnyProtection, Finding, PersonFacts } from './types.js';
import { PROTECTION_TEXTS as texts } from './texts.js';

/** Maximum bytes of an event stored as evidence. */
const EVIDENCE_BYTES = 8_000;

/** A finding with what is needed to record it. */
export interface Offence {
  protection: AnyProtection;
  settings: CommonSettings;
  finding: Finding;
  event: MatrixEvent;
  person: PersonFacts;
  /** when it was found, ms since the epoch */
  at: number;
}

/** Input for deciding the response to an offence. */
export interface OffenceMeans {
  means: () => ResponseCapabilities;
  mayRedact: (roomId: string) => boolean;
  count?: (protection: string) => void;
}

/** Records an offence in its case; returns the resulting actions. */
export async function recordOffenceOf(
  tx: LedgerTransaction,
  offence: Offence,
  { means: meansOf, mayRedact, count }: OffenceMeans,
): Promise<NewAction[]> {
  const { finding, settings, event, protection, at } = offence;
  const since = at - settings.memory;
  const { name } = protection;
  if (finding.continues === true) {
    const standing = await tx.standingOffences({ protection: name, subject: finding.subject.id }, since);
    if (standing.count === 0 || !stepOf(settings.response, standing.count).includes('redact')) return [];
    const actions = redactions(
      { finding, eventId: event.event_id, protection: name, now: at },
      finding.subject.id,
      finding.why,
    );
    return actions.map((action) => ({ ...action, caseId: standing.caseId }));
  }
  count?.(name);
  const key = `protection:${name}:${event.event_id}`;
  const data: ProtectionFinding = { ...evidenceOf(offence), offence: 1, response: [] };
  const newFinding = {
    subjectKind: finding.subject.kind,
    subject: finding.subject.id,
    key,
    kind: 'protection',
    roomId: event.room_id,
    eventId: event.event_id,
    seenAt: at,
    data,
  };
  // the finding contains the offence's number, so the case must be known first
  const standing = await tx.standingOffences({ protection: name, subject: finding.subject.id }, since);
  data.offence = standing.count + 1;
  data.response = finding.offer === 'unban' ? ['notify'] : stepOf(settings.response, data.offence);
  const means = meansOf();
  const recorded = await recordOffence(tx, { finding: newFinding, audited: { protection: name } }, means, at);
  if (!recorded.fresh) return [];
  const { id: caseId } = recorded.case;
  if (finding.offer !== undefined) recorded.actions.push(...offerOf(finding, event, recorded));
  if (finding.members !== undefined && data.offence === 1)
    recorded.actions.push(...campaignTold(finding, event, recorded));
  if (finding.offer === 'unban') return recorded.actions;
  await tx.noteOffence({ protection: name, subject: finding.subject.id, caseId, at }, since);
  const asked = actionsOfOffence(
    {
      protection: name,
      finding,
      settings,
      eventId: event.event_id,
      roomId: event.room_id,
      caseId,
      offence: data.offence,
      now: at,
    },
    { ...means, mayRedact: mayRedact(event.room_id) },
  );
  return [...recorded.actions, ...asked];
}

/** A campaign notifies moderators even if its room has a case already, unless the case's notice is pending. */
function campaignTold(
  { subject, why }: Finding,
  { event_id: eventId }: MatrixEvent,
  { case: { id }, actions }: { case: CaseRecord; actions: readonly NewAction[] },
): NewAction[] {
  if (actions.some(({ kind }) => kind !== 'notice_edit')) return [];
  const content = messageContent([{ line: [{ code: subject.id }, `: ${why}.`] }, { line: texts.toBanCampaign(id) }]);
  return [tell.create({ content }, { key: `protection:campaign:${eventId}` })];
}

/** The offer as a message, unless the case's notice, which contains it, or a digest is pending. */
function offerOf(
  { offer, subject, why }: Finding,
  { event_id: eventId }: MatrixEvent,
  { case: { id }, actions }: { case: CaseRecord; actions: readonly NewAction[] },
): NewAction[] {
  if (offer === undefined || actions.some(({ kind }) => kind !== 'notice_edit')) return [];
  const content = messageContent([{ line: [{ code: subject.id }, `: ${why}.`] }, { line: offerLine(offer, id) }]);
  return [tell.create({ content }, { key: `protection:offer:${eventId}` })];
}

function evidenceOf({ protection, finding, event, person }: Offence): Omit<ProtectionFinding, 'offence' | 'response'> {
  return {
    protection: protection.name,
    why: finding.why,
    harm: protection.harm,
    detail: { ...finding.detail },
    roomId: event.room_id,
    eventId: event.event_id,
    ...(finding.subject.id === person.userId ? { hereForMs: person.hereForMs ?? null } : {}),
    ...(finding.offer === undefined ? {} : { offer: finding.offer }),
    ...(finding.members === undefined ? {} : { members: [...finding.members] }),
    event: evidence(event),
  };
}

/** The original event, so that a case shows it after its redaction; truncated if very large. */
function evidence(event: MatrixEvent): Record<string, unknown> {
  const rest: Record<string, unknown> = { ...event };
  delete rest.unsigned;
  const text = JSON.stringify(rest);
  if (text.length <= EVIDENCE_BYTES) return rest;
  return {
    type: event.type,
    sender: event.sender,
    event_id: event.event_id,
    room_id: event.room_id,
    origin_server_ts: event.origin_server_ts,
    cut: JSON.stringify(event.content).slice(0, EVIDENCE_BYTES),
  };
}
