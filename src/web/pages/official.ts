import type { ProtectedIdentityConfig } from '../../config/types.js';
import type { Detector, Verdict } from '../../detection/index.js';
import { isUserId } from '../../matrix/identifiers.js';
import { parsePermalink, type MatrixLink } from '../../matrix/permalinks.js';

/** The answer to "is this the official account?". */
export interface OfficialAnswer {
  id: string;
  official: boolean;
  verdict: Verdict['verdict'];
  /** the protected identity it resembles, if any */
  resembles: string | null;
  official_ids: string[];
  /** sentences, safe to print */
  reasons: string[];
}

/** Characters around a copied id or link: direction marks, quotes, brackets, trailing punctuation. */
function withoutFrame(pasted: string): string {
  return pasted
    .replace(/[\u2066-\u2069\u200e\u200f]/g, '')
    .trim()
    .replace(/^[<"'`“‘„([]+|[>"'`”’)\],;!?]+$/g, '');
}

/** The Matrix links in a pasted text, including links without `https://` and in Markdown. */
export function matrixLinksIn(pasted: string): MatrixLink[] {
  return pasted.split(/\s+|\]\(/).flatMap((word) => {
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
 * The same for form input: the only user id in a sentence counts too, and a full stop after it belongs to the sentence.
 * Undefined when there are several, so that nobody gets the answer for the wrong account.
 */
export function userIdMeant(typed: string): string | undefined {
  const whole = userIdIn(withoutStop(typed));
  // a historical localpart may contain spaces, a server name never does
  if (whole !== undefined && !/\s/.test(whole.slice(whole.indexOf(':')))) return whole;
  const ids = new Set(
    typed.split(/\s+/).flatMap((word) => {
      const id = withoutFrame(withoutStop(withoutFrame(word)));
      return isUserId(id) ? [id] : matrixLinksIn(word).flatMap((link) => (isUserId(link.id) ? [link.id] : []));
    }),
  );
  return ids.size === 1 ? [...ids][0] : undefined;
}

function withoutStop(text: string): string {
  return text.trim().replace(/[.:…]+$/u, '');
}

/**
 * Answers for one user ID, with the display name when it is known.
 *
 * The verdict is about its looks; whether it is official only depends on the exact id.
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
