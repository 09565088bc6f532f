/**
 * Labelled cases to fit weights on: the unseen sets (which have been seen since), one disguise each from Unicode's own
 * tables, a sample of honest strangers, and, where a folder of them is given, a red team's cases.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import type { ProtectedIdentity, Sighting, VerdictLevel } from '../../../src/detection/index.js';
import { DISGUISES, SHAPES_BEYOND } from '../adversary.js';
import { randomOf } from '../attacks.js';
import { ORGANISATIONS_PROTECTED, PEOPLE_PROTECTED, REALISTIC } from '../realistic.js';
import { sightingsOf, strangers } from '../strangers.js';
import { LEVELS } from '../tally.js';
import { casesOf, identitiesOf, sets } from '../unseen.js';

/** Attacks, honest people who were chosen to be hard, and honest strangers. */
export type Population = 'attack' | 'hard' | 'stranger';

export interface Labelled {
  population: Population;
  /** who is protected while it is judged: a key of `Data.protecting` */
  set: string;
  sighting: Sighting;
  /** the lowest and the highest verdict that is right */
  least: number;
  most: number;
  /** what must not stand on both sides of a fold */
  identity: string;
  kind: string;
  lang: string;
}

export interface Data {
  protecting: Map<string, readonly ProtectedIdentity[]>;
  cases: Labelled[];
}

/** Every so many strangers one is taken. */
const STRANGERS_APART = 20;
const ALL_STRANGERS = 'strangers';

/** @param redTeam a folder of `*.ndjson` and `protect-*.yaml` as a red team left them */
export function labelled(redTeam: string | undefined): Data {
  const data: Data = { protecting: new Map(), cases: [] };
  for (const set of sets()) addUnseen(data, set);
  addDisguises(data);
  if (redTeam !== undefined) addRedTeam(data, redTeam);
  addStrangers(data);
  return data;
}

const rank = (level: VerdictLevel) => LEVELS.indexOf(level);

function addUnseen({ protecting, cases }: Data, set: string): void {
  protecting.set(set, identitiesOf(set));
  for (const each of casesOf(set))
    cases.push({
      population: each.class === 'attack' ? 'attack' : 'hard',
      set,
      sighting: { userId: each.user_id, displayName: each.displayname },
      least: rank(each.least),
      most: rank(each.most),
      identity: each.who ?? `${set} ${each.displayname ?? each.user_id}`,
      kind: `${set} ${each.kind}`,
      lang: each.lang,
    });
}

function addDisguises({ protecting, cases }: Data): void {
  const random = randomOf(31);
  for (const identity of [...ORGANISATIONS_PROTECTED, ...PEOPLE_PROTECTED]) {
    protecting.set(identity.userId, [identity]);
    const name = identity.displayNames[0]!;
    const localpart = identity.userId.slice(1, identity.userId.indexOf(':'));
    for (const [kind, disguise] of Object.entries({ ...DISGUISES, ...SHAPES_BEYOND })) {
      const displayName = disguise(name, random);
      if (displayName === undefined || displayName === name) continue;
      const common = { population: 'attack', set: identity.userId, most: 3, identity: identity.userId, kind } as const;
      const lang = scriptOf(name);
      cases.push({ ...common, lang, sighting: { userId: '@u8472:evil.test', displayName }, least: 1 });
      if (!/combining mark/.test(kind))
        cases.push({ ...common, lang, sighting: { userId: `@${localpart}:evil.test`, displayName }, least: 2 });
    }
  }
}

function addStrangers({ protecting, cases }: Data): void {
  protecting.set(ALL_STRANGERS, REALISTIC);
  const official = new Set(REALISTIC.flatMap(({ displayNames }) => displayNames));
  for (const [seed, group] of strangers().entries()) {
    let count = 0;
    for (const sighting of sightingsOf(group, 2000 + seed)) {
      if (count++ % STRANGERS_APART !== 0 || official.has(sighting.displayName ?? '')) continue;
      cases.push({
        population: 'stranger',
        set: ALL_STRANGERS,
        sighting,
        least: 0,
        most: 0,
        identity: sighting.userId,
        kind: group.group,
        lang: scriptOf(sighting.displayName ?? ''),
      });
    }
  }
}

interface RedTeamCase {
  class: 'attack' | 'honest';
  kind: string;
  set: string;
  want: VerdictLevel[];
  who?: string | null;
  in: { user_id: string; displayname?: string };
}

function addRedTeam({ protecting, cases }: Data, folder: string): void {
  for (const file of readdirSync(folder).sort()) {
    const set = /^protect-(.*)\.yaml$/.exec(file)?.[1];
    if (set !== undefined) protecting.set(`red ${set}`, protectedIn(path.join(folder, file)));
  }
  for (const file of readdirSync(folder)
    .sort()
    .filter((name) => name.endsWith('.ndjson')))
    for (const line of readFileSync(path.join(folder, file), 'utf8').split('\n')) {
      if (line === '') continue;
      const each = JSON.parse(line) as RedTeamCase;
      const levels = each.want.map(rank);
      const name = each.in.displayname ?? each.in.user_id;
      cases.push({
        population: each.class === 'attack' ? 'attack' : 'hard',
        set: `red ${each.set}`,
        sighting: { userId: each.in.user_id, displayName: each.in.displayname },
        least: Math.min(...levels),
        most: Math.max(...levels),
        identity: each.who ?? `red ${name}`,
        kind: `red ${each.kind}`,
        lang: scriptOf(name),
      });
    }
}

function protectedIn(file: string): ProtectedIdentity[] {
  const { protected_identities: given } = load(readFileSync(file, 'utf8')) as {
    protected_identities: { user_id: string; display_names?: string[]; domains?: string[]; variants?: string[] }[];
  };
  return given.map((each) => ({
    userId: each.user_id,
    displayNames: each.display_names ?? [],
    domains: each.domains ?? [],
    avatars: [],
    rooms: [],
    variants: each.variants ?? [],
  }));
}

/** Where no language is told, the script stands for it. */
function scriptOf(text: string): string {
  return SCRIPTS.find((script) => new RegExp(`\\p{Script=${script}}`, 'u').test(text)) ?? 'Latin';
}
const SCRIPTS = [
  'Cyrillic',
  'Greek',
  'Arabic',
  'Hebrew',
  'Devanagari',
  'Thai',
  'Hangul',
  'Hiragana',
  'Katakana',
  'Han',
];
