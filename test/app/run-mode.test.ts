import { expect, it } from '@jest/globals';
import { dryRunOf, lookAtDryRun, sayDryRun } from '../../src/app/run-mode.js';
import { describeLedgers } from '../support/ledgers.js';

describeLedgers('whether it is a dry run', (open) => {
  const said = (dryRun: boolean, configured: boolean) => ({ dryRun, configured, by: '@mod:x', at: 7 });

  it('is what the configuration says, until somebody says otherwise, over restarts', async () => {
    const ledger = await open();
    expect(await dryRunOf(ledger, true)).toEqual({ dryRun: true });
    expect(await dryRunOf(ledger, false)).toEqual({ dryRun: false });
    await sayDryRun(ledger, said(false, true));
    for (let start = 0; start < 2; start += 1)
      expect(await dryRunOf(ledger, true)).toEqual({ dryRun: false, said: said(false, true) });
    await sayDryRun(ledger, said(true, true));
    expect((await dryRunOf(ledger, true)).dryRun).toBe(true);
  });

  it('is what the configuration says once that was changed, and an older word does not come back', async () => {
    const ledger = await open();
    await sayDryRun(ledger, said(false, true));
    expect(await lookAtDryRun(ledger, false)).toBeUndefined();
    expect(await lookAtDryRun(ledger, true)).toEqual(said(false, true));
    expect(await dryRunOf(ledger, false)).toEqual({ dryRun: false });
    // an admin writes dry_run: true in an incident
    expect(await dryRunOf(ledger, true)).toEqual({ dryRun: true });
  });

  it('is in the audit with who said it', async () => {
    const ledger = await open();
    await sayDryRun(ledger, said(false, true));
    const [entry] = await ledger.auditPage({ limit: 5 });
    expect(entry).toMatchObject({ actor: '@mod:x', what: 'dry_run.off', at: 7 });
  });
});
