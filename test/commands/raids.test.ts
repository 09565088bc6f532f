import { describe, expect, it } from '@jest/globals';
import type { NewAction } from '../../src/store/records/actions.js';
import type { CaseRecord } from '../../src/store/records/cases.js';
import { MODERATOR, policyOf, room } from '../enforcement/fixtures.js';
import { askedOf, OWN } from './services.js';

const record = (id: number, over: Partial<CaseRecord> = {}): Partial<CaseRecord> => ({
  id,
  subjectKind: 'user',
  subject: `@imp${id}:evil.example`,
  state: 'open',
  verdict: 'likely',
  score: 5,
  ...over,
});

function raidOf(cases: Partial<CaseRecord>[], more: Parameters<typeof askedOf>[0] = {}) {
  const asked = askedOf({ ...more, cases });
  Object.assign(asked.services.ledger, {
    raid: (id: number) => Promise.resolve(id === 3 ? { id: 3, kind: 'flood', cases: cases.length } : undefined),
    casesOfRaid: (_id: number, { limit }: { limit: number }) => Promise.resolve(cases.slice(0, limit)),
  });
  const entities = () =>
    asked.actions.map(({ kind, payload, caseId }: NewAction) => [kind, (payload as { entity: string }).entity, caseId]);
  return { ...asked, entities };
}

describe('a raid', () => {
  it('is listed, and the list says how to ban all of it', async () => {
    const answer = await raidOf([record(1), record(2, { verdict: 'certain' })]).say('cases raid 3');
    expect(answer).toContain('1 certain, 1 likely');
    expect(answer).toContain('@imp2:evil.example');
    expect(answer).toContain('!heimdall ban raid 3');
  });

  it.each(['ban raid 3 spam', 'cases raid ban 3 spam', 'raid ban 3 spam'])(
    'is banned by one command, after a question that says whom: %s',
    async (words) => {
      const many = Array.from({ length: 30 }, (_, index) => record(index + 1));
      const asked = raidOf(many, {
        rooms: [room({ members: { '@imp7:evil.example': 'join' } })],
      });
      const question = await asked.say(words);
      expect(question).toMatch(/^QUESTION Ban 30 accounts of raid 3\?/);
      expect(question).toContain('30 likely. 1 account of them in the protected rooms now.');
      expect(question).toContain('@imp20:evil.example');
      expect(question).toContain('… and 10 more.');
      expect(asked.actions).toEqual([]);
      expect(await asked.say(words, { bound: many.map(({ subject }) => subject) })).toContain(
        '30 of 30 ban rules written to my own list.',
      );
      expect(asked.entities()).toEqual(many.map(({ id, subject }) => ['write_rule', subject, id]));
      expect(asked.actions[0]?.payload).toMatchObject({ listRoomId: OWN, reason: 'spam' });
    },
  );

  it('bans after the yes only those whom the question named', async () => {
    const asked = raidOf([record(1), record(2)]);
    await asked.say('ban raid 3', { bound: ['@imp1:evil.example'] });
    expect(asked.entities()).toEqual([['write_rule', '@imp1:evil.example', 1]]);
  });

  it('never bans who must stay, who was dismissed, who is only reported, or what is no account', async () => {
    const asked = raidOf(
      [
        record(1, { subject: MODERATOR }),
        record(2, { state: 'dismissed' }),
        record(3, { verdict: null }),
        record(4, { subjectKind: 'room', subject: '!copy:evil.example' }),
        record(5),
        record(6),
      ],
      { policy: policyOf({ entity: '@imp5:*' }) },
    );
    const question = await asked.say('ban raid 3');
    expect(question).toContain('Ban 1 account of raid 3?');
    for (const words of [
      '1 account banned already.',
      '1 dismissed case left out.',
      '1 account left out that people only reported',
      '1 case about no account left out.',
      'Left out 1 account: ',
    ])
      expect(question).toContain(words);
    await asked.say('ban raid 3 --yes');
    expect(asked.entities()).toEqual([['write_rule', '@imp6:evil.example', 6]]);
  });

  it('of ids that hold a pattern is banned by hash, so that nobody else is', async () => {
    const asked = raidOf([record(1, { subject: '@*:evil.example' })]);
    await asked.say('ban raid 3 --yes');
    expect(asked.actions[0]?.payload).toMatchObject({ entity: '@*:evil.example', hashed: true });
  });

  it('with nobody left says so, and one that is none is asked for', async () => {
    expect(await raidOf([record(1, { state: 'dismissed' })]).say('ban raid 3')).toContain('nobody left to ban');
    await expect(raidOf([]).say('ban raid 4')).rejects.toMatchObject({ code: 'HEIMDALL_E_USAGE' });
  });
});
