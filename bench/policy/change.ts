/**
 * One rule changed against 100k members: the rule is applied, and the members that it means are found.
 *
 * Rival: the naive loop, which asks each member whether the changed rule means it. Both start from members kept in
 * memory.
 */
import { createPolicy, EntityIndex } from '../../src/policy/index.js';
import type { Row } from '../row.js';
import { best, members, ms, userList } from './sets.js';

export async function run(): Promise<Row[]> {
  const policy = createPolicy();
  for (const event of userList(100_000, 5_000, 1_000)) policy.apply(event);
  const people = members(100_000);
  const index = new EntityIndex();
  for (const person of people) index.add(person);

  const rows: Row[] = [];
  for (const [shape, entity] of [['literal', people[500] ?? ''], ['prefix glob', '@tiger12*'], ['suffix glob', '@*:bear.example'], ['infix glob', '@*ger123*'], ['short infix glob', '*zz*'], ['glob with ?', '@?iger12*:*.example']] as const) {
    let round = 0;
    const ours = best(30, () => {
      round += 1;
      const changes = policy.apply({ type: 'm.policy.rule.user', state_key: 'changing', room_id: '!list:example.org', event_id: `$change${round}`, content: { entity, recommendation: 'm.ban' } });
      for (const change of changes) if (change.change !== 'removed') index.matching(change.rule);
    });
    const pattern = new RegExp(`^${entity.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su');
    const theirs = best(10, () => { people.filter((person) => pattern.test(person)); });
    rows.push({ work: `one rule changed (${shape}), 100k members`, rival: 'naive loop', ours: ms(ours), theirs: ms(theirs), ratio: theirs / ours, target: '<= 1 ms' });
  }
  return rows;
}
