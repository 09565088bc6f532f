import type { Disguise, Verdict } from '../detection/types.js';

type InfringementType = 'homograph' | 'lookalike' | 'typosquatting' | 'brand_impersonation' | 'logo_misuse' | 'other';

/**
 * XARF's term for each disguise: different characters that look the same are a homograph, similar spellings a
 * look-alike or (in a domain) typosquatting, the same words or ids an impersonation, the official picture a logo
 * misuse.
 */
const INFRINGEMENT: Readonly<Record<Disguise, InfringementType>> = {
  case: 'lookalike',
  style: 'homograph',
  spacing: 'lookalike',
  accent: 'lookalike',
  form: 'lookalike',
  leet: 'homograph',
  lookalike: 'lookalike',
  shape: 'homograph',
  homoglyph: 'homograph',
  invisible: 'homograph',
  reversed: 'homograph',
  bidi_control: 'homograph',
  tag: 'homograph',
  variation_selector: 'homograph',
  blank: 'homograph',
  mark_run: 'homograph',
  mixed_scripts: 'homograph',
  same_name: 'brand_impersonation',
  same_localpart: 'brand_impersonation',
  localpart_as_name: 'brand_impersonation',
  reordered: 'brand_impersonation',
  split: 'brand_impersonation',
  embedded_name: 'brand_impersonation',
  embedded_id: 'brand_impersonation',
  embedded_domain: 'brand_impersonation',
  spelled_id: 'brand_impersonation',
  spelled_domain: 'brand_impersonation',
  spelled_name: 'brand_impersonation',
  brand: 'brand_impersonation',
  brand_beside: 'brand_impersonation',
  brand_role: 'brand_impersonation',
  affix: 'lookalike',
  edit: 'lookalike',
  id_variant: 'lookalike',
  id_twin: 'homograph',
  homograph: 'homograph',
  lookalike_domain: 'lookalike',
  typo_domain: 'typosquatting',
  own_spelling: 'typosquatting',
  other_ending: 'lookalike',
  domain_as_prefix: 'lookalike',
  brand_subdomain: 'lookalike',
  brand_bait: 'lookalike',
  brand_inside: 'lookalike',
  claimed_alias: 'brand_impersonation',
  same_topic: 'brand_impersonation',
  same_avatar: 'logo_misuse',
  copied_avatar: 'logo_misuse',
  near_avatar: 'logo_misuse',
  other: 'brand_impersonation',
};

/** By the strongest evidence. */
export function infringementType(verdict: Verdict): InfringementType {
  const strongest = verdict.evidence.reduce<Verdict['evidence'][number] | undefined>(
    (best, next) => (best && best.weight >= next.weight ? best : next),
    undefined,
  );
  return strongest === undefined ? 'brand_impersonation' : INFRINGEMENT[strongest.disguise];
}

/** The parts of the official identity that are used. */
export function infringingElements(verdict: Verdict): string[] {
  const elements = verdict.evidence.map(({ field }) =>
    field === 'avatar' ? 'logo' : field === 'server_name' ? 'domain_name' : 'brand_name',
  );
  return elements.length === 0 ? ['other'] : [...new Set(elements)];
}
