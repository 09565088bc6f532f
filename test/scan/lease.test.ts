import { expect, it } from '@jest/globals';
import { withLease } from '../../src/scan/lease.js';
import { describeLedgers } from '../support/ledgers.js';

const KEY = 'scan:room:lease';

describeLedgers('the lease of a scan', (open) => {
  it('is not taken back from somebody who found it stale', async () => {
    const ledger = await open();
    const other = JSON.stringify({ owner: 'another', pid: 1, host: 'elsewhere', at: Date.now() });
    await withLease(ledger, 'room', Date.now, () => ledger.commit((tx) => tx.setMeta(KEY, other)));
    expect(await ledger.meta(KEY)).toBe(other);
  });

  it('is got by one of two that ask at the same moment, and free afterwards', async () => {
    const ledger = await open();
    const second = await open.again();
    let other: unknown;
    await withLease(ledger, 'room', Date.now, async () => {
      // as another machine: it knows nothing of this process
      const held = JSON.parse((await ledger.meta(KEY)) ?? '{}') as object;
      await ledger.commit((tx) => tx.setMeta(KEY, JSON.stringify({ ...held, owner: 'another', host: 'elsewhere' })));
      other = await withLease(second, 'room', Date.now, () => Promise.resolve('ran')).catch((error: unknown) => error);
      await ledger.commit((tx) => tx.setMeta(KEY, JSON.stringify(held)));
    });
    expect(other).toMatchObject({ code: 'HEIMDALL_E_SCAN_RUNNING' });
    expect(await ledger.meta(KEY)).toBe('');
  });
});
