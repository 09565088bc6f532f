import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { waitFor } from '../../../sandbox/wait.js';
import { Lease, type LeaseTimes } from '../../../src/store/index.js';
import { packageRoot } from '../../../src/util/package-root.js';
import { describeLedgers } from '../../support/ledgers.js';

const TIMES: LeaseTimes = { ttlMs: 3_000, renewMs: 200, lookMs: 50 };

export function leaseSuite(): void {
  describeLedgers('the lease', (open) => {
    const places = async () => {
      await open();
      const { place } = open;
      const opened: Lease[] = [];
      return {
        lease: async () => {
          const lease = await Lease.open({ ...place(), times: TIMES });
          opened.push(lease);
          return lease;
        },
        end: () => Promise.all(opened.map((lease) => lease.close())),
      };
    };

    it('is held by one, and goes on at once when that one gives it back', async () => {
      const { lease, end } = await places();
      const [first, second] = [await lease(), await lease()];
      expect(await first.tryAcquire()).toBe(1);
      expect(await second.tryAcquire()).toBeUndefined();
      await new Promise((resolve) => setTimeout(resolve, 2 * TIMES.ttlMs));
      expect(await second.tryAcquire()).toBeUndefined();
      expect([first.held(), second.held()]).toEqual([true, false]);
      await first.release();
      expect(first.held()).toBe(false);
      expect(await second.tryAcquire()).toBe(2);
      await end();
    });

    it('is got by one of many that ask at the same moment', async () => {
      const { lease, end } = await places();
      const many = await Promise.all(Array.from({ length: 6 }, lease));
      const got = await Promise.all(many.map((one) => one.tryAcquire()));
      expect(got.filter((fence) => fence !== undefined)).toHaveLength(1);
      await end();
    });

    it('refuses every write that carries the number of an earlier holder', async () => {
      const { lease, end } = await places();
      const first = await lease();
      const old = await open.again({ fence: await first.tryAcquire() });
      const action = { kind: 'message', lane: 'a', key: 'k', payload: {} };
      const [added] = await old.commit((tx) => tx.addActions([action]));
      const id = added?.id ?? 0;
      await first.release();
      const now = await open.again({ fence: await (await lease()).tryAcquire() });
      const mail = { caseId: null, messageId: '<m>', recipient: 'r', envelopeFrom: 'e', raw: '', createdAt: 1 };
      const refused: Record<string, () => Promise<unknown>> = {
        commit: () => old.commit((tx) => tx.setMeta('a', 'b')),
        endAction: () => old.endAction(id, { state: 'done', at: 1 }),
        'endAction with follow': () =>
          old.endAction(id, { state: 'done', at: 1, follow: [{ ...action, key: 'other' }] }),
        retryAction: () => old.retryAction(id, { nextTryAt: 5, error: 'e' }),
        cancelActions: () => old.cancelActions(1, ['message'], 1),
        outboxOf: () => old.outboxOf(id, async () => mail),
        noteMail: () => old.noteMail(1, { sentAt: 1, response: '250' }),
        secret: () => old.secret('s'),
        ping: () => old.ping(),
        prune: () => old.prune(Date.now()),
      };
      for (const [name, write] of Object.entries(refused))
        await expect(write().then(() => name)).rejects.toMatchObject({ code: 'HEIMDALL_E_STANDBY' });
      expect(await now.actionsByKey(['k', 'other'])).toMatchObject([{ key: 'k', state: 'due', attempts: 0 }]);
      expect(await now.meta('a')).toBeUndefined();
      await now.endAction(id, { state: 'done', at: 1 });
      await end();
    });

    it('is asked for by every method that writes', async () => {
      const files = ['database.ts', 'actions/ledger.ts', 'case-ledger.ts', 'ledger.ts'].map((name) =>
        path.join(packageRoot(), 'src/store', name),
      );
      const source = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
      const direct = source.split('\n').filter((line) => line.includes('this.writer'));
      // what happens between commits and changes no row, the transaction itself, a ledger without a lease, and a read
      // that must see what was just written
      expect(direct.map((line) => line.trim())).toEqual([
        'return this.#commits.run(() => work(this.writer));',
        'return this.writer.transaction().execute(async (tx) => {',
        'return this.#tracked(this.#fence === undefined ? work(this.writer) : this.#fenced(work));',
        expect.stringContaining(".selectFrom('secrets')"),
      ]);
    });

    it('waits for a write that has begun before it is handed on, and none can begin later', async () => {
      const { lease, end } = await places();
      const first = await lease();
      const old = await open.again({ fence: await first.tryAcquire() });
      const second = await lease();
      let taken = false;
      let acquired: Promise<unknown> = Promise.resolve();
      await old.commit(async (tx) => {
        await tx.setMeta('a', 'first');
        void first.release();
        acquired = second.acquire().then(() => (taken = true));
        await new Promise((resolve) => setTimeout(resolve, 300));
        expect(taken).toBe(false);
      });
      await acquired;
      await expect(old.commit((tx) => tx.setMeta('a', 'second'))).rejects.toMatchObject({
        code: 'HEIMDALL_E_STANDBY',
      });
      expect(await old.meta('a')).toBe('first');
      await end();
    });

    it('tells its holder when another has taken it, and stands by again', async () => {
      const { lease, end } = await places();
      const first = await lease();
      let lost = 0;
      first.onLost(() => lost++);
      await first.tryAcquire();
      const ledger = await open.again();
      // what a stand-by does that could not see it renewed
      await ledger.writer
        .updateTable('heimdall_lease')
        .set((e) => ({ fence: e('fence', '+', 1) }))
        .execute();
      await waitFor(() => lost === 1, { timeoutMs: 5_000, what: 'the loss' });
      expect(first.held()).toBe(false);
      await end();
    });
  });
}
