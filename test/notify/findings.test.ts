import { expect, it } from '@jest/globals';
import { Findings, type Finding } from '../../src/notify/findings.js';
import type { SqlLedger } from '../../src/store/index.js';
import { describeLedgers } from '../support/ledgers.js';

const ROOM = '!room:a.test';
const DISK: Finding = { key: 'disk', found: 'The disk is full.', remedy: 'Make room.' };
const CLOCK: Finding = { key: 'clock', found: 'The clock is off.', remedy: 'Use NTP.' };
const TOKEN: Finding = { key: 'token', found: 'The token is refused.', remedy: 'Take another.' };

describeLedgers('what an admin has to mend', (open) => {
  let now = 1_800_000_000_000;
  const sent: { body: string; replaces: string | undefined }[] = [];
  let room: string | undefined = ROOM;
  const board = (ledger: SqlLedger) =>
    new Findings({
      homeserver: {
        botUserId: '@heimdall:a.test',
        recentEvents: () => Promise.resolve([]),
        sendEvent: (_room: string, _type: string, _txn: string, content: Record<string, unknown>) => {
          const relation = content['m.relates_to'] as { event_id?: string } | undefined;
          sent.push({ body: String(content.body), replaces: relation?.event_id });
          return Promise.resolve(`$${sent.length}`);
        },
      } as never,
      ledger,
      managementRoom: () => room,
      clock: () => now,
    });
  async function carryOut(findings: Findings, ledger: SqlLedger): Promise<number> {
    const due = await ledger.dueActions(now, new Set(), 9);
    for (const action of due) {
      const outcome = await findings.handler().perform(action, { mayHaveBeenSent: false });
      if (outcome.state === 'done')
        await ledger.endAction(action.id, { state: 'done', at: now, createdAt: action.createdAt });
    }
    return due.length;
  }

  it('is one message, edited as it is mended, and over restarts nothing is told twice', async () => {
    sent.length = 0;
    now = 1_800_000_000_000;
    const ledger = await open();
    let findings = board(ledger);
    await findings.report([]);
    expect(await carryOut(findings, ledger)).toBe(0);

    await findings.report([DISK, CLOCK]);
    await findings.report([DISK, CLOCK]);
    room = undefined;
    await carryOut(findings, ledger);
    expect(sent).toEqual([]);
    room = ROOM;
    await carryOut(findings, ledger);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ replaces: undefined });
    expect(sent[0]?.body).toMatch(/- The disk is full\. Make room\.\n- The clock is off\. Use NTP\./);

    findings = board(ledger);
    await findings.report([DISK, CLOCK]);
    expect(await carryOut(findings, ledger)).toBe(0);

    now += 60_000;
    await findings.report([CLOCK, TOKEN]);
    await carryOut(findings, ledger);
    expect(sent[1]).toMatchObject({ replaces: '$1' });
    expect(sent[1]?.body).toMatch(/The clock is off\. Use NTP[^]*The token is refused[^]*✅ The disk is full\.$/);
    now += 60_000;
    await findings.report([]);
    await carryOut(findings, ledger);
    expect(sent[2]).toMatchObject({ replaces: '$1' });
    expect(sent[2]?.body).toMatch(/All that the doctor found is mended/);

    // what comes back is edited in; what is new after a while is told anew, with all that stands
    now += 24 * 3_600_000;
    await findings.report([CLOCK]);
    await carryOut(findings, ledger);
    expect(sent[3]).toMatchObject({ replaces: '$1' });
    await findings.report([CLOCK, { ...DISK, key: 'disk 2' }]);
    await carryOut(findings, ledger);
    expect(sent[4]).toMatchObject({ replaces: undefined });
    expect(sent[4]?.body).toMatch(/clock is off[^]*disk is full/);
    expect(sent[4]?.body).not.toContain('✅');
    expect(sent).toHaveLength(5);
  });
});
