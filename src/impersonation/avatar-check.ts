import type { NewAction } from '../store/records/actions.js';
import { checkAvatarAction } from './actions.js';
import type { ActionHandler } from '../actions/types.js';
import { parseEvent } from '../matrix/events.js';
import { MatrixError, type MatrixEvent } from '../matrix/types.js';
import { type VerdictFinding } from '../store/findings.js';
import type { Avatars } from './avatars.js';
import type { HitRecorder } from './match.js';
import { impersonationTexts } from './texts.js';

/** After three tries the executor would alert the moderators, and a picture is not worth that. */
const TRIES = 3;
const RETRY_MS = 10_000;
/** Longer event contents are not copied here; the finding about the name has them. */
const MOST_EVENT_LETTERS = 2_048;
/** Enough for any real name; the rest is padding. */
const MOST_NAME_LETTERS = 1_000;

/**
 * `check_avatar`: looks at the picture of an account whose name already looks suspicious. The response to the name has
 * been decided by then; this adds a finding when the picture resembles an official one, and never takes anything back.
 */
export function checkAvatar(
  findingKey: string,
  caseId: number,
  { sighting, where, event }: Pick<VerdictFinding, 'sighting' | 'where' | 'event'>,
): NewAction {
  const { displayName } = sighting;
  const payload = {
    // each new picture queues one action, which must stay small however long the name is
    sighting: { ...sighting, ...(displayName == null ? {} : { displayName: displayName.slice(0, MOST_NAME_LETTERS) }) },
    where,
    ...(event !== undefined && JSON.stringify(event).length <= MOST_EVENT_LETTERS ? { event } : {}),
  };
  // not attached to the case: a slow picture must not delay its notice
  return checkAvatarAction.create(payload, { key: `check_avatar:${caseId}:${findingKey}`, caseId: null });
}

export function checkAvatarHandler(avatars: Avatars, pipeline: HitRecorder): ActionHandler {
  return checkAvatarAction.handler(async ({ sighting, where, event }, action) => {
    if (!avatars.wants(sighting.avatarUrl)) return { state: 'done', result: { looked: false } };
    const giveUp = action.attempts + 1 >= TRIES;
    if (avatars.waiting && !giveUp)
      return { state: 'retry', afterMs: RETRY_MS, error: impersonationTexts.officialAvatarsUnread };
    try {
      const avatarLike = await avatars.likenesses(sighting.avatarUrl);
      if (avatarLike.length > 0) {
        const hit = pipeline.hitOf({ sighting: { ...sighting, avatarLike }, where });
        if (hit !== undefined)
          await pipeline.commit([{ eventId: null, hits: [{ ...hit, ...withEvent(event) }], actions: [] }]);
      }
      return { state: 'done', result: { looked: true, like: avatarLike } };
    } catch (error) {
      if (!(error instanceof MatrixError)) throw error;
      // Moderators need not hear of a picture that cannot be fetched: the name has been judged without it.
      if (!error.transient || giveUp) return { state: 'done', result: { looked: false, error: error.errcode } };
      return {
        state: 'retry',
        afterMs: Math.max(error.retryAfterMs ?? 0, RETRY_MS * 6 ** action.attempts),
        error: error.message,
      };
    }
  });
}

function withEvent(raw: unknown): { event?: MatrixEvent } {
  const event = parseEvent(raw);
  return event === undefined ? {} : { event };
}
