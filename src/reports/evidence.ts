import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import { lanesBy } from '../actions/lanes.js';
import type { ActionHandler } from '../actions/types.js';
import { visible } from '../detection/index.js';
import type { HitRecorder } from '../impersonation/match.js';
import type { SeenIdentity } from '../impersonation/sightings.js';
import type { Block, Inline } from '../matrix/message.js';
import type { HomeserverReader } from '../matrix/types.js';
import { urlPath } from '../matrix/url-path.js';
import { sendInThread, type NoticeOptions } from '../notify/handlers.js';
import { reportFindingSchema, type ReportedProfile, type ReportFinding } from '../store/findings.js';
import type { NewAction } from '../store/records/actions.js';
import type { Clock } from '../util/clock.js';
import { profileOf, type IncomingReport } from './report.js';
import { TOLD } from './texts.js';

/**
 * What happens to a report besides opening its case: the detector checks the reported account, and the reported message
 * is shown to the moderators, because it may be redacted a minute later.
 */

const lookLane = lanesBy('look_at_reported', 4);
/** An account is checked at most once in this time, however many people report it. */
const LOOK_APART_MS = 10 * 60_000;
/** The profile of an account elsewhere comes over federation, from a server that may not answer. */
const PROFILE_TIMEOUT_MS = 10_000;
const MOST_TRIES = 3;

const profileSchema = z.object({ displayName: z.string().nullable(), avatarUrl: z.string().nullable() });

/** The detector's check of a reported account. It affects nobody by itself. */
export const lookAtReported = defineAction({
  kind: 'look_at_reported',
  payload: z.object({
    userId: z.string(),
    roomId: z.string().optional(),
    eventId: z.string().optional(),
    at: z.number(),
    profile: profileSchema.optional(),
  }),
  hasSideEffects: false,
  lane: ({ userId }) => lookLane(userId),
  maxConcurrent: 4,
  failuresToldElsewhere: true,
});

/** Requests a check of the reported account; nothing for rooms, servers and files. */
export function looksOf(report: IncomingReport): NewAction[] {
  if (report.subjectKind !== 'user') return [];
  const { subject: userId, roomId, eventId, profile, at } = report;
  const turn = Math.floor(at / LOOK_APART_MS);
  const name = profile === undefined ? '' : `:${JSON.stringify(profile)}`;
  return [
    lookAtReported.create(
      { userId, roomId, eventId, profile, at },
      { key: `look_at_reported:${userId}:${turn}${name}` },
    ),
  ];
}

/** `look_at_reported`: under its name in that room and under its global name. */
export function lookAtReportedHandler(
  homeserver: Pick<HomeserverReader, 'request'>,
  recorder: HitRecorder,
  clock: Clock,
): ActionHandler {
  return lookAtReported.handler(async ({ userId, roomId, eventId, profile: inRoom }, action) => {
    let everywhere: ReportedProfile | undefined;
    try {
      everywhere = await readProfile(homeserver, userId);
    } catch (error) {
      if (action.attempts + 1 < MOST_TRIES) throw error;
    }
    const where = { source: 'report' as const, at: clock() };
    const seen: SeenIdentity[] = [
      ...(inRoom === undefined ? [] : [{ sighting: { userId, ...inRoom }, where: { ...where, roomId, eventId } }]),
      // also without any name, since the id itself may be a look-alike
      { sighting: { userId, ...everywhere }, where: { ...where, roomId, eventId } },
    ];
    const hits = seen.flatMap((identity) => recorder.hitOf(identity) ?? []);
    if (hits.length > 0) await recorder.commit([{ eventId: null, hits, actions: [] }]);
    return { state: 'done', result: { seen: hits.length } };
  });
}

/** An account's profile; undefined when the homeserver knows none. */
async function readProfile(
  homeserver: Pick<HomeserverReader, 'request'>,
  userId: string,
): Promise<ReportedProfile | undefined> {
  try {
    const answer = await homeserver.request('GET', urlPath`/_matrix/client/v3/profile/${userId}`, {
      timeoutMs: PROFILE_TIMEOUT_MS,
    });
    return typeof answer === 'object' && answer !== null ? profileOf(answer) : undefined;
  } catch (error) {
    if ((error as { transient?: unknown }).transient === true) throw error;
    return undefined;
  }
}

const subjectKindSchema = z.enum(['user', 'room', 'server', 'event', 'media']);

/**
 * Shows the reported message in the case's thread. The text stays in the finding, where it can be erased; the action
 * only refers to it.
 */
export const showEvidence = defineAction({
  kind: 'notice_evidence',
  payload: z.object({ subjectKind: subjectKindSchema, subject: z.string(), findingKey: z.string() }),
  hasSideEffects: false,
  lane: ({ findingKey }) => `notice_evidence:${findingKey}`,
  maxConcurrent: 4,
  failuresToldElsewhere: true,
});

/** `notice_evidence` */
export function showEvidenceHandler(options: Omit<NoticeOptions, 'identities'>): ActionHandler {
  return showEvidence.handler(async ({ subjectKind, subject, findingKey }, action, attempt) => {
    const record = await options.ledger.caseOfSubject(subjectKind, subject);
    const finding = record && (await options.ledger.findingByKey(record.id, findingKey));
    const report = reportFindingSchema.safeParse(finding?.data);
    const blocks = report.success ? evidenceBlocks(report.data) : undefined;
    if (blocks === undefined) return { state: 'done' };
    return sendInThread(options, record, { action, attempt }, blocks);
  });
}

const TEXT_SHOWN = 1_500;
const CONTEXT_SHOWN = 200;

/** The reported message for the case's thread; undefined when the report is not about an event. */
export function evidenceBlocks(report: Pick<ReportFinding, 'event' | 'context'>): Block[] | undefined {
  const { event } = report;
  if (event === undefined) return undefined;
  const lines: Inline[][] = (report.context ?? []).flatMap((around) => {
    const text = textOf(around);
    return text === undefined ? [] : [[`${senderOf(around)}: ${visible(text, CONTEXT_SHOWN)}`]];
  });
  return [
    { line: [TOLD.reported, reported(event)] },
    ...(lines.length === 0 ? [] : [{ line: [TOLD.around] }, { list: lines }]),
  ];
}

function reported(event: Record<string, unknown>): Inline {
  const text = textOf(event);
  const type = typeof event.type === 'string' ? event.type : TOLD.anEvent;
  if (event.type === 'm.room.encrypted') return TOLD.encrypted;
  return text === undefined ? TOLD.withoutText(visible(type, 100)) : { code: visible(text, TEXT_SHOWN) };
}

function textOf(event: Record<string, unknown>): string | undefined {
  const { content } = event;
  if (typeof content !== 'object' || content === null) return undefined;
  const { body, displayname } = content as { body?: unknown; displayname?: unknown };
  const text = event.type === 'm.room.member' ? displayname : body;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

function senderOf(event: Record<string, unknown>): string {
  return typeof event.sender === 'string' ? visible(event.sender, 255) : TOLD.somebody;
}
