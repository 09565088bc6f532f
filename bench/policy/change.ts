/**
 * One rule changed against 100k members: the rule is applied, and the members that it means are found.
 *
 * Rivals: the naive loop, which asks each member whether the changed rule means it; and Draupnir's library, which makes
 * new revisions and walks all members. All start from members kept in memory.
 */
import { createPolicy, EntityIndex } from '../../src/policy/index.js';
import type { PolicyEvent } from '../../src/policy/index.js';
import type { Row } from '../row.js';
import { startProtectionSuite } from './protection-suite.js';
import { best, members, ms, userList } from './sets.js';

export async function run(): Promise<Row[]> {
  const policy = createPolicy();
  const events = userList(100_000, 5_000, 1_000);
  for (const event of events) policy.apply(event);
  const people = members(100_000);
  const index = new EntityIndex();
  for (const person of people) index.add(person);

  const suite = startProtectionSuite(events, people);
  const rows: Row[] = [];
  for (const [shape, entity] of [
    ['literal', people[500] ?? ''],
    ['prefix glob', '@tiger12*'],
    ['suffix glob', '@*:bear.example'],
    ['infix glob', '@*ger123*'],
    ['short infix glob', '*zz*'],
    ['glob with ?', '@?iger12*:*.example'],
  ] as const) {
    let round = 0;
    const next = (): PolicyEvent => {
      round += 1;
      return {
        type: 'm.policy.rule.user',
        state_key: `changing${round}`,
        room_id: '!list:example.org',
        event_id: `$change${round}`,
        content: { entity, recommendation: 'm.ban' },
      };
    };
    let meant = 0;
    const ours = best(30, () => {
      for (const change of policy.apply(next()))
        if (change.change !== 'removed') meant = index.matching(change.rule).length;
    });
    const theirSuite = best(3, () => {
      if (suite.membersMeant(next()) !== meant) throw new Error('the two do not agree');
    });
    const pattern = new RegExp(`^${entity.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su');
    const theirs = best(10, () => {
      people.filter((person) => pattern.test(person));
    });
    rows.push({
      work: `one rule changed (${shape}), 100k members`,
      rival: 'naive loop',
      ours: ms(ours),
      theirs: ms(theirs),
      ratio: theirs / ours,
      target: '<= 1 ms',
    });
    rows.push({
      work: `one rule changed (${shape}), 100k members`,
      rival: 'matrix-protection-suite 7.1.0',
      ours: ms(ours),
      theirs: ms(theirSuite),
      ratio: theirSuite / ours,
      target: '> 1 x',
    });
  }
  return rows;
}
