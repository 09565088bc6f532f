import { expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { caseView } from '../../src/cases/view.js';
import { member } from '../support/events.js';
import { pipelineFor } from './pipelines.js';

const MB = 1024 * 1024;

it('an account that renames itself a thousand times with events of 60 kB costs little, and its case stays readable', async () => {
  const { pipeline, ledger, close } = await pipelineFor({ wantsAvatar: () => true });
  try {
    const rename = (index: number) => ({
      ...member('@m:evil.test', 'join', { room_id: '!r:evil.test', event_id: `$rename${index}` }),
      content: {
        membership: 'join',
        // long names are as good a way to fill a disk as long events
        displayname: `Asgard Support${' '.repeat(index % 2 === 0 ? 20_000 : 1)}${index}`,
        avatar_url: `mxc://evil.test/${index}`,
        padding: 'p'.repeat(index % 2 === 0 ? 40_000 : 60_000),
      },
    });
    const others: number[] = [];
    for (let index = 0; index < 1_000; index += 1) {
      await pipeline.handle([rename(index)]);
      if (index % 10 !== 0) continue;
      const began = performance.now();
      await pipeline.handle([member(`@honest${index}:b.test`, 'join', { room_id: '!r:evil.test' })]);
      others.push(performance.now() - began);
    }
    const record = await ledger.caseOfSubject('user', '@m:evil.test');
    expect(record).toMatchObject({ sightings: 1_000 });
    expect((await ledger.findingsOf(record?.id ?? 0)).length).toBeLessThanOrEqual(51);
    // one row of each: notice, edit, report, mail; a look at each picture
    const actions = await ledger.actionsOf(record?.id ?? 0);
    expect(actions.filter(({ kind }) => kind === 'notice_edit')).toHaveLength(1);
    expect(actions.length).toBeLessThan(12);
    // the write-ahead log is copied into the file in quiet moments, and its space is used again
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(ledger.writer);
    expect((rows[0]?.page_count ?? 0) * 4096).toBeLessThan(5 * MB);
    const began = performance.now();
    await caseView(ledger, record?.id ?? 0);
    expect(performance.now() - began).toBeLessThan(100);
    others.sort((a, b) => a - b);
    expect(others[Math.floor(others.length * 0.99)]).toBeLessThan(250);
  } finally {
    await close();
  }
}, 300_000);
