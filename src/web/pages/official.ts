import type { ProtectedIdentityConfig } from '../../config/types.js';
import type { Detector, Verdict } from '../../detection/index.js';
import { isUserId } from '../../matrix/identifiers.js';
import { parsePermalink, type MatrixLink } from '../../matrix/permalinks.js';

/** The answer to "is this the official account?". */
export interface OfficialAnswer {
  id: string;
  official: boolean;
  verdict: Verdict['verdict'];
  /** the protected identity that it resembles, if any */
  resembles: string | null;
  official_ids: string[];
  /** sentences, safe to print */
  reasons: string[];
}

/** What stands around an ID or link that somebody copied: marks of direction, quotes, brackets. */
function withoutFrame(pasted: string): string {
  return pasted
    .replace(/[\u2066-\u2069\u200e\u200f]/g, '')
    .trim()
    .replace(/^[<"'`(]+|[>"'`)]+$/g, '');
}

/** The links to Matrix in a text that somebody pasted; one without `https://` counts too. */
export function matrixLinksIn(pasted: string): MatrixLink[] {
  return pasted.split(/\s+/).flatMap((word) => {
    const link = withoutFrame(word);
    return parsePermalink(/^(?:www\.)?matrix\.to\//i.test(link) ? `https://${link}` : link) ?? [];
  });
}

/**
 * The user ID in what somebody pasted: an ID, a matrix.to link, a `matrix:` URI (MSC2312), a link of a web client, with
 * white space, quotes or angle brackets around it. Undefined when there is none.
 */
export function userIdIn(pasted: string): string | undefined {
  const text = withoutFrame(pasted);
  return isUserId(text) ? text : matrixLinksIn(pasted).find(({ id }) => isUserId(id))?.id;
}

/**
 * Answers for one user ID, with the display name when it is known.
 *
 * The verdict is about how it looks; whether it is official is only ever a question of the exact ID.
 */
export function answerAbout(
  userId: string,
  displayName: string | null,
  detector: Detector,
  identities: readonly ProtectedIdentityConfig[],
): OfficialAnswer & { full: Verdict } {
  const verdict = detector.inspect({ userId, displayName });
  const officialIds = identities.flatMap(({ user_id, variants }) => [user_id, ...variants]);
  return {
    id: userId,
    official: verdict.verdict === 'official',
    verdict: verdict.verdict,
    resembles: verdict.protected,
    official_ids: officialIds,
    reasons: verdict.verdict === 'official' ? [] : verdict.evidence.map(({ sentence }) => sentence),
    full: verdict,
  };
}
