/**
 * First match of 100k members against 100k literal user rules, 5k globs and 1k server rules.
 *
 * Rivals: the loop that walks all rules with a compiled regular expression each (timed on fewer members and scaled up,
 * since all would take many minutes), and a program that only parses and prints the same lines: no matcher that
 * answers NDJSON can be faster than that. Ours in the second row parses, loads, matches and prints, in this process.
 */
import { compileGlob, createPolicy } from '../../src/policy/index.js';
import type { PolicyEvent } from '../../src/policy/index.js';
import type { Row } from '../row.js';
import { best, members, ms, userList } from './sets.js';

const MEMBERS = 100_000;
const NAIVE_MEMBERS = 20;

export async function run(): Promise<Row[]> {
  const events = userList(100_000, 5_000, 1_000);
  const people = members(MEMBERS);
  const sizes = '100k literal + 5k globs + 1k servers x 100k members';

  const policy = createPolicy();
  for (const event of events) policy.apply(event);
  const ours = best(3, () => { for (const person of people) policy.match('user', person); });
  const theirs = naiveLoop(events, people.slice(0, NAIVE_MEMBERS)) * (MEMBERS / NAIVE_MEMBERS);

  const rules = events.map((event) => JSON.stringify(event)).join('\n');
  const entities = people.map((entity) => JSON.stringify({ kind: 'user', entity })).join('\n');
  const whole = best(3, () => { answers(rules, entities, true); });
  const plain = best(3, () => { answers(rules, entities, false); });

  const entity = `${'a'.repeat(200)}b${'a'.repeat(54)}`;
  const stars = [`${'*a'.repeat(120)}*b?b*a`, `${'*?a'.repeat(80)}*b*?b*`, `*${'a?'.repeat(60)}b?b*`, `*${'?a'.repeat(30)}*${'?a'.repeat(30)}bb*`].map(compileGlob);
  const worst = Math.max(...stars.map((glob) => best(200, () => { glob.test(entity); })));

  return [
    { work: `first match, ${sizes}`, rival: 'naive loop (scaled up)', ours: ms(ours), theirs: ms(theirs), ratio: theirs / ours, target: '<= 1 s' },
    { work: `parse, load, match and print, ${sizes}`, rival: 'parse and print only', ours: ms(whole), theirs: ms(plain), ratio: plain / whole, target: '<= 1 s or >= 0.67 x' },
    { work: '255 characters against the slowest of four hostile globs', rival: '–', ours: ms(worst), theirs: '–', ratio: '–', target: '< 1 ms' },
  ];
}

/** All rules for each member, first hit wins: what one writes first. */
function naiveLoop(events: readonly PolicyEvent[], people: readonly string[]): number {
  const patterns = events.filter(({ type }) => type === 'm.policy.rule.user').map(({ content }) => {
    const { entity } = content as { entity: string };
    return new RegExp(`^${entity.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su');
  });
  return best(2, () => { for (const person of people) patterns.find((pattern) => pattern.test(person)); });
}

/** Reads the rules, answers the entities; with `matching` off it answers `none` to each. */
function answers(rules: string, entities: string, matching: boolean): string {
  const policy = createPolicy();
  for (const line of rules.split('\n')) {
    const event = JSON.parse(line) as PolicyEvent;
    if (matching) policy.apply(event);
  }
  const lines: string[] = [];
  for (const line of entities.split('\n')) {
    const { entity } = JSON.parse(line) as { entity: string };
    const match = matching ? policy.match('user', entity) : null;
    lines.push(JSON.stringify({ entity, action: match?.action ?? 'none', rule: match?.rule.stateKey ?? null }));
  }
  return lines.join('\n');
}
