import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '../../src/util/logger.js';
import { RequestedScans } from '../../src/scan/requested.js';
import { readState } from '../../src/scan/state.js';
import { waitFor } from '../../sandbox/wait.js';
import { accountsWith, ROOM, scanningFor } from './scanning.js';

describe('a scan that the management room asks for', () => {
  let s: Awaited<ReturnType<typeof scanningFor>>;
  let scans: RequestedScans;
  const made = () =>
    new RequestedScans({
      scanner: s.scanner,
      ledger: s.ledger,
      commit: async (actions) => void (await s.ledger.commit((tx) => tx.addActions(actions))),
      managementRoom: () => ROOM,
      clock: Date.now,
      logger: silentLogger,
    });
  beforeEach(async () => {
    s = await scanningFor();
    s.stub.admin.accounts = accountsWith(8000, [1]);
    scans = made();
    // the answer to the command, as it was sent
    await s.ledger.commit((tx) =>
      tx.addActions([{ kind: 'message', lane: 'messages', key: 'answer:$command:0', payload: {} }]),
    );
    const [answer] = await s.ledger.actionsByKey(['answer:$command:0']);
    await s.ledger.endAction(answer?.id ?? 0, { state: 'done', result: { event_id: '$answer' }, at: 1 });
  });
  afterEach(async () => {
    await scans.stop();
    expect((await s.ledger.meta('scan:room:lease')) ?? '').toBe('');
    await s.close();
  });

  const begin = (over: { fresh?: boolean } = {}) =>
    scans.begin({ parts: ['users'], act: 'no', fresh: false, askedBy: '$command', ...over });
  const ended = () => waitFor(async () => (await readState(s.ledger, 'room'))?.endedAt != null, { timeoutMs: 10_000 });
  const messages = async () =>
    (await s.ledger.actionsOfKind(['message'], 'due', { afterId: 0, limit: 100 })).map(
      ({ payload }) => (payload as { content: Record<string, unknown> }).content,
    );

  it('begins at once, edits its answer, and sums up in a reply', async () => {
    const { resumed } = await begin();
    expect(resumed).toBe(false);
    await ended();
    const relates = (content: Record<string, unknown>) => JSON.stringify(content['m.relates_to']);
    const replies = async () => (await messages()).filter((content) => relates(content).includes('m.in_reply_to'));
    const said = await waitFor(async () => (await replies()).length > 0 && messages());
    // where it takes its time, the answer is edited meanwhile too
    const edits = said.filter((content) => relates(content) === '{"rel_type":"m.replace","event_id":"$answer"}');
    expect(edits.at(-1)?.body).toContain('Scan done');
    expect(said.filter((content) => !edits.includes(content)).map(relates)).toEqual([
      '{"m.in_reply_to":{"event_id":"$command"}}',
    ]);
    expect(JSON.stringify(said)).toContain('@impostor1:a.test');
  });

  it('is made once at a time, can be stopped, and is not gone on with then', async () => {
    s.stub.setRoundTrip(300);
    await begin();
    await expect(begin()).rejects.toMatchObject({ code: 'HEIMDALL_E_SCAN_RUNNING' });
    expect((await scans.end())?.state.endedAt).toEqual(expect.any(Number));
    expect(await scans.end()).toBeUndefined();
    s.stub.setRoundTrip(0);
    expect((await begin()).resumed).toBe(false);
    await ended();
  });

  it('goes on by itself after a restart', async () => {
    s.stub.setRoundTrip(300);
    await begin();
    await waitFor(() => s.count(/users/) > 0, { timeoutMs: 5000 });
    await scans.stop();
    expect((await readState(s.ledger, 'room'))?.endedAt).toBeNull();
    s.stub.setRoundTrip(0);
    scans = made();
    scans.start();
    await ended();
    expect(await s.ledger.cases({})).toHaveLength(1);
  });

  it('tells of trouble, and of how to go on', async () => {
    s.stub.admin.allowed = true;
    s.stub.fault({ match: /users/, status: 400, errcode: 'M_INVALID_PARAM', times: 1 });
    await begin();
    const said = await waitFor(async () => (await messages()).length === 1 && messages(), { timeoutMs: 5000 });
    expect(JSON.stringify(said)).toContain('interrupted');
    expect((await begin()).resumed).toBe(true);
    await ended();
  });
});
