/**
 * What grows with the number of rules: which rule hits a person, and whom a rule hits that changes, with 1,000 rules
 * and with 100,000 (a twentieth of them globs). No rival: both sizes are ours, and the ratio says how much dearer the
 * larger one is.
 */
import { EntityIndex, createPolicy } from '../../src/policy/index.js';
import type { Row } from '../row.js';
import { best, members, userList } from './sets.js';

const SIZES = [1_000, 100_000] as const;
/** nobody is asked about twice */
const ASKED = 200_000;
const CHANGED = 200;
const ROUNDS = 5;

export function run(): Promise<Row[]> {
  const people = members(ASKED);
  const [small, large] = SIZES.map((rules) => {
    const policy = createPolicy();
    for (const event of userList(rules - rules / 20, rules / 20, 0)) policy.apply(event);
    const share = ASKED / ROUNDS;
    let from = 0;
    const look = best(ROUNDS, () => {
      for (const person of people.slice(from, (from += share))) policy.match('user', person);
    });
    return (look / share) * 1000;
  }) as [number, number];
  const [few, many] = SIZES.map((count) => {
    const index = new EntityIndex();
    for (const person of members(count)) index.add(person);
    const rules = userList(CHANGED / 2, CHANGED / 2, 0).flatMap(({ content }) => {
      const { entity } = content as { entity?: unknown };
      return typeof entity === 'string' ? [{ entity, sha256: undefined }] : [];
    });
    const all = best(ROUNDS, () => {
      for (const rule of rules) index.matching(rule);
    });
    return (all / rules.length) * 1000;
  }) as [number, number];
  return Promise.resolve([
    growth('which rule hits a person: 100,000 rules, µs', 'with 1,000 rules', large, small),
    growth('whom a changed rule hits: 100,000 people, µs', 'of 1,000 people', many, few),
  ]);
}

function growth(work: string, rival: string, ours: number, theirs: number): Row {
  return { work, rival, ours, theirs, ratio: theirs / ours, target: '–' };
}
