/**
 * The server ACL from 5,000 and 20,000 server rules (one in twenty a glob), and comparing it with the one in a room.
 *
 * Rival: the shortest way to a pruned ACL, which asks each glob about each entry with a regular expression and sorts;
 * it does not look after our own server, exempt names or the size limit.
 */
import {
  buildServerAcl,
  createPolicy,
  foreignServerAcl,
  isGlob,
  mergeServerAcl,
  sameServerAcl,
} from '../../src/policy/index.js';
import type { PolicyEvent } from '../../src/policy/index.js';
import type { Row } from '../row.js';
import { best, ms, serverList } from './sets.js';

export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of [5_000, 20_000]) {
    const events = serverList(count);
    const policy = createPolicy();
    for (const event of events) policy.apply(event);
    const build = () =>
      buildServerAcl(policy.rules({ kind: 'server' }), {
        ownServer: 'example.org',
        mustAllow: ['mods.example', 'official.example'],
      });
    const ours = best(15, build);
    let more = 0;
    const afterOneMore = best(15, () => {
      more += 1;
      policy.apply({
        type: 'm.policy.rule.server',
        state_key: `more${more}`,
        room_id: '!list:example.org',
        event_id: `$more${more}`,
        content: { entity: `more${more}.example`, recommendation: 'm.ban' },
      });
      build();
    });
    const theirs = best(1, () => {
      naiveAcl(events);
    });
    rows.push({
      work: `server ACL from ${count} server rules`,
      rival: 'naive pruning',
      ours: ms(ours),
      theirs: ms(theirs),
      ratio: theirs / ours,
      target: '<= 10 ms',
    });

    rows.push({
      work: `one server rule more of ${count}, and the ACL anew`,
      rival: 'naive pruning',
      ours: ms(afterOneMore),
      theirs: ms(theirs),
      ratio: theirs / afterOneMore,
      target: '<= 10 ms',
    });

    const { content } = build();
    const found: unknown = JSON.parse(JSON.stringify(content));
    const compared = best(30, () => {
      sameServerAcl(content, found);
    });
    const stringified = best(30, () => JSON.stringify(content) === JSON.stringify(found));
    rows.push({
      work: `is the room's ACL this one already? (${content.deny.length} entries)`,
      rival: 'JSON.stringify both',
      ours: ms(compared),
      theirs: ms(stringified),
      ratio: stringified / compared,
      target: '<= 1 ms',
    });
    const foreign = {
      allow: ['*'],
      deny: Array.from({ length: 20 }, (_, index) =>
        index % 3 === 0 ? `*.theirs${index}.test` : `theirs${index}.test`,
      ),
      allow_ip_literals: true,
    };
    const merged = mergeServerAcl(foreign, content, 'merge', ['example.org', 'mods.example']).content;
    if (merged === undefined) throw new Error('nothing was merged');
    const both = best(30, () => {
      sameServerAcl(
        mergeServerAcl(foreignServerAcl(merged, { sent: merged, foreign }), content, 'merge', [
          'example.org',
          'mods.example',
        ]).content ?? content,
        merged,
      );
    });
    rows.push({
      work: `the same in a room with 20 entries of its own people`,
      rival: '–',
      ours: ms(both),
      theirs: '–',
      ratio: '–',
      target: '<= 1 ms',
    });
  }
  return rows;
}

function naiveAcl(events: readonly PolicyEvent[]): string[] {
  const entities = [...new Set(events.map(({ content }) => (content as { entity: string }).entity.toLowerCase()))];
  const globs = entities
    .filter(isGlob)
    .map((glob) => ({ glob, pattern: new RegExp(`^${glob.replaceAll('.', '\\.').replaceAll('*', '.*')}$`, 'su') }));
  return entities
    .filter((entity) => !globs.some(({ glob, pattern }) => glob !== entity && pattern.test(entity)))
    .sort();
}
