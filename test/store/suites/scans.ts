import { expect, it } from '@jest/globals';
import type { ScanHit } from '../../../src/store/index.js';
import type { OpenForTest } from '../../support/ledgers.js';
import { finding } from './cases.js';

export function scansSuite(open: OpenForTest): void {
  /** the key of the one finding of each case */
  const keys = new Map<number, string>();
  const hit = (caseId: number, level: string, change: Partial<ScanHit> = {}): ScanHit => ({
    caseId,
    level,
    score: 5,
    findingKey: keys.get(caseId) ?? '',
    isNew: false,
    ...change,
  });

  async function casesFor(ledger: Awaited<ReturnType<OpenForTest>>, names: readonly string[]): Promise<number[]> {
    return ledger.commit(async (tx) => {
      const ids: number[] = [];
      for (const name of names) {
        const { case: record } = await tx.recordFinding(finding({ subject: name, key: name, data: { of: name } }));
        keys.set(record.id, name);
        ids.push(record.id);
      }
      return ids;
    });
  }

  it('notes a subject once a scan, and again only for a stronger verdict', async () => {
    const ledger = await open();
    const [a = 0] = await casesFor(ledger, ['@a:x']);
    const note = (scan: string, level: string, change?: Partial<ScanHit>) =>
      ledger.commit((tx) => tx.noteScanHit(scan, hit(a, level, change)));
    expect(await note('s', 'likely', { isNew: true })).toBe(true);
    expect(await note('s', 'likely')).toBe(false);
    expect(await note('s', 'possible')).toBe(false);
    expect(await note('s', 'certain', { score: 9 })).toBe(true);
    expect(await note('other', 'possible')).toBe(true);
    const [found, ...others] = await ledger.scanHits('s', { afterCaseId: 0, limit: 10 });
    expect(others).toEqual([]);
    expect(found?.hit).toEqual({ caseId: a, level: 'certain', score: 9, findingKey: '@a:x', isNew: true });
    expect([found?.case.subject, found?.finding]).toEqual(['@a:x', { of: '@a:x' }]);
  });

  it('sums up, worst first, and leaves dismissed cases out', async () => {
    const ledger = await open();
    const [a = 0, b = 0, c = 0, d = 0] = await casesFor(ledger, ['@a:x', '@b:x', '@c:x', '@d:x']);
    await ledger.commit(async (tx) => {
      await tx.noteScanHit('s', hit(a, 'possible', { isNew: true }));
      await tx.noteScanHit('s', hit(b, 'certain', { score: 7 }));
      await tx.noteScanHit('s', hit(c, 'certain', { score: 8, isNew: true }));
      await tx.noteScanHit('s', hit(d, 'likely'));
      await tx.setCaseState(d, 'dismissed', 1);
    });
    expect((await ledger.scanHits('s', { afterCaseId: 0, limit: 10 })).map((one) => one.case.subject)).toEqual([
      '@a:x',
      '@b:x',
      '@c:x',
    ]);
    expect((await ledger.worstOfScan('s', 10)).map((one) => [one.case.subject, one.hit.level, one.hit.score])).toEqual([
      ['@c:x', 'certain', 8],
      ['@b:x', 'certain', 7],
      ['@a:x', 'possible', 5],
    ]);
    expect((await ledger.worstOfScan('s', 10, true)).map((one) => one.case.subject)).toEqual(['@c:x', '@a:x']);
    expect((await ledger.worstOfScan('s', 1)).map((one) => one.case.id)).toEqual([c]);
    expect(await ledger.scanSummary('s')).toEqual({
      levels: { possible: 1, certain: 2 },
      newLevels: { possible: 1, certain: 1 },
    });
  });

  it('hands hits out page by page, all or the new ones, and forgets a scan alone', async () => {
    const ledger = await open();
    const ids = await casesFor(ledger, ['@a:x', '@b:x', '@c:x']);
    await ledger.commit(async (tx) => {
      for (const [index, id] of ids.entries()) {
        await tx.noteScanHit('s', hit(id, 'likely', { isNew: index !== 1 }));
        await tx.noteScanHit('t', hit(id, 'likely'));
      }
    });
    const page = async (afterCaseId: number, onlyNew = false) =>
      (await ledger.scanHits('s', { afterCaseId, limit: 2, onlyNew })).map(({ hit: { caseId } }) => caseId);
    expect(await page(0)).toEqual(ids.slice(0, 2));
    expect(await page(ids[1] ?? 0)).toEqual([ids[2]]);
    expect(await page(0, true)).toEqual([ids[0], ids[2]]);
    await ledger.commit((tx) => tx.forgetScan('s'));
    expect(await ledger.scanSummary('s')).toEqual({ levels: {}, newLevels: {} });
    expect(await ledger.scanHits('t', { afterCaseId: 0, limit: 9 })).toHaveLength(3);
    expect(await ledger.caseById(ids[0] ?? 0)).toBeDefined();
  });
}
