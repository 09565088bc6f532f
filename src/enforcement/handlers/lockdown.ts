import { canonicalJson } from '../../matrix/canonical-json.js';
import { urlPath } from '../../matrix/url-path.js';
import { MatrixError, type Homeserver } from '../../matrix/types.js';
import type { ActionHandler, ActionOutcome } from '../../actions/types.js';
import { lockdown, lockdownEnd } from '../actions.js';
import type { LockdownEndPayload } from '../payloads.js';
import type { HandlerDeps } from './parts.js';

const JOIN_RULES = 'm.room.join_rules';
const LOCKED = { join_rule: 'invite' };

/** The result of a completed `lockdown`. */
export interface LockdownResult {
  effect: 'locked' | 'held';
  event_id?: string;
  /** the join rules before the lockdown */
  before?: Record<string, unknown>;
}

/** `lockdown`: makes the room invite-only. It can end by itself. */
export function lockdownHandler({ homeserver }: HandlerDeps): ActionHandler {
  return lockdown.handler(async ({ roomId, until }, action, { mayHaveBeenSent }) => {
    const before = (await homeserver.stateContent(roomId, JOIN_RULES)) ?? {};
    if (before.join_rule === 'invite') {
      // an earlier attempt may have succeeded: the previous join rules are in the event that it replaced
      const sent = mayHaveBeenSent ? await ownLockdown(homeserver, roomId) : undefined;
      if (sent === undefined) return { state: 'done', result: { effect: 'held' } satisfies LockdownResult };
      return locked(action.key, { roomId, ...sent }, until);
    }
    const eventId = await homeserver.sendState(roomId, JOIN_RULES, '', LOCKED);
    return locked(action.key, { roomId, before, eventId }, until);
  });
}

function locked(cause: string, end: LockdownEndPayload, until: number | undefined): ActionOutcome {
  const result: LockdownResult = { effect: 'locked', event_id: end.eventId, before: end.before };
  if (until === undefined) return { state: 'done', result };
  // in the same commit, so that a temporary lockdown always has its end. It belongs to no case, whose notice would wait
  // for it
  return {
    state: 'done',
    result,
    follow: [
      lockdownEnd.create(end, { key: `lockdown_end:${cause}`, lane: `lockdown_end:${cause}`, notBefore: until }),
    ],
  };
}

/** `lockdown_end`: restores the previous join rules, unless moderators have set others since. */
export function lockdownEndHandler({ homeserver }: HandlerDeps): ActionHandler {
  return lockdownEnd.handler(async ({ roomId, before, eventId }) => {
    const now = await joinRulesEvent(homeserver, roomId);
    if (now === undefined || canonicalJson(now.content) !== canonicalJson(LOCKED) || now.event_id !== eventId)
      return { state: 'done', result: { effect: 'moot' } };
    const next = Object.keys(before).length === 0 ? LOCKED : before;
    await homeserver.sendState(roomId, JOIN_RULES, '', next);
    return { state: 'done', result: { effect: 'opened' } };
  });
}

interface JoinRulesEvent {
  event_id: string;
  sender: string;
  content: Record<string, unknown>;
  unsigned?: { prev_content?: Record<string, unknown>; replaces_state?: string };
}

/**
 * The join rules with their event. It reads the whole state, because a single state event is returned without its id.
 */
async function joinRulesEvent(homeserver: Homeserver, roomId: string): Promise<JoinRulesEvent | undefined> {
  const state = await homeserver.state(roomId);
  return state.find((event) => event.type === JOIN_RULES && event.state_key === '') as JoinRulesEvent | undefined;
}

async function ownLockdown(
  homeserver: Homeserver,
  roomId: string,
): Promise<{ before: Record<string, unknown>; eventId: string } | undefined> {
  const event = await joinRulesEvent(homeserver, roomId);
  if (event === undefined || event.sender !== homeserver.botUserId) return undefined;
  const replaced = event.unsigned?.replaces_state;
  const before =
    event.unsigned?.prev_content ??
    (replaced === undefined ? undefined : await contentOf(homeserver, roomId, replaced));
  return before === undefined ? undefined : { before, eventId: event.event_id };
}

async function contentOf(
  homeserver: Homeserver,
  roomId: string,
  eventId: string,
): Promise<Record<string, unknown> | undefined> {
  try {
    const event = await homeserver.request<{ content?: Record<string, unknown> } | null>(
      'GET',
      urlPath`/_matrix/client/v3/rooms/${roomId}/event/${eventId}`,
    );
    return event?.content;
  } catch (error) {
    if (error instanceof MatrixError && !error.transient) return undefined;
    throw error;
  }
}
