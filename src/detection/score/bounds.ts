/**
 * The bounds of a verdict, whatever its weights add up to, as data: floors (at least) and ceilings (at most), each with
 * an example that test/detection/bounds.test.ts runs. The weights themselves, each with its example, are in
 * rules/detection.yaml; score/level.ts applies weights, floors and ceilings in this order.
 */
import type { VerdictLevel } from '../types.js';
import type { Signs } from './sign.js';

interface Floor {
  least: VerdictLevel;
  /** two fields together */
  holds: (signs: Signs) => boolean;
  example: string;
}

/**
 * Two fields together. A namesake's localpart and name count as one sign (score/same-word.ts), and the remaining one
 * represents both.
 */
export const FLOORS = {
  name_and_localpart: {
    least: 'likely',
    holds: (signs) =>
      readsAsLocalpart(signs) && signs.localpart !== undefined && signs.display_name?.readsAsName === true,
    example: '@lumen:else.example "Lumenhaus Stiftung", of @lumen:lumenhaus.example',
  },
  localpart_under_rare_label: {
    least: 'likely',
    holds: (signs) => readsAsLocalpart(signs) && signs.server_name?.elsewhere === 'rare',
    example: '@lumen:lumenhaus.org, of @lumen:lumenhaus.example',
  },
  namesake_under_the_label: {
    least: 'likely',
    holds: (signs) =>
      readsAsLocalpart(signs) &&
      signs.server_name?.elsewhere !== undefined &&
      (signs.localpart ?? signs.display_name)?.readsAsName === true,
    example: '@table:table.org "Table", of @table:table.example "Table"',
  },
  localpart_under_label: {
    least: 'possible',
    holds: (signs) => readsAsLocalpart(signs) && signs.server_name?.elsewhere !== undefined,
    example: '@info:table.org, of @info:table.example',
  },
} as const satisfies Readonly<Record<string, Floor>>;

interface Ceiling {
  most: VerdictLevel;
  /** the official name, and a name that is somebody else's or means no more than this */
  example: readonly [official: string, seen: string];
}

/**
 * Why a display name, whatever its weight, means no more than this; other fields are not bounded by it. Each sign in
 * score/ with a ceiling names it.
 */
export const CEILINGS = {
  // --- another person or body
  another_name: { most: 'possible', example: ['Wise Support', 'Wire Support'] },
  another_by_its_marks: { most: 'possible', example: ['Trần Văn Dũng', 'Trần Văn Dung'] },
  two_people: { most: 'possible', example: ['Anna Bell', 'Anna & Bell'] },
  may_be_another: { most: 'possible', example: ['Banca Cerbul', 'Banca Corbul'] },
  // --- who speaks of it
  mention: { most: 'possible', example: ['Chess Club', 'Chess Club Berlin'] },
  words_of_the_id: { most: 'possible', example: ['@server:matrix.org', 'server matrix.org'] },
  words_of_the_domain: { most: 'possible', example: ['kite.im', 'Kite im'] },
  who_goes_by_its_own_id: { most: 'possible', example: ['@server:matrix.org', '@s3rver:matrix.org'] },
  question: { most: 'likely', example: ['Chess Club', 'Chess Club?'] },
  // --- a name that others bear, too
  names_nobody: { most: 'likely', example: ['Server Notices', 'Server Notices'] },
  word_of_another_script: { most: 'likely', example: ['Tacocat', 'Тасосат'] },
} as const satisfies Readonly<Record<string, Ceiling>>;
export type CeilingName = keyof typeof CEILINGS;

/** Names that others may use openly, and so no reason for `certain`. */
export const OPENLY: ReadonlySet<string> = new Set([
  'same_localpart',
  'brand',
  'same_name',
  'localpart_as_name',
  'case',
  'accent',
  'other_ending',
  'brand_subdomain',
  'brand_inside',
  'brand_bait',
  'affix',
  'own_spelling',
]);

function readsAsLocalpart({ localpart, display_name }: Signs): boolean {
  return (localpart ?? display_name)?.readsAsLocalpart === true;
}
