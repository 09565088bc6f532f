import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { outcomeHandler } from '../../src/commands/outcome.js';
import { openLedger, type ActionState, type Ledger, type NewAction } from '../../src/store/index.js';
import { BOT, LIST, member, policyOf, ROOM, room } from '../enforcement/fixtures.js';
import { askedOf, OWN } from './services.js';

const BAD = '@bad:evil.example';
let dataDir: string;
let ledger: Ledger;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'heimdall-dismiss-'));
  ledger = await openLedger({ dataDir });
});
afterEach(async () => {
  await ledger.close();
  await rm(dataDir, { recursive: true, force: true });
});

const end = async (key: string, state: Exclude<ActionState, 'due'> = 'done', result: unknown = undefined) =>
  ledger.endAction((await ledger.actionsByKey([key]))[0]!.id, { state, result, at: 1 });

async function caseWith(...actions: [NewAction, Exclude<ActionState, 'due'> | 'due', unknown?][]): Promise<number> {
  const id = await ledger.commit(async (tx) => {
    const { case: opened } = await tx.recordFinding({
      subjectKind: 'user',
      subject: BAD,
      key: 'f',
      kind: 'verdict',
      seenAt: 1,
      data: {},
      verdict: { level: 'certain', score: 1, protected: null },
    });
    await tx.addActions(actions.map(([action]) => ({ ...action, caseId: opened.id })));
    return opened.id;
  });
  for (const [{ key }, state, result] of actions) if (state !== 'due') await end(key, state, result);
  return id;
}
const write = (listRoomId = OWN): NewAction => ({
  kind: 'write_rule',
  lane: 'policy_list',
  key: 'w',
  payload: { listRoomId, kind: 'user', entity: BAD, recommendation: 'm.ban' },
});
const banOf = (rule?: unknown): NewAction => ({
  kind: 'ban',
  lane: ROOM,
  key: 'b',
  payload: { roomId: ROOM, userId: BAD, ...(rule === undefined ? {} : { rule }) },
});
const bannedByUs = () => {
  const here = room();
  return { ...here, members: new Map([...here.members, [BAD, member(BAD, 'ban', BOT)]]) };
};
const asked = (policy = policyOf(), rooms = [bannedByUs()]) =>
  askedOf({
    policy,
    rooms,
    end: ({ kind }) => (kind === 'remove_rule' ? { result: { effect: 'removed' } } : {}),
    more: { ledger },
  });
const kinds = (one: ReturnType<typeof asked>) =>
  one.actions.map(({ kind }) => kind).filter((kind) => kind !== 'notice_edit');

describe('dismiss', () => {
  it('removes the rule where it was written, and leaves lifting its bans to the plan', async () => {
    const id = await caseWith(
      [write(LIST), 'done'],
      [banOf({ type: 't', stateKey: 's' }), 'done', { effect: 'banned' }],
    );
    const one = asked();
    expect(await one.say(`dismiss ${id} a fan`)).toContain('Its rule is removed');
    expect(kinds(one)).toEqual(['remove_rule']);
    expect(one.actions[0]?.payload).toMatchObject({ listRoomId: LIST, entity: BAD });
    expect((await ledger.caseById(id))?.state).toBe('dismissed');
  });

  const fullWidth = (one: number) =>
    String.fromCharCode(...[...String(one)].map((digit) => 0xfee0 + digit.charCodeAt(0)));
  it.each<[string, (a: number, b: number) => string]>([
    ['1-2', (a, b) => `${a}-${b}`],
    ['1 – 2', (a, b) => `${a} – ${b}`],
    ['1,2', (a, b) => `${a},${b}`],
    ['full-width digits', (a, b) => `${fullWidth(a)} ${fullWidth(b)}`],
  ])('of several cases, written %s, takes back what was done for each', async (_, written) => {
    const first = await caseWith([write(), 'done']);
    const second = await ledger.commit(async (tx) => {
      const { case: opened } = await tx.recordFinding({
        subjectKind: 'user',
        subject: '@worse:evil.example',
        key: 'g',
        kind: 'verdict',
        seenAt: 1,
        data: {},
        verdict: { level: 'certain', score: 1, protected: null },
      });
      const payload = { listRoomId: OWN, kind: 'user', entity: '@worse:evil.example', recommendation: 'm.ban' };
      await tx.addActions([{ ...write(), key: 'w2', payload, caseId: opened.id }]);
      return opened.id;
    });
    await end('w2');
    const one = asked();
    expect(await one.say(`dismiss ${written(first, second)} harmless`)).toContain('2 cases dismissed');
    const removals = one.actions.filter(({ kind }) => kind === 'remove_rule');
    expect(removals.map(({ payload }) => (payload as { entity: string }).entity)).toEqual([BAD, '@worse:evil.example']);
    expect(new Set(removals.map(({ key }) => key)).size).toBe(2);
  });

  it.each(['@fan:evil.example', '!abcDEF:evil.example', '!6G2r9XujMO_YeonyQz_tSV3VCmrrfSy2f8CynGN2SD4'])(
    'a case is named by its subject, %s',
    async (subject) => {
      const { case: opened } = await ledger.commit((tx) =>
        tx.recordFinding({
          subjectKind: subject.startsWith('!') ? 'room' : 'user',
          subject,
          key: 'by subject',
          kind: 'verdict',
          seenAt: 1,
          data: {},
          verdict: { level: 'likely', score: 1, protected: null },
        }),
      );
      expect(await asked().say(`case ${subject}`)).toContain(`Case ${opened.id}`);
    },
  );

  it('is seen in the case, and in no list of other cases', async () => {
    const id = await caseWith();
    const one = asked();
    expect(await one.say(`case ${id}`)).toContain('State: open');
    expect(await one.say('cases dismissed')).toBe('There are no cases that are dismissed.');
    await one.say(`dismiss ${id}`);
    expect(await one.say(`case ${id}`)).toContain('State: dismissed');
    expect(await one.say('cases dismissed')).toContain(`Case ${id}: `);
    expect(await one.say('cases')).toBe('There are no open cases.');
  });

  it('says when another list wants the ban, and lifts nothing then', async () => {
    const id = await caseWith([write(), 'done'], [banOf(), 'done', { effect: 'banned' }]);
    const one = asked(policyOf({ entity: '@*:evil.example' }));
    expect(await one.say(`dismiss ${id}`)).toContain('It stays banned all the same: Spam');
    expect(kinds(one)).toEqual(['remove_rule']);
  });

  it('lifts a ban that was made without a rule, unless somebody made it anew', async () => {
    const id = await caseWith([banOf(), 'done', { effect: 'banned' }]);
    const one = asked();
    await one.say(`dismiss ${id}`);
    expect(kinds(one)).toEqual(['unban']);
    const here = room();
    const again = asked(policyOf(), [
      { ...here, members: new Map([...here.members, [BAD, member(BAD, 'ban', '@human:x')]]) },
    ]);
    await again.say(`dismiss ${id}`);
    expect(kinds(again)).toEqual([]);
  });

  it.each(['due', 'cancelled'] as const)(
    'takes a rule that was %s back too: it may have got through',
    async (state) => {
      const one = asked();
      await one.say(`dismiss ${await caseWith([write(), state])}`);
      expect(kinds(one)).toEqual(['remove_rule']);
    },
  );

  it('has nothing to undo where nothing was done', async () => {
    const one = asked();
    expect(
      await one.say(`dismiss ${await caseWith([write(), 'refused'], [banOf(), 'done', { effect: 'held' }])}`),
    ).toContain('nothing to undo');
    expect(kinds(one)).toEqual([]);
  });
});

describe('the second answer of a long command', () => {
  it('waits until the last follow-up has ended, then counts', async () => {
    const redaction = (key: string): NewAction => ({
      kind: 'redact_user',
      lane: key,
      key,
      payload: { roomId: ROOM, userId: BAD },
    });
    await ledger.commit((tx) =>
      tx.addActions([
        redaction('r'),
        {
          kind: 'outcome',
          lane: 'o',
          key: 'o',
          payload: { deed: 'redact', whom: BAD, keys: ['r'], roomId: '!management:x', inReplyTo: '$c' },
        },
      ]),
    );
    const perform = async () =>
      outcomeHandler(ledger, Date.now).perform((await ledger.actionsByKey(['o']))[0]!, { mayHaveBeenSent: false });
    expect(await perform()).toMatchObject({ state: 'retry' });
    await ledger.endAction((await ledger.actionsByKey(['r']))[0]!.id, {
      state: 'done',
      result: { effect: 'continued', next: 'r:1' },
      follow: [redaction('r:1')],
      at: 1,
    });
    expect(await perform()).toMatchObject({ state: 'retry' });
    await end('r:1', 'done', { effect: 'redacted', gone: 120, failed: 1 });
    const outcome = await perform();
    expect(JSON.stringify(outcome)).toContain(
      `120 messages of ${BAD} redacted in 1 room. 1 message could not be redacted.`,
    );
    expect(outcome).toMatchObject({
      state: 'done',
      follow: [{ kind: 'message', payload: { content: { 'm.relates_to': { 'm.in_reply_to': { event_id: '$c' } } } } }],
    });
  });
});
