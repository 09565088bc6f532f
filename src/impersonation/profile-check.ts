import type { ActionHandler } from '../actions/types.js';
import { urlPath } from '../matrix/url-path.js';
import { parseEvent } from '../matrix/events.js';
import { MatrixError, type HomeserverReader, type MatrixEvent } from '../matrix/types.js';
import type { NewAction } from '../store/records/actions.js';
import { checkProfileAction } from './actions.js';
import type { HitRecorder, Match } from './match.js';

/** Longer event contents are not copied into the action. */
const MOST_EVENT_LETTERS = 8_192;

/**
 * Whether a local account's name has to be looked up before it has consequences. With `make_join` another server drafts
 * the join event, and where the account has no display name our homeserver may keep the one in the draft.
 */
export function mayBeOthersWord({ seen, verdict }: Match, ourServer: string): boolean {
  const { userId, displayName } = seen.sighting;
  return (
    verdict.verdict === 'certain' &&
    seen.where.source === 'member' &&
    displayName != null &&
    userId.endsWith(`:${ourServer}`)
  );
}

/** Has the account's own profile looked up; the case is opened afterwards. */
export function checkProfile({ seen: { sighting, where } }: Match, event: MatrixEvent): NewAction {
  const { userId, displayName, avatarUrl } = sighting;
  const carried = JSON.stringify(event).length <= MOST_EVENT_LETTERS ? { event: { ...event } } : {};
  const payload = { sighting: { userId, displayName, avatarUrl }, where, ...carried };
  return checkProfileAction.create(payload, { key: `check_profile:${event.event_id}` });
}

export function checkProfileHandler(homeserver: HomeserverReader, pipeline: HitRecorder): ActionHandler {
  return checkProfileAction.handler(async ({ sighting, where, event: raw }) => {
    const hit = pipeline.hitOf({ sighting, where });
    if (hit === undefined) return { state: 'done' };
    // An account without a name did not choose this one: moderators should look, and nothing else is done.
    const theirs = await isOwnWord(homeserver, sighting.userId);
    const verdict = theirs ? hit.verdict : { ...hit.verdict, verdict: 'possible' as const };
    const event = parseEvent(raw);
    const judged: Match = { ...hit, verdict, ...(event === undefined ? {} : { event }) };
    await pipeline.commit([{ eventId: null, hits: [judged], actions: [] }]);
    return { state: 'done', result: { own_word: theirs } };
  });
}

/** False only where the homeserver says that the account has no name; an unknown answer does not excuse it. */
async function isOwnWord(homeserver: HomeserverReader, userId: string): Promise<boolean> {
  try {
    const profile = await homeserver.request<{ displayname?: unknown }>(
      'GET',
      urlPath`/_matrix/client/v3/profile/${userId}`,
    );
    return typeof profile.displayname === 'string' && profile.displayname !== '';
  } catch (error) {
    if (error instanceof MatrixError && !error.transient) return true;
    throw error;
  }
}
