import { z } from 'zod';
import { isUserId } from '../matrix/identifiers.js';
import { urlPath } from '../matrix/url-path.js';
import { MatrixError, type HomeserverReader } from '../matrix/types.js';
import { clientEvent, contextEvents, profileInMember, type Report } from './report.js';
import type { ListedReport, ReportSourceList } from './report-list.js';
import { parseResponse } from '../matrix/responses.js';

/** Synapse's admin API for reports (docs/admin_api/event_reports.md, user_reports.md; the latter since 1.152). */
type Asker = Pick<HomeserverReader, 'request'>;

const LISTED = { id: z.int().nonnegative(), received_ts: z.number(), user_id: z.string() };
/** `reason` is whatever the client sent: any JSON value, or nothing */
const reason = z.string().nullish().catch(null);

const eventEntry = z.object({
  ...LISTED,
  room_id: z.string(),
  event_id: z.string(),
  reason,
  sender: z.string().nullish(),
});
const userEntry = z.object({ ...LISTED, target_user_id: z.string(), reason });
const eventDetail = z.object({ event_json: z.record(z.string(), z.unknown()).nullish() });

/** Reports about events. Synapse keeps them whether the sender is local or remote. */
export function synapseEventReports(homeserver: Asker): ReportSourceList {
  return listOf(homeserver, 'event_reports', eventEntry, (entry) => complaintAboutEvent(homeserver, entry));
}

/** Reports about local users; Synapse keeps none about remote ones. */
export function synapseUserReports(homeserver: Asker): ReportSourceList {
  return listOf(homeserver, 'user_reports', userEntry, (entry) =>
    Promise.resolve(
      isUserId(entry.target_user_id)
        ? { ...commonOf(entry), subjectKind: 'user', subject: entry.target_user_id }
        : undefined,
    ),
  );
}

interface CommonEntry {
  id: number;
  received_ts: number;
  user_id: string;
  reason?: string | null;
}

function commonOf({
  user_id,
  reason: words,
  received_ts,
}: CommonEntry): Pick<Report, 'reporter' | 'reason' | 'source' | 'at'> {
  return { reporter: user_id, reason: words ?? '', source: 'synapse', at: received_ts };
}

function listOf<T extends CommonEntry>(
  homeserver: Asker,
  name: 'event_reports' | 'user_reports',
  schema: z.ZodType<T>,
  complaint: (entry: T) => Promise<Report | undefined>,
): ReportSourceList {
  const answer = z.object({ [name]: z.array(z.unknown()) });
  return {
    name,
    async page(from, limit) {
      const parsed = parseResponse(
        answer,
        await homeserver.request('GET', `/_synapse/admin/v1/${name}`, {
          query: { dir: 'b', from, limit },
          admin: true,
        }),
      );
      const rows = parsed[name] ?? [];
      return { size: rows.length, reports: rows.flatMap((row) => listed(schema.safeParse(row), complaint)) };
    },
  };
}

/** Malformed rows are skipped: one odd report must not block the others. */
function listed<T extends CommonEntry>(
  row: { success: true; data: T } | { success: false },
  complaint: (entry: T) => Promise<Report | undefined>,
): ListedReport[] {
  if (!row.success) return [];
  const entry = row.data;
  return [{ id: entry.id, receivedAt: entry.received_ts, reporter: entry.user_id, complaint: () => complaint(entry) }];
}

async function complaintAboutEvent(homeserver: Asker, entry: z.infer<typeof eventEntry>): Promise<Report> {
  const [event, context] = await Promise.all([eventOf(homeserver, entry), contextOf(homeserver, entry)]);
  const sender = entry.sender ?? event?.sender;
  const subject =
    typeof sender === 'string' && isUserId(sender)
      ? ({ subjectKind: 'user', subject: sender } as const)
      : ({ subjectKind: 'room', subject: entry.room_id } as const);
  return { ...commonOf(entry), ...subject, roomId: entry.room_id, eventId: entry.event_id, event, ...context };
}

const contextAnswer = z.object({
  events_before: z.array(z.unknown()).default([]),
  events_after: z.array(z.unknown()).default([]),
  state: z.array(z.unknown()).default([]),
});

/** Its context and its sender's profile in the room. A failure is ignored. */
async function contextOf(
  homeserver: Asker,
  { room_id, event_id, sender }: z.infer<typeof eventEntry>,
): Promise<Pick<Report, 'context' | 'profile'>> {
  try {
    const path = urlPath`/_synapse/admin/v1/rooms/${room_id}/context/${event_id}`;
    const { events_before, events_after, state } = contextAnswer.parse(
      await homeserver.request('GET', path, { query: { limit: 6 }, admin: true, timeoutMs: 5_000 }),
    );
    const context = contextEvents([...events_before.slice(0, 3).reverse(), ...events_after.slice(0, 3)]);
    const profile = state.map((event) => profileInMember(event, sender ?? '')).find((found) => found !== undefined);
    return { ...(context.length === 0 ? {} : { context }), ...(profile === undefined ? {} : { profile }) };
  } catch {
    return {};
  }
}

/** The event itself is only in the single report. A missing event is ignored; a missing response is not. */
async function eventOf(
  homeserver: Asker,
  { id, room_id, event_id }: z.infer<typeof eventEntry>,
): Promise<Record<string, unknown> | undefined> {
  try {
    const detail = eventDetail.safeParse(
      await homeserver.request('GET', urlPath`/_synapse/admin/v1/event_reports/${String(id)}`, { admin: true }),
    );
    const raw = detail.success ? detail.data.event_json : undefined;
    return raw ? clientEvent({ ...raw, event_id, room_id }) : undefined;
  } catch (error) {
    if (error instanceof MatrixError && error.transient) throw error;
    return undefined;
  }
}
