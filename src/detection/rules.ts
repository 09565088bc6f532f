/**
 * The words and weights that the detector decides with. They come from rules/*.yaml (src/config/rules.ts reads and
 * checks them), so that an admin can read and change them. Weights are log-odds: a sign of weight 2 is about 7 times as
 * frequent among impostors as among others, 4 about 50 times, 7 about 1,000 times.
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
 * Signs of rooms that copy an official room; those that stand among WEIGHT_NAMES too mean the same there, the others
 * count for rooms only.
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
  /** the summed weight from which a verdict is given */
  thresholds: { possible: number; likely: number; certain: number };
  weights: Readonly<Record<WeightName, number>>;
  /** weights of what makes a room a copy of an official one */
  rooms: Readonly<Record<RoomWeightName, number>>;
  /** words for a role, in many languages; they count only beside a protected name */
  roles: {
    /** words that claim authority: official, support, admin, … */
    strong: readonly string[];
    /** words that merely go along with an account, or name a department: bot, news, press, backup, … */
    weak: readonly string[];
    /** words that join or adorn: the, of, …; they say nothing, and are no other name either */
    filler: readonly string[];
    /** words that say that this is not the official account: not, fan, parody, … */
    disclaim: readonly string[];
  };
  words: {
    /** localparts that many honest accounts have (admin, root, abuse, …): on another server they name nobody */
    generic: readonly string[];
    /** words of the language (server, help, team, …): as a display name of one word they name nobody */
    plain: readonly string[];
    /** brands that a community shares (matrix, element): people and fans bear them honestly */
    shared: readonly string[];
    /** networks that bridges join: their bots and ghosts bear the name (discordbot) */
    networks: readonly string[];
    /**
     * first labels of host names that say what runs there (matrix., chat., www.): no evidence for a brand of that name
     */
    hosts: readonly string[];
    /**
     * words that rooms are called everywhere (general, lobby, chat): a name or alias of such words alone names no room
     */
    rooms: readonly string[];
    /** words for a firm and its kind (company, GmbH): no part of a brand */
    legal: readonly string[];
    /** words for the kind of body that bears a name (foundation, university of): people leave them out */
    bodies: readonly string[];
    /** words for a trade (bank, insurance): what is left of a name without them is `possible` at most */
    trades: readonly string[];
    /** words that are put beside a brand in bait domains (login, gift, app, …) */
    lures: readonly string[];
    /** ordinary words, in plain small letters: a text that is one of them is not a misspelling */
    ordinary: Pick<ReadonlySet<string>, 'has'>;
    /**
     * given names and surnames, in plain small letters: people bear them, and the next one of that name adds a number
     */
    names: Pick<ReadonlySet<string>, 'has'>;
  };
}
