import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ActionHandler } from '../../src/actions/types.js';
import { MatrixError } from '../../src/matrix/types.js';
import { decidersOf } from '../../src/statements/appeals.js';
import { takeAppeal } from '../../src/reports/appeals.js';
import { CaseEnds } from '../../src/statements/ends.js';
import { DEFAULT_POLICIES, loadPolicies, policyFor } from '../../src/statements/policies.js';
import { Statements, type StatementsOptions } from '../../src/statements/statements.js';
import { Correspondence, openLedger } from '../../src/store/index.js';
import type { ActionRecord, NewAction } from '../../src/store/records/actions.js';

const ANNA = '@anna:example.org';
let folder: string;
let now: number;
let ledger: Awaited<ReturnType<typeof openLedger>>;
/** server notices: to whom, what */
let notices: { userId: string; body: string; txn: string }[];
let messages: string[];
let noticesWork: boolean;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'heimdall-statements-'));
  now = Date.UTC(2026, 10, 29, 12);
  ledger = await openLedger({ dataDir: folder, databaseUrl: null, clock: () => now });
  notices = [];
  messages = [];
  noticesWork = true;
});
afterEach(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

const appealed = (caseId: number, key: string, words?: string) =>
  ledger.commit(async (tx) => {
    await tx.addActions(await takeAppeal(tx, ledger, { caseId, key, words }, '!mods:x', now));
  });

function statements(more: Partial<StatementsOptions> = {}): Statements {
  return new Statements({
    homeserver: {
      botUserId: '@heimdall:example.org',
      serverName: 'example.org',
      request: (_method: string, route: string, options: { body: { user_id: string; content: { body: string } } }) => {
        if (!noticesWork) return Promise.reject(new MatrixError(400, 'M_UNKNOWN', 'Server notices are not enabled'));
        const { user_id: userId, content } = options.body;
        notices.push({ userId, body: content.body, txn: route.split('/').at(-1) ?? '' });
        return Promise.resolve({ event_id: '$notice' });
      },
      sendEvent: (_room: string, _type: string, _txn: string, content: { body: string }) => {
        messages.push(content.body);
        return Promise.resolve('$message');
      },
    },
    ledger,
    policies: DEFAULT_POLICIES,
    languageOf: () => Promise.resolve('en' as const),
    bulk: false,
    appealLink: (caseId: number) => Promise.resolve(`https://example.org/appeal/TOKEN${caseId}`),
    privateRoomWith: () => Promise.resolve('!chat:example.org'),
    clock: () => now,
    ...more,
  } as unknown as StatementsOptions);
}

async function reported(userId: string, reason: string): Promise<number> {
  const data = { reporter: '@bert:example.org', reason, source: 'client' };
  const recorded = await ledger.commit((tx) =>
    tx.recordFinding({
      subjectKind: 'user',
      subject: userId,
      key: `r:${userId}`,
      kind: 'report',
      seenAt: now,
      data,
    } as never),
  );
  return recorded.case.id;
}

async function done(caseId: number, action: Partial<NewAction>): Promise<ActionRecord> {
  const [record] = await ledger.commit((tx) =>
    tx.addActions([{ caseId, lane: 'x', key: `k${Math.random()}`, kind: 'write_rule', payload: {}, ...action }]),
  );
  if (record === undefined) throw new Error('no action');
  await ledger.endAction(record.id, { state: 'done', at: now });
  return { ...record, state: 'done' };
}

const rule = (entity: string, more: object = {}) => ({
  payload: { listRoomId: '!l:x', kind: 'user', entity, recommendation: 'm.ban', ...more },
});

/** Carries out what follows of an action, and what follows of that. */
async function carryOut(of: Statements, action: ActionRecord): Promise<NewAction[]> {
  const handlers = new Map<string, ActionHandler>(of.handlers().map((handler) => [handler.kind, handler]));
  const all: NewAction[] = [];
  const perform = async (next: NewAction): Promise<void> => {
    all.push(next);
    const record = { ...next, id: 1, attempts: 0, caseId: next.caseId ?? null } as unknown as ActionRecord;
    const outcome = await handlers.get(next.kind)?.perform(record, { mayHaveBeenSent: false } as never);
    if (outcome?.state === 'done') for (const follow of outcome.follow ?? []) await perform(follow);
  };
  for (const next of of.followUp(action, { state: 'done' })) await perform(next);
  return all;
}

describe('a statement of reasons', () => {
  it('says what, since and until when, why, how it was found, by which rule, and where to complain', async () => {
    const caseId = await reported(ANNA, 'm.harassment: she shouted at me');
    const until = now + 7 * 86_400_000;
    await carryOut(statements(), await done(caseId, { ...rule(ANNA, { until }), key: 'command:$1:write' }));
    expect(notices).toHaveLength(1);
    const { userId, body } = notices[0]!;
    expect(userId).toBe(ANNA);
    for (const part of [
      'banned from the rooms',
      'Since: 2026-11-29T12:00',
      'Until: 2026-12-06T12:00',
      'People reported: harassment',
      'found by reports',
      'A moderator decided',
      'Good conduct',
      'https://example.org/appeal/TOKEN1',
    ])
      expect(body).toContain(part);
    // neither who reported nor their words, which would tell who it was
    expect(body).not.toMatch(/bert|shouted/);
    expect(await ledger.auditOf(caseId)).toContainEqual(expect.objectContaining({ what: 'statement.sent' }));
  });

  it('is one for a rule and all that follows of it, and a second try of it has the same transaction id', async () => {
    const caseId = await reported(ANNA, 'rude');
    const first = await carryOut(statements(), await done(caseId, rule(ANNA)));
    const second = await carryOut(
      statements(),
      await done(caseId, { kind: 'ban', payload: { roomId: '!r:x', userId: ANNA } }),
    );
    const keys = [...first, ...second].filter(({ kind }) => kind === 'statement').map(({ key }) => key);
    expect(new Set(keys).size).toBe(1);
    expect(new Set(notices.map(({ txn }) => txn)).size).toBe(1);
  });

  it.each([
    ['an account of another server', '@anna:evil.test', rule('@anna:evil.test')],
    ['an allow rule', ANNA, rule(ANNA, { recommendation: 'org.matrix.mjolnir.allow' })],
    ['a rule for a server', ANNA, { payload: { listRoomId: '!l:x', kind: 'server', entity: 'evil.test' } }],
    ['an unban', ANNA, { kind: 'unban', payload: { roomId: '!r:x', userId: ANNA } }],
  ])('is not sent for %s', async (_name, userId, action) => {
    const caseId = await reported(userId, 'rude');
    expect(await carryOut(statements(), await done(caseId, action))).toEqual([]);
  });

  it('is not sent for what was only simulated, refused or failed', async () => {
    const caseId = await reported(ANNA, 'rude');
    const action = await done(caseId, rule(ANNA));
    for (const state of ['simulated', 'refused', 'failed'] as const)
      expect(statements().followUp(action, { state })).toEqual([]);
  });

  it('is not sent for one of a flood, unless that is asked for', async () => {
    const caseId = await reported(ANNA, 'm.spam');
    await ledger.commit((tx) => tx.joinRaid(caseId, 'flood', now, now - 60_000, 'last'));
    const action = await done(caseId, rule(ANNA));
    await carryOut(statements(), action);
    expect(notices).toEqual([]);
    await carryOut(statements({ bulk: true }), action);
    expect(notices).toHaveLength(1);
  });

  it('goes by direct message where the homeserver has no server notices', async () => {
    noticesWork = false;
    const caseId = await reported(ANNA, 'rude');
    await carryOut(statements({ appealLink: undefined }), await done(caseId, rule(ANNA)));
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain('write to the people who run this server');
  });

  it('speaks German to who spoke German', async () => {
    const caseId = await reported(ANNA, 'rude');
    await carryOut(statements({ languageOf: () => Promise.resolve('de') }), await done(caseId, rule(ANNA)));
    expect(notices[0]?.body).toContain('Eine Entscheidung über dein Konto');
  });
});

describe('a complaint', () => {
  const token = { hash: 'h'.repeat(64), kind: 'appeal' as const, userId: null, createdAt: 0, expiresAt: 9e15 };

  it('opens the case again, and its outcome is told once and counted', async () => {
    const caseId = await reported(ANNA, 'rude');
    const ends = new CaseEnds({ ledger, correspondence: new Correspondence(ledger), mail: true, clock: () => now });
    await ends.look();
    await appealed(caseId, 'link:1', 'It was not me');
    await ledger.commit((tx) => tx.putWebToken({ ...token, caseId, data: { sent_at: now } }));
    expect((await ledger.caseById(caseId))?.state).toBe('appealed');
    now += 60_000;
    await ledger.commit((tx) => tx.setCaseState(caseId, 'dismissed', now));
    await ends.look();
    await ends.look();
    const outcomes = (await ledger.actionsOf(caseId)).filter(({ kind }) => kind === 'appeal_outcome');
    expect(outcomes.map(({ payload }) => payload)).toEqual([{ caseId, userId: ANNA, upheld: true }]);
    const [month] = await ledger.monthlyFigures(Date.UTC(2026, 10, 1), now + 1);
    expect(month).toMatchObject({ appeals: 1, appealsUpheld: 1 });
  });

  it('tells who reported without an account and left an address, without the private link', async () => {
    const caseId = await reported(ANNA, 'rude');
    const ends = new CaseEnds({ ledger, correspondence: new Correspondence(ledger), mail: true, clock: () => now });
    await ends.look();
    const data = { mail: 'carl@example.net', number: '1234-5678', language: 'de' };
    await ledger.commit((tx) => tx.putWebToken({ ...token, kind: 'receipt', caseId, data }));
    now += 60_000;
    await ledger.commit((tx) => tx.setCaseState(caseId, 'actioned', now));
    await ends.look();
    const [letter] = await ledger
      .dueActions(now + 1, new Set(), 10, [])
      .then((due) => due.filter(({ kind }) => kind === 'letter'));
    expect(letter?.payload).toMatchObject({ to: 'carl@example.net', subject: 'Deine Meldung 1234-5678' });
    expect(JSON.stringify(letter)).not.toContain('/case/');
  });

  it('by mail is told and counted like one by link, and again only when there was another', async () => {
    const caseId = await reported(ANNA, 'rude');
    const ends = new CaseEnds({ ledger, correspondence: new Correspondence(ledger), mail: true, clock: () => now });
    await ends.look();
    const appeal = (answerId: number) => appealed(caseId, `mail:${answerId}`);
    const decide = async (state: 'actioned' | 'dismissed') => {
      now += 60_000;
      await ledger.commit((tx) => tx.setCaseState(caseId, state, now));
      await ends.look();
    };
    const outcomes = async () =>
      (await ledger.actionsOf(caseId))
        .filter(({ kind }) => kind === 'appeal_outcome')
        .map(({ payload }) => (payload as { upheld: boolean }).upheld);
    await decide('actioned');
    expect(await outcomes()).toEqual([]);
    await appeal(1);
    await decide('actioned');
    expect(await outcomes()).toEqual([false]);
    await appeal(2);
    await decide('dismissed');
    expect(await outcomes()).toEqual([false, true]);
    const [month] = await ledger.monthlyFigures(Date.UTC(2026, 10, 1), now + 1);
    expect(month).toMatchObject({ appeals: 2, appealsUpheld: 1 });
  });

  it('is heard of however many cases end at once', async () => {
    const ends = new CaseEnds({ ledger, correspondence: new Correspondence(ledger), mail: true, clock: () => now });
    await ends.look();
    const ids: number[] = [];
    for (let at = 0; at < 130; at++) {
      const caseId = await reported(`@person${at}:example.org`, 'rude');
      await appealed(caseId, `link:${caseId}`, 'no');
      ids.push(caseId);
    }
    now += 60_000;
    for (const caseId of ids) await ledger.commit((tx) => tx.setCaseState(caseId, 'actioned', now));
    await ends.look();
    const told = await Promise.all(
      ids.map(async (id) => (await ledger.actionsOf(id)).some(({ kind }) => kind === 'appeal_outcome')),
    );
    expect(told.filter(Boolean)).toHaveLength(130);
  });

  it('knows who made the decision that it is about', () => {
    const entry = (what: string, actor: string) => ({ at: 0, actor, what, caseId: 1, data: {} });
    expect([...decidersOf([entry('case.banned', '@a:x'), entry('case.appealed', 'subject')])]).toEqual(['@a:x']);
    expect([...decidersOf([entry('case.opened', 'heimdall'), entry('case.appealed', 'subject')])]).toEqual([]);
    expect([...decidersOf([entry('case.appealed', 'subject'), entry('case.closed', '@b:x')])]).toEqual([]);
  });
});

describe('policies.yaml', () => {
  it('gives the rule that is nearest to a harm', () => {
    const file = path.join(folder, 'policies.yaml');
    writeFileSync(
      file,
      'terms_url: https://example.org/terms\npolicies:\n  - {id: spam, title: No spam, text: Do not spam., harm: m.spam}\n  - {id: any, title: Be kind, text: Be kind.}\n',
    );
    const policies = loadPolicies(file);
    expect(policyFor(policies, 'm.spam.fraud').id).toBe('spam');
    expect(policyFor(policies, 'm.harassment').id).toBe('any');
  });

  it.each([
    ['a harm that nobody knows', 'policies: [{id: a, title: A, text: B, harm: m.nonsense}]', 'policies.0.harm'],
    ['an id with blanks', 'policies: [{id: "a b", title: A, text: B}]', 'policies.0.id'],
    ['a key that is not known', 'policies: [{id: a, title: A, text: B, colour: red}]', 'colour'],
    [
      'a link that is no web address',
      'terms_url: "javascript:alert(1)"\npolicies: [{id: a, title: A, text: B}]',
      'terms_url',
    ],
    ['no YAML', 'policies: [', 'policies.yaml'],
  ])('is refused with %s', (_name, text, key) => {
    const file = path.join(folder, 'policies.yaml');
    writeFileSync(file, text);
    expect(() => loadPolicies(file)).toThrow(key);
  });
});
