/**
 * The vocabulary of detection. This module is pure: no I/O, no clock, no randomness; it could be published separately.
 */
import type { AvatarLikeness } from './avatar.js';
import type { AccountText } from './screen/account-screen.js';

/** A protected account, from the configuration. */
export interface ProtectedIdentity {
  /** full Matrix user id of the official account */
  userId: string;
  /** its official display names */
  displayNames: readonly string[];
  /** its official avatars, as mxc:// URIs; pictures are compared outside, see Sighting.avatarLike */
  avatars: readonly string[];
  /** its domains, decoded or `xn--`; empty: its server identifies nobody */
  domains: readonly string[];
  /** its official rooms, by id or alias */
  rooms: readonly string[];
  /** known good other user ids, never accused */
  variants: readonly string[];
}

/** One identity as seen once. Place and time concern the watch, not the detector. */
export interface Sighting {
  userId: string;
  /** may be absent, null, or far longer than 256 characters */
  displayName?: string | null;
  avatarUrl?: string | null;
  /** official avatars that this one's picture resembles (see avatar.ts), by the protected identity's user id */
  avatarLike?: readonly { protected: string; likeness: AvatarLikeness }[];
  /** for an invite: the name of the room that the person is invited to */
  roomName?: string | null;
}

/** Weakest to strongest; `official` is separate: the protected identity itself or one of its variants. */
export type VerdictLevel = 'official' | 'none' | 'possible' | 'likely' | 'certain';

/**
 * How a resemblance was found: in the text as it is (`raw`), in its UTS 39 skeleton, in our broader `fold`, in visual
 * order, without separators (`compact`), in its words (`token`), in the server's name, across several fields, in the
 * avatar.
 */
export type View = 'raw' | 'skeleton' | 'fold' | 'visual_order' | 'compact' | 'token' | 'server' | 'across' | 'avatar';

/**
 * The kind of disguise or resemblance. A closed union, so that all consumers of evidence (abuse reports, notices) must
 * handle every kind: a new one does not compile until they do.
 */
export const DISGUISES = [
  // how a text differs from the official one, character by character
  'case',
  'style',
  'spacing',
  'accent',
  'form',
  'leet',
  'lookalike',
  'shape',
  'homoglyph',
  'invisible',
  'reversed',
  // what is hidden or mixed in a text
  'bidi_control',
  'tag',
  'variation_selector',
  'blank',
  'mark_run',
  'mixed_scripts',
  // the same words or ids, at another place
  'same_name',
  'same_localpart',
  'localpart_as_name',
  'reordered',
  'split',
  'embedded_name',
  'embedded_id',
  'embedded_domain',
  'spelled_id',
  'spelled_domain',
  'spelled_name',
  'brand',
  'brand_beside',
  'brand_role',
  'affix',
  'edit',
  'id_variant',
  'id_twin',
  // server names
  'homograph',
  'lookalike_domain',
  'typo_domain',
  'own_spelling',
  'other_ending',
  'domain_as_prefix',
  'brand_subdomain',
  'brand_bait',
  'brand_inside',
  // rooms and pictures
  'claimed_alias',
  'same_topic',
  'same_avatar',
  'copied_avatar',
  'near_avatar',
  // a value of an earlier version, in a finding that is still in the ledger
  'other',
] as const;
export type Disguise = (typeof DISGUISES)[number];

/** One reason in a verdict. */
export interface Evidence {
  /** the part of the sighting */
  field:
    'user_id' | 'localpart' | 'server_name' | 'display_name' | 'avatar' | 'room_name' | 'room_alias' | 'room_topic';
  /** user id of the protected identity it resembles */
  protected: string;
  disguise: Disguise;
  /** the view of the field that found it */
  view: View;
  /** position in the field, in code points, end exclusive; absent for the whole field */
  position?: { start: number; end: number };
  /** weight in log-odds */
  weight: number;
  /** one plain sentence for people; untrusted text in it is escaped and visible */
  sentence: string;
}

export interface Verdict {
  verdict: VerdictLevel;
  /** summed weight of the evidence against the best-matching protected identity; 0 for `none` and `official` */
  score: number;
  /** user id of the best-matching protected identity; null exactly when the verdict is `none` */
  protected: string | null;
  /** at least one entry unless the verdict is `none` or `official` */
  evidence: Evidence[];
}

/** Judges whether a sighting imitates a protected identity. */
export interface Detector {
  inspect(sighting: Sighting): Verdict;
}

/** A detector that can clear nearly all accounts before a sighting is created for them. */
export interface ScreeningDetector extends Detector {
  /**
   * Whether the verdict on this account is definitely `none`, whatever its picture. `inspect` checks this first by
   * itself.
   */
  isStranger(account: AccountText): boolean;
  /** Whether there are official pictures, so that an avatar's URI may raise a verdict. */
  readonly looksAtAvatars: boolean;
}
