import { describe, expect, it } from '@jest/globals';
import { caseButtonsHandler } from '../../src/commands/case-buttons.js';
import { MatrixError } from '../../src/matrix/types.js';
import type { ActionRecord } from '../../src/store/records/actions.js';
import type { CaseRecord } from '../../src/store/records/cases.js';
import { BOT } from '../enforcement/fixtures.js';
import { MANAGEMENT } from './services.js';

/** A management room with reactions, and one case in it. */
function desk(record: Partial<CaseRecord>, findings: { data: unknown }[] = []) {
  const reactions: { event_id: string; sender: string; on: string; key: string }[] = [];
  let requests = 0;
  let refusal: MatrixError | undefined;
  const found = { id: 1, subjectKind: 'user', state: 'open', noticeEventId: '$n', againEventId: null, ...record };
  const handler = caseButtonsHandler({
    homeserver: {
      botUserId: BOT,
      request: (_method: string, path: string) => {
        requests += 1;
        if (refusal !== undefined) return Promise.reject(refusal);
        const on = decodeURIComponent(/relations\/([^/]+)/.exec(path)?.[1] ?? '');
        return Promise.resolve({
          chunk: reactions
            .filter((one) => one.on === on)
            .map(({ event_id, sender, key }) => ({ event_id, sender, content: { 'm.relates_to': { key } } })),
        });
      },
      sendEvent: (_roomId: string, _type: string, txnId: string, content: Record<string, unknown>) => {
        const { event_id: on, key } = content['m.relates_to'] as { event_id: string; key: string };
        reactions.push({ event_id: `$${txnId}`, sender: BOT, on, key });
        return Promise.resolve(`$${txnId}`);
      },
      redact: (_roomId: string, eventId: string) => {
        reactions.splice(
          reactions.findIndex(({ event_id: id }) => id === eventId),
          1,
        );
        return Promise.resolve('$r');
      },
    } as never,
    ledger: {
      caseById: () => Promise.resolve(found as CaseRecord),
      newestFindings: () => Promise.resolve(findings as never),
    },
    managementRoom: () => MANAGEMENT,
    isOwnRoom: (roomId) => roomId === '!ours:a.test',
  });
  return {
    found,
    reactions,
    requests: () => requests,
    refuse: (error: MatrixError) => (refusal = error),
    bring: () =>
      handler.perform({ caseId: 1, payload: {}, createdAt: 0, attempts: 0 } as unknown as ActionRecord, {
        mayHaveBeenSent: false,
      }),
    keysOn: (on: string) => reactions.filter((one) => one.on === on && one.sender === BOT).map(({ key }) => key),
  };
}

describe('the buttons under a notice', () => {
  it('follow the state of the case, and leave what people pressed alone', async () => {
    const one = desk({});
    await one.bring();
    expect(one.keysOn('$n')).toEqual(['🔨 ban', '👌 dismiss', '🧹 redact', '✉️ forward', '🙋 claim']);
    one.reactions.push({ event_id: '$theirs', sender: '@mod:example.org', on: '$n', key: '🔨 ban' });
    one.found.state = 'actioned';
    await one.bring();
    expect(one.keysOn('$n')).not.toContain('🔨 ban');
    expect(one.keysOn('$n')).toContain('↩️ undo');
    expect(one.reactions.map(({ event_id: id }) => id)).toContain('$theirs');
    one.found.state = 'dismissed';
    await one.bring();
    expect(one.keysOn('$n')).toEqual([]);
  });

  it('stand under the newest notice of a case that opened again', async () => {
    const one = desk({});
    await one.bring();
    one.found.againEventId = '$again';
    await one.bring();
    expect(one.keysOn('$n')).toEqual([]);
    expect(one.keysOn('$again')).toContain('🔨 ban');
  });

  it('cost no request while nothing changed, and are added where the homeserver does not tell what stands there', async () => {
    const one = desk({});
    one.refuse(new MatrixError(404, 'M_UNRECOGNIZED', 'no'));
    await one.bring();
    expect(one.keysOn('$n')).toContain('🔨 ban');
    const before = one.requests();
    await one.bring();
    expect(one.requests()).toBe(before);
  });

  it('offer to lift what a rule bans when a moderator has lifted it in one room, and only then', async () => {
    const lifted = desk({ state: 'actioned' }, [{ data: { offer: 'unban' } }]);
    await lifted.bring();
    expect(lifted.keysOn('$n')).toContain('🕊️ unban');
    const banned = desk({}, [{ data: { offer: 'ban' } }]);
    await banned.bring();
    expect(banned.keysOn('$n')).not.toContain('🕊️ unban');
  });

  it('offer to ban all accounts of a campaign, and never to ban a room of ours', async () => {
    const room = { subjectKind: 'room', subject: '!ours:a.test' } as const;
    const campaign = desk(room, [{ data: { members: ['@a:b.test'] } }]);
    await campaign.bring();
    expect(campaign.keysOn('$n')).toEqual(['🧨 ban all', '👌 dismiss', '🙋 claim']);
    const wave = desk(room, [{ data: {} }]);
    await wave.bring();
    expect(wave.keysOn('$n')).toEqual(['👌 dismiss', '🙋 claim']);
  });
});
