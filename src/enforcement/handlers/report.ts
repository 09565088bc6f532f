import type { ActionRecord, NewAction } from '../../store/records/actions.js';
import { report, reportEvent } from '../actions.js';
import { MatrixError } from '../../matrix/types.js';
import { type ReportEventPayload, type ReportPayload } from '../payloads.js';
import type { ActionHandler } from '../../actions/types.js';
import type { HandlerDeps } from './parts.js';

/**
 * `report`: reports a user to the homeserver's admins by the client API. An event is reported by a separate action, so
 * that a failure there does not report the user twice.
 */
export function reportHandler({ homeserver }: HandlerDeps): ActionHandler {
  return report.handler(async (payload, action) => {
    const user = await answerOf(() => homeserver.reportUser(payload.userId, payload.reason));
    return { state: 'done', result: { user }, follow: eventReport(action, payload) };
  });
}

/**
 * `report_event`: reports one event. The bot is often not in that room; the server's refusal is then part of the
 * result.
 */
export function reportEventHandler({ homeserver }: HandlerDeps): ActionHandler {
  return reportEvent.handler(async ({ roomId, eventId, reason }) => {
    return {
      state: 'done',
      result: { event: await answerOf(() => homeserver.reportEvent(roomId, eventId, reason)) },
    };
  });
}

function eventReport(action: ActionRecord, { userId, roomId, eventId, reason }: ReportPayload): NewAction[] {
  if (roomId === undefined || eventId === undefined) return [];
  const payload: ReportEventPayload = { userId, roomId, eventId, reason };
  return [reportEvent.create(payload, { key: `${action.key}:event`, lane: action.lane, caseId: action.caseId })];
}

/** `reported`, or the code of a permanent refusal: an unknown user, a room that we are not in, no such endpoint. */
async function answerOf(report: () => Promise<void>): Promise<string> {
  try {
    await report();
    return 'reported';
  } catch (error) {
    if (error instanceof MatrixError && (error.status === 403 || error.status === 404)) return error.errcode;
    throw error;
  }
}
