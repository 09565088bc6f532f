/** Signs from an avatar: it is the official one, a copy of it, or similar. */
import type { Known } from '../known.js';
import type { DetectionRules } from '../rules.js';
import type { Sighting } from '../types.js';
import { avatarTexts } from '../texts.js';
import { visible } from '../visible.js';
import type { Sign } from './sign.js';

/**
 * Stops: the official picture beside a similar name. Honest accounts: pictures alone say little, and one that merely
 * looks alike (many bear a project's logo) nothing; nor is it a reason that makes certain, since honest neighbours use
 * the same stock picture.
 * @param beside whether the names alone are enough for `possible`
 */
export function avatarSign(
  { weights }: DetectionRules,
  { avatarUrl, avatarLike }: Sighting,
  { identity }: Known,
  beside: boolean,
): Sign | undefined {
  const who = visible(identity.userId);
  if (avatarUrl != null && identity.avatars.includes(avatarUrl))
    return {
      disguise: 'same_avatar',
      view: 'avatar',
      weight: weights.avatar_same,
      sentence: avatarTexts.same(who),
    };
  const like = beside ? avatarLike?.find(({ protected: owner }) => owner === identity.userId)?.likeness : undefined;
  if (like === 'same')
    return {
      disguise: 'copied_avatar',
      view: 'avatar',
      weight: weights.avatar_same,
      byEdit: true,
      sentence: avatarTexts.copied(who),
    };
  if (like === 'near')
    return {
      disguise: 'near_avatar',
      view: 'avatar',
      weight: weights.avatar_near,
      byEdit: true,
      sentence: avatarTexts.near(who),
    };
  return undefined;
}
