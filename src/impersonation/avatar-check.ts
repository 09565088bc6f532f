import type { NewAction } from '../store/records/actions.js';
import { checkAvatarAction } from './actions.js';
import type { ActionHandler } from '../actions/types.js';
import { parseEvent } from '../matrix/events.js';
import { MatrixError, type MatrixEvent } from '../matrix/types.js';
import { type VerdictFinding } from '../store/findings.js';
import type { Avatars } from './avatars.js';
import type { HitRecorder } from './match.js';
import { impersonationTexts } from './texts.js';

/** After three the executor would tell the moderators of trouble, and a picture is not worth that. */
const TRIES = 3;
const RETRY_MS = 10_000;
/** An event of more letters is not carried along; the finding by name has it. */
const MOST_EVENT_LETTERS = 2_048;
/** Enough for what a name says; more is padding. */
const MOST_NAME_LETTERS = 1_000;

/**
 * `check_avatar`: the picture of somebody whose name already raised a question. What the name asked for stands by
 * then; this adds a finding when the picture is like an official one, and never takes anything back.
 */
export function checkAvatar(
  findingKey: string,
  caseId: number,
  { sighting, where, event }: Pick<VerdictFinding, 'sighting' | 'where' | 'event'>,
): NewAction {
  const { displayName } = sighting;
  const payload = {
    // a look for each new picture must stay small, whatever the account calls itself
    sighting: { ...sighting, ...(displayName == null ? {} : { displayName: displayName.slice(0, MOST_NAME_LETTERS) }) },
    where,
    ...(event !== undefined && JSON.stringify(event).length <= MOST_EVENT_LETTERS ? { event } : {}),
  };
  // of no case: a slow picture must not keep the case's notice waiting
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
      // A picture that cannot be had is no trouble for moderators: the name has said what it says.
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
