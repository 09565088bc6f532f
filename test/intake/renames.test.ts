import { expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { caseView } from '../../src/cases/view.js';
import { member } from '../support/events.js';
import { pipelineFor } from './pipelines.js';

const MB = 1024 * 1024;
/** as events 15 MB: several times what they may leave behind */
const RENAMES = 250;

it('an account that renames itself again and again with events of 60 kB costs little, and its case stays readable', async () => {
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
    for (let index = 0; index < RENAMES; index += 1) {
      await pipeline.handle([rename(index)]);
      if (index % 10 === 0)
        await pipeline.handle([member(`@honest${index}:b.test`, 'join', { room_id: '!r:evil.test' })]);
    }
    const record = await ledger.caseOfSubject('user', '@m:evil.test');
    expect(record).toMatchObject({ sightings: RENAMES });
    expect((await ledger.findingsOf(record?.id ?? 0)).length).toBeLessThanOrEqual(51);
    // one row of each: notice, edit, report, mail; a look at each picture
    const actions = await ledger.actionsOf(record?.id ?? 0);
    expect(actions.filter(({ kind }) => kind === 'notice_edit')).toHaveLength(1);
    expect(actions.length).toBeLessThan(12);
    // the write-ahead log is copied into the file in quiet moments, and its space is used again
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(ledger.writer);
    expect((rows[0]?.page_count ?? 0) * 4096).toBeLessThan(5 * MB);
    expect(JSON.stringify(await caseView(ledger, record?.id ?? 0)).length).toBeLessThan(MB);
  } finally {
    await close();
  }
}, 300_000);
