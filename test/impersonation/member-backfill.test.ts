import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHomeserver } from '../../src/matrix/client.js';
import { backfillMembersHandler } from '../../src/impersonation/member-backfill.js';
import { startStubHomeserver, type StubHomeserver } from '../support/stub-homeserver.js';
import { member } from '../support/events.js';
import { pipelineFor } from '../intake/pipelines.js';

const ROOM = '!room:a.test';

describe('a room that one of us joins', () => {
  let live: Awaited<ReturnType<typeof pipelineFor>>;
  let stub: StubHomeserver;
  let close: () => Promise<void>;
  beforeEach(async () => {
    live = await pipelineFor();
    stub = await startStubHomeserver();
    stub.admin.allowed = true;
    const homeserver = createHomeserver({
      url: stub.url,
      serverName: 'a.test',
      botLocalpart: 'heimdall',
      asToken: 'token',
      adminToken: null,
    });
    look = backfillMembersHandler(homeserver, live.pipeline);
    close = () => homeserver.close();
  });
  afterEach(async () => {
    await close();
    await stub.close();
    await live.close();
  });
  let look: ReturnType<typeof backfillMembersHandler>;

  const looks = async () => live.ledger.actionsOfKind(['backfill_members'], 'due', { afterId: 0, limit: 100 });
  const carryOut = async () => {
    const results: unknown[] = [];
    for (const action of await looks()) {
      const outcome = await look.perform(action, { mayHaveBeenSent: false });
      if (outcome.state !== 'done') throw new Error(JSON.stringify(outcome));
      results.push(outcome.result);
      await live.ledger.endAction(action.id, { state: 'done', at: 1 });
    }
    return results;
  };
  const impostor = () =>
    stub.setState(
      ROOM,
      'm.room.member',
      '@server:asgard.test',
      { membership: 'join', displayname: 'Asgard (Official Account)' },
      '@server:asgard.test',
    );

  it('is looked at once, however many of us come', async () => {
    stub.setState(
      ROOM,
      'm.room.member',
      '@honest:elsewhere.example',
      { membership: 'join', displayname: 'Honest' },
      '@honest:elsewhere.example',
    );
    impostor();
    await live.pipeline.handle([
      member('@one:a.test', 'join', { room_id: ROOM }),
      member('@two:a.test', 'join', { room_id: ROOM }),
      member('@far:elsewhere.example', 'join', { room_id: ROOM }),
    ]);
    expect(await carryOut()).toEqual([{ looked_at: 2, hits: 1 }]);
    expect(await live.asked()).toContain('write_rule');
    await live.pipeline.handle([member('@three:a.test', 'join', { room_id: ROOM })]);
    expect(await looks()).toEqual([]);
  });

  it('is looked at again when one of us comes back after all had left', async () => {
    await live.pipeline.handle([member('@one:a.test', 'join', { room_id: ROOM })]);
    await carryOut();
    await live.pipeline.handle([member('@one:a.test', 'leave', { room_id: ROOM })]);
    impostor();
    await live.pipeline.handle([member('@one:a.test', 'join', { room_id: ROOM })]);
    expect(await carryOut()).toEqual([{ looked_at: 1, hits: 1 }]);
  });

  it('costs one small request when others of us were there all the time', async () => {
    stub.admin.localMembers = () => 40;
    impostor();
    await live.pipeline.handle([member('@one:a.test', 'join', { room_id: ROOM })]);
    await carryOut();
    await live.pipeline.handle([
      member('@one:a.test', 'leave', { room_id: ROOM }),
      member('@one:a.test', 'join', { room_id: ROOM }),
    ]);
    const before = stub.requests.length;
    await carryOut();
    expect(stub.requests.slice(before).map(({ path }) => path)).toEqual([`/_synapse/admin/v1/rooms/${ROOM}`]);
  });
});
