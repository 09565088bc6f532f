/**
 * The detector's words and weights. They come from rules/*.yaml (read and validated by src/config/rules.ts), so that an
 * admin can read and change them. Weights are log-odds: a sign of weight 2 is about 7 times as frequent among impostors
 * as among others, 4 about 50 times, 7 about 1,000 times.
 */

/** Every sign the detector knows, by its name in rules/detection.yaml, where each is explained. */
export const WEIGHT_NAMES = [
  'id_variant',
  'id_twin',
  'localpart_same',
  'localpart_disguised',
  'localpart_readable',
  'localpart_edit',
  'short_slip',
  'alien_slip',
  'localpart_affix',
  'own_twin',
  'own_near',
  'spells_id',
  'spells_domain',
  'spells_name',
  'localpart_brand',
  'localpart_brand_role',
  'server_homograph',
  'server_twin',
  'server_typo',
  'server_spelling',
  'server_prefix',
  'server_affix',
  'server_lure',
  'server_tld',
  'server_tld_rare',
  'display_twin',
  'display_readable',
  'display_near',
  'display_order',
  'display_embedded',
  'display_mention',
  'display_generic',
  'word_same',
  'word_disguised',
  'word_readable',
  'word_near',
  'localpart_as_name',
  'localpart_same_as_name',
  'embedded_id',
  'embedded_id_text',
  'embedded_domain',
  'embedded_domain_text',
  'embedded_domain_home',
  'brand_strong_role',
  'brand_weak_role',
  'brand_more_roles',
  'brand_disguised',
  'brand_near',
  'brand_shared',
  'generic',
  'core_only',
  'avatar_same',
  'avatar_near',
  'room_name',
  'raw_signal',
  'split',
] as const;
/**
 * Signs of rooms that copy an official room; those also in WEIGHT_NAMES have the same meaning there, the others only
 * apply to rooms.
 */
export const ROOM_WEIGHT_NAMES = [
  'id_variant',
  'id_twin',
  'localpart_same',
  'localpart_disguised',
  'localpart_readable',
  'localpart_edit',
  'generic',
  'server_homograph',
  'server_twin',
  'server_typo',
  'server_prefix',
  'alias_claimed',
  'display_twin',
  'display_readable',
  'display_near',
  'display_order',
  'display_embedded',
  'display_mention',
  'word_same',
  'word_disguised',
  'word_readable',
  'word_near',
  'name_disguised',
  'topic_same',
  'avatar_same',
  'avatar_near',
] as const;
export type RoomWeightName = (typeof ROOM_WEIGHT_NAMES)[number];
export type WeightName = (typeof WEIGHT_NAMES)[number];

export interface DetectionRules {
  /** the summed weight required for each verdict */
  thresholds: { possible: number; likely: number; certain: number };
  weights: Readonly<Record<WeightName, number>>;
  /** weights for rooms that copy an official one */
  rooms: Readonly<Record<RoomWeightName, number>>;
  /** role words in many languages; they only count beside a protected name */
  roles: {
    /** words that claim authority: official, support, admin, … */
    strong: readonly string[];
    /** words that merely accompany an account, or name a department: bot, news, press, backup, … */
    weak: readonly string[];
    /** joining or decorative words: the, of, …; they mean nothing, and are not part of another name either */
    filler: readonly string[];
    /** words that say that this is not the official account: not, fan, parody, … */
    disclaim: readonly string[];
  };
  words: {
    /** localparts that many honest accounts have (admin, root, abuse, …): on another server they identify nobody */
    generic: readonly string[];
    /** dictionary words (server, help, team, …): as a one-word display name they identify nobody */
    plain: readonly string[];
    /** brands shared by a community (matrix, element), which people and fans use honestly */
    shared: readonly string[];
    /** bridged networks, whose bots and ghosts have the name (discordbot) */
    networks: readonly string[];
    /**
     * first labels of host names that describe the service (matrix., chat., www.), which are no evidence for a brand of
     * that name
     */
    hosts: readonly string[];
    /** common room names (general, lobby, chat): a name or alias of only such words identifies no room */
    rooms: readonly string[];
    /** words for a company (company, GmbH), which are not part of a brand */
    legal: readonly string[];
    /** words for a kind of organisation (foundation, university of), which people omit */
    bodies: readonly string[];
    /** words for a trade (bank, insurance): a name without them is at most `possible` */
    trades: readonly string[];
    /** words combined with a brand in bait domains (login, gift, app, …) */
    lures: readonly string[];
    /** ordinary words in plain lower case: a text that is one of them is not a misspelling */
    ordinary: Pick<ReadonlySet<string>, 'has'>;
    /** given names and surnames in plain lower case, which people share, adding a number if taken */
    names: Pick<ReadonlySet<string>, 'has'>;
  };
}
