import { describe, expect, it } from '@jest/globals';
import { noticeHandler, caseThreadHandler } from '../../src/notify/handlers.js';
import { quietEndHandler, quietHours, soundOf } from '../../src/notify/quiet-hours.js';
import type { ActionRecord } from '../../src/store/records/actions.js';
import type { CaseRecord } from '../../src/store/records/cases.js';
import type { ActionHandler } from '../../src/actions/types.js';
import type { Homeserver } from '../../src/matrix/types.js';
import { describeLedgers } from '../support/ledgers.js';
import { finding } from '../store/suites/cases.js';

const at = (day: number, hour: number, minute = 0): number => new Date(2026, 10, day, hour, minute).getTime();

describe('quiet hours', () => {
  it('are those between two times of day, also over midnight', () => {
    expect(quietHours(null, at(5, 23))).toBeUndefined();
    for (const [now, from, until] of [
      [at(5, 22), at(5, 22), at(6, 7)],
      [at(6, 3), at(5, 22), at(6, 7)],
      [at(6, 6, 59), at(5, 22), at(6, 7)],
    ] as const)
      expect(quietHours('22:00-07:00', now)).toEqual({ from, until });
    for (const now of [at(5, 21, 59), at(6, 7), at(6, 12)]) expect(quietHours('22:00-07:00', now)).toBeUndefined();
    expect(quietHours('01:30-02:00', at(5, 1, 45))).toEqual({ from: at(5, 1, 30), until: at(5, 2) });
    expect(quietHours('01:30-02:00', at(5, 23))).toBeUndefined();
  });

  it('never hold for what is certain', () => {
    const quiet = () => ({ from: 1, until: 2 });
    expect(soundOf('certain', quiet)).toEqual({ msgtype: 'm.text', follow: [] });
    for (const verdict of ['likely', 'possible', null] as const) {
      expect(soundOf(verdict, quiet)).toMatchObject({ msgtype: 'm.notice', follow: [{ notBefore: 2 }] });
      expect(soundOf(verdict, () => undefined)).toEqual({ msgtype: 'm.text', follow: [] });
    }
  });
});

const verdict = (level: 'possible' | 'likely' | 'certain') => ({ level, score: 4, protected: '@server:a.test' });

describeLedgers('a case in quiet hours', (open) => {
  const attempt = { mayHaveBeenSent: false };
  async function stage(clock: () => number) {
    const sent: Record<string, unknown>[] = [];
    const ledger = await open({ clock });
    const options = {
      ledger,
      homeserver: {
        botUserId: '@heimdall:a.test',
        sendEvent: (_room: string, _type: string, _txn: string, content: Record<string, unknown>) => {
          sent.push(content);
          return Promise.resolve(`$${sent.length}`);
        },
      } as unknown as Homeserver,
      identities: [],
      managementRoom: () => '!desk:a.test',
      moderators: () => ['@mod:a.test'],
      quiet: () => quietHours('22:00-07:00', clock()),
    };
    const caseOf = async (subject: string, level: 'possible' | 'likely' | 'certain'): Promise<CaseRecord> =>
      (await ledger.commit((tx) => tx.recordFinding({ ...finding({ subject, key: level }), verdict: verdict(level) })))
        .case;
    const act = (handler: ActionHandler, record?: CaseRecord, payload = {}) =>
      handler.perform(
        {
          id: 1,
          attempts: 0,
          createdAt: 0,
          key: `${JSON.stringify(payload)}${record?.id}`,
          payload,
          caseId: record?.id ?? null,
        } as ActionRecord,
        attempt,
      );
    return { sent, options, ledger, caseOf, act };
  }

  it('comes without a ping, and rings when it becomes certain', async () => {
    const { sent, options, caseOf, act } = await stage(() => at(6, 3));
    const likely = await caseOf('@a:evil.test', 'likely');
    const end = await act(noticeHandler(options), likely);
    expect(sent).toMatchObject([{ msgtype: 'm.notice' }]);
    expect(end).toMatchObject({ follow: [{ kind: 'quiet_end', notBefore: at(6, 7) }] });
    await act(caseThreadHandler(options), likely, { level: 'likely' });
    expect(sent[1]).toMatchObject({ msgtype: 'm.notice' });
    expect(JSON.stringify(sent[1])).not.toContain('@mod:a.test');
    await act(caseThreadHandler(options), await caseOf('@a:evil.test', 'certain'), { level: 'certain' });
    expect(sent[2]).toMatchObject({ msgtype: 'm.text', 'm.mentions': { user_ids: ['@mod:a.test'] } });
    await act(noticeHandler(options), await caseOf('@b:evil.test', 'certain'));
    expect(sent[3]).toMatchObject({ msgtype: 'm.text' });
  });

  it('is told of once more at the end, if it still waits for somebody', async () => {
    let now = at(5, 20);
    const { sent, options, ledger, caseOf, act } = await stage(() => now);
    await caseOf('@before:evil.test', 'likely');
    now = at(6, 3);
    const dismissed = await caseOf('@a:evil.test', 'likely');
    await ledger.commit((tx) => tx.setCaseState(dismissed.id, 'dismissed', now));
    await caseOf('@b:evil.test', 'certain');
    const hours = quietHours('22:00-07:00', now)!;
    now = at(6, 7);
    await act(quietEndHandler(options), undefined, hours);
    expect(sent).toEqual([]);
    now = at(6, 4);
    await caseOf('@c:evil.test', 'possible');
    now = at(6, 7);
    await act(quietEndHandler(options), undefined, hours);
    expect(sent).toMatchObject([{ msgtype: 'm.text' }]);
    expect(sent[0]?.body).toContain('One case that came without a ping still waits: 1 possible');
  });
});
