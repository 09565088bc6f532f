import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { describeLedgers } from '../support/ledgers.js';
import { live, PERSON, privacySuite } from './suites/privacy.js';

privacySuite();

/** The files of a ledger as they lie on the disk. */
async function onDisk(dataDir: string): Promise<string> {
  const files = await Promise.all(
    ['ledger.sqlite', 'ledger.sqlite-wal'].map((name) => readFile(path.join(dataDir, name), 'latin1')),
  );
  return files.join('\n');
}

describeLedgers('the files after an erasure', (open) => {
  it('hold no more of what the person wrote, in free space or in the write-ahead log', async () => {
    const ledger = await open();
    await live(ledger);
    const words = ['Anna Nemo', 'my secret words', 'he wrote to my cat', 'my own words'];
    const { dataDir } = open.place();
    const before = await onDisk(dataDir);
    expect(words.filter((text) => before.includes(text))).toEqual(words);
    await ledger.erasePerson(PERSON, '@mod:home.test');
    const after = await onDisk(dataDir);
    expect(words.filter((text) => after.includes(text))).toEqual([]);
  });
});
