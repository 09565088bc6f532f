import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { event, member } from '../support/events.js';
import { pipelineFor } from './pipelines.js';

type Tied = Awaited<ReturnType<typeof pipelineFor>>;

let tied: Tied;
beforeEach(async () => {
  tied = await pipelineFor();
});
afterEach(() => tied.close());

const ROOM = { room_id: '!r:evil.test' };

it('says of a transaction whether anything was written, since only then is there more work that may have to wait', async () => {
  const { pipeline, ledger } = tied;
  const honest = member('@honest:b.test', 'join', ROOM);
  const message = event({ type: 'm.room.message', content: { body: 'hello' }, ...ROOM });
  expect(await pipeline.handle([honest, message, { malformed: true }])).toBe(false);
  expect(await pipeline.handle([])).toBe(false);
  const impostor = {
    ...member('@m:evil.test', 'join', ROOM),
    content: { membership: 'join', displayname: 'Asgard (Official Account)' },
  };
  expect(await pipeline.handle([honest, impostor])).toBe(true);
  expect(await ledger.caseOfSubject('user', '@m:evil.test')).toBeDefined();
});
