import { expect, it } from '@jest/globals';
import { cancelCommands } from '../../src/commands/cancel.js';
import { atWork, bansAtWork, firstAnswerOf, outcomeHandler, workThrough } from '../../src/commands/outcome.js';
import type { Given } from '../../src/commands/spec.js';
import type { Invocation, Services } from '../../src/commands/types.js';
import { messageContent } from '../../src/matrix/message.js';
import { message } from '../../src/notify/actions.js';
import type { ActionRecord, NewAction } from '../../src/store/records/actions.js';
import { describeLedgers } from '../support/ledgers.js';

const ROOM = '!management:example.org';
const COMMAND = '$command';
const ANSWER = '$answer';
const rule = (index: number): NewAction => ({
  kind: 'write_rule',
  lane: 'policy_list',
  key: `command:${COMMAND}:${index}`,
  payload: { entity: `@p${index}:evil.example` },
});
const invocation = { key: COMMAND, eventId: COMMAND, roomId: ROOM, replyTo: COMMAND, thread: undefined } as Invocation;

describeLedgers('a command that goes on after its answer', (open) => {
  async function stage(count = 3) {
    const ledger = await open();
    const scan = { ended: 0 };
    const services = {
      ledger,
      clock: () => 1_000,
      commit: async (actions: NewAction[]) => void (await ledger.commit((tx) => tx.addActions(actions))),
      // as the outbox when its time is over
      runAndWait: async (actions: NewAction[]) => {
        await ledger.commit((tx) => tx.addActions(actions));
        return ledger.actionsByKey(actions.map(({ key }) => key));
      },
      scans: {
        end: () => {
          scan.ended += 1;
          return Promise.resolve(undefined);
        },
      },
    } as unknown as Services;
    const actions = Array.from({ length: count }, (_, index) => rule(index));
    const end = async (index: number, state: 'done' | 'failed' = 'done') => {
      const [action] = await ledger.actionsByKey([rule(index).key]);
      await ledger.endAction(action!.id, { state, at: 2, ...(state === 'failed' ? { error: 'No.' } : {}) });
    };
    const answered = async (text: string) => {
      const content = messageContent([{ line: ['Before. ', { code: '<x>' }, ` ${text}`] }], { inReplyTo: COMMAND });
      const [sent] = await ledger.commit((tx) =>
        tx.addActions([message.create({ roomId: ROOM, content }, { key: firstAnswerOf(COMMAND) })]),
      );
      await ledger.endAction(sent!.id, { state: 'done', result: { event_id: ANSWER }, at: 2 });
    };
    const look = async () => {
      const [work] = await atWork(ledger);
      return outcomeHandler(ledger, () => 3).perform(work!.action, { mayHaveBeenSent: false });
    };
    const edits = async (): Promise<Record<string, unknown>[]> =>
      (await ledger.actionsByKeyPrefix('outcome:'))
        .filter(({ kind }) => kind === 'message')
        .map(({ payload }) => (payload as { content: Record<string, unknown> }).content);
    const cancel = (repliesTo?: string, bare = false) =>
      cancelCommands[0]!.run(services, {
        around: { repliesTo },
        bare,
        invocation: { key: '$cancel', sender: '@m:x' },
      } as unknown as Given<never, never>);
    return { ledger, services, actions, end, answered, look, edits, cancel, scan };
  }

  it('says how far it is in its first answer, with a button that cancels, and tells the end by itself', async () => {
    const { ledger, services, actions, end, answered, look, edits } = await stage();
    const { atWork: said } = await workThrough(services, invocation, 'Rules written', actions);
    expect(said).toContain('0 of 3 done');
    await answered(said!);
    expect(await look()).toMatchObject({ state: 'retry', afterMs: 2_000 });
    // nothing new, no edit
    expect(await edits()).toEqual([]);
    expect(await ledger.actionsByKey([`reaction:${ANSWER}:❌ cancel`])).toHaveLength(1);
    await end(0);
    await look();
    await look();
    expect(await edits()).toMatchObject([
      {
        body: `* Before. <x> ${said!.replace('0 of 3', '1 of 3')}`,
        'm.new_content': { formatted_body: expect.stringContaining('<code>&lt;x&gt;</code>') },
        'm.relates_to': { rel_type: 'm.replace', event_id: ANSWER },
      },
    ]);
    await end(1);
    await end(2, 'failed');
    const { state, follow } = (await look()) as { state: string; follow: NewAction[] };
    expect(state).toBe('done');
    const [edit, outcome] = follow.map(({ payload }) => (payload as { content: { body: string } }).content.body);
    expect(edit).toContain('Over: 3 of 3 done.');
    expect(outcome).toContain('Rules written: 2 of 3.');
    expect(outcome).toContain('@p2:evil.example – No.');
  });

  it('needs none of this when it ends in time', async () => {
    const { ledger, services, actions } = await stage();
    const ends = actions.map((action) => ({ ...action, state: 'done' }) as unknown as ActionRecord);
    const quick = { ...services, runAndWait: () => Promise.resolve(ends) };
    expect(await workThrough(quick, invocation, 'Rules written', actions)).toEqual({ ended: ends });
    expect(await atWork(ledger)).toEqual([]);
  });

  it.each([
    ['a reply to the command', COMMAND, false],
    ['a reply to its answer, without a prefix', ANSWER, true],
    ['the only one there is', undefined, false],
  ])('is cancelled by %s: what has not begun is not done', async (_how, repliesTo, bare) => {
    const { ledger, services, actions, end, answered, look, cancel } = await stage();
    const { atWork: said } = await workThrough(services, invocation, 'Rules written', actions);
    await answered(said!);
    await end(0);
    expect(JSON.stringify(await cancel(repliesTo, bare))).toContain('Cancelled');
    expect((await ledger.actionsByKey(actions.map(({ key }) => key))).map(({ state }) => state)).toEqual([
      'done',
      'cancelled',
      'cancelled',
    ]);
    const { follow } = (await look()) as { follow: NewAction[] };
    const texts = JSON.stringify(follow);
    expect(texts).toContain('Cancelled: 1 of 3 done.');
    expect(texts).toContain('Cancelled before it began: 2.');
  });

  it('is not cancelled by a bare word about something else; without work a scan ends', async () => {
    const { ledger, services, actions, cancel, scan } = await stage();
    await workThrough(services, invocation, 'Rules written', actions);
    expect(await cancel('$other', true)).toEqual([]);
    expect(await cancel(undefined, true)).toEqual([]);
    expect(await ledger.countDueActions()).toBe(4);
    await cancel();
    const [work] = await atWork(ledger);
    await ledger.endAction(work!.action.id, { state: 'done', at: 3 });
    expect(scan.ended).toBe(0);
    await cancel();
    expect(scan.ended).toBe(1);
  });

  it('stops a redaction whose step was under way when it was cancelled', async () => {
    const { ledger, services, look, cancel } = await stage();
    const step = (index: number): NewAction => ({ kind: 'redact_user', lane: 'r', key: `r:${index}`, payload: {} });
    await workThrough(services, invocation, 'Done', [step(0)]);
    const [first] = await ledger.actionsByKey(['r:0']);
    await cancel();
    const result = { effect: 'continued', next: 'r:1' };
    await ledger.endAction(first!.id, { state: 'done', result, follow: [step(1)], at: 3 });
    expect(await look()).toMatchObject({ state: 'done' });
    expect(await ledger.actionsByKey(['r:1'])).toMatchObject([{ state: 'cancelled' }]);
  });

  it('of bans that a rule brought is cancelled by taking the rule back', async () => {
    const { ledger, services, cancel } = await stage();
    const ban = (index: number, entity: string): NewAction => ({
      kind: 'ban',
      lane: '!room:x',
      key: `ban:${index}`,
      payload: { roomId: '!room:x', userId: `@s${index}:evil.example`, rule: { roomId: '!list:x', entity } },
    });
    await services.commit([ban(0, '@s*:evil.example'), ban(1, '@s*:evil.example'), ban(2, '@other*:x')]);
    expect(await bansAtWork(services, invocation, { roomId: '!list:x', entity: '@none*:x' })).toBeUndefined();
    const said = await bansAtWork(services, invocation, { roomId: '!list:x', entity: '@s*:evil.example' });
    expect(said).toContain('0 of 2 done');
    expect(JSON.stringify(await cancel(COMMAND))).toContain('the rule is taken back');
    const states = (await ledger.actionsByKeyPrefix('ban:')).map(({ state }) => state);
    expect(states).toEqual(['cancelled', 'cancelled', 'due']);
    const [undo] = await ledger.actionsOfKind(['command'], 'due', { afterId: 0, limit: 10 });
    expect(undo?.payload).toMatchObject({ words: [{ text: 'undo' }], around: { repliesTo: COMMAND }, sender: '@m:x' });
  });
});
