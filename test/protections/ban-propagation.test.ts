import { describe, expect, it } from '@jest/globals';
import { banPropagation } from '../../src/protections/kinds/ban-propagation.js';
import { Judge } from './judging.js';

const membership = (now: string, before?: string, sender = '@mod:a.test') => ({
  type: 'm.room.member',
  state_key: '@bad:evil.example',
  sender,
  content: { membership: now, reason: 'spam' },
  ...(before === undefined ? {} : { unsigned: { prev_content: { membership: before } } }),
});

describe('BanPropagation', () => {
  it('offers to put a ban on a list, with who did it and why', () => {
    expect(new Judge(banPropagation).ask(membership('ban', 'join'))).toEqual([
      {
        subject: { kind: 'user', id: '@bad:evil.example' },
        why: 'banned in one room by a moderator',
        events: [],
        offer: 'ban',
        detail: { by: '@mod:a.test', room: '!room:a.test', reason: 'spam' },
      },
    ]);
    expect(new Judge(banPropagation).ask(membership('ban'))).toHaveLength(1);
  });

  it('says nothing of a ban that a rule asks for already, of a new reason for an old one, and of kicks and invites', () => {
    const judge = new Judge(banPropagation);
    for (const one of [
      membership('ban', 'ban'),
      membership('leave', 'join'),
      membership('leave'),
      membership('invite'),
    ])
      expect([one, judge.ask(one)]).toEqual([one, []]);
    judge.ruledOut.add('@bad:evil.example');
    expect(judge.ask(membership('ban', 'join'))).toEqual([]);
  });

  it('offers to lift the rule when a ban is lifted, and only while a rule bans the person', () => {
    const judge = new Judge(banPropagation);
    expect(judge.ask(membership('leave', 'ban'))).toEqual([]);
    judge.ruledOut.add('@bad:evil.example');
    expect(judge.ask(membership('leave', 'ban'))).toMatchObject([{ offer: 'unban' }]);
  });

  it('takes content of any form', () => {
    const judge = new Judge(banPropagation);
    for (const content of [{}, { membership: 7 }, { membership: 'ban', reason: { a: 1 } }])
      expect(() => judge.ask({ ...membership('ban'), content })).not.toThrow();
    const [finding] = judge.ask({ ...membership('ban'), content: { membership: 'ban', reason: 'x'.repeat(5000) } });
    expect(String(finding?.detail.reason)).toHaveLength(200);
  });
});
