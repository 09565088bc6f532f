/**
 * The words and weights that the detector decides with. They come from rules/*.yaml (src/config/rules.ts reads and checks them),
 * so that an admin can read and change them. Weights are log-odds: +2 means that the sign is about 7 times as common among
 * impostors as chance would have it, +4 about 50 times, +7 about 1,000 times.
 */

/** Every sign the detector knows, by the name that stands in rules/detection.yaml; each is explained there. */
export const WEIGHT_NAMES = [
  'localpart_same', 'localpart_twin', 'localpart_edit', 'display_twin', 'display_near', 'display_word', 'embedded_id', 'embedded_domain',
  'server_twin', 'server_near', 'brand_role', 'avatar_same', 'invisible',
] as const;
export type WeightName = (typeof WEIGHT_NAMES)[number];

export interface DetectionRules {
  /** the summed weight from which a verdict is given */
  thresholds: { possible: number; likely: number; certain: number };
  weights: Readonly<Record<WeightName, number>>;
  /** words for a role, in many languages; they count only beside a protected name */
  roles: {
    /** words that claim authority: official, support, admin, … */
    strong: readonly string[];
    /** words that merely go along with an account: bot, news, help, … */
    weak: readonly string[];
  };
  words: {
    /** localparts and names that many honest accounts have (server, admin, bot, …): they name nobody by themselves */
    generic: readonly string[];
    /** brands that a community shares (matrix, element): people and fans bear them honestly */
    shared: readonly string[];
    /** first labels of host names that say what runs there (matrix., chat., www.): no evidence for a brand of that name */
    hosts: readonly string[];
  };
}
