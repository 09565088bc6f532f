/**
 * A process that commits without pause and says which commits were done, until somebody kills it.
 * Arguments: data folder, database URL or nothing, number of the first commit.
 */
import { writeSync } from 'node:fs';
import { openLedger, openSettings } from '../../src/store/index.js';

const [, , dataDir = '', databaseUrl = '', first = '0'] = process.argv;

function say(line: string): void {
  // synchronous: what was said is in the pipe, whatever happens next
  writeSync(1, `${line}\n`);
}

const ledger = await openLedger({ dataDir, databaseUrl: databaseUrl || null });
const settings = await openSettings({ dataDir });
for (let i = Number(first); ; i += 1) {
  const actions = await ledger.commit(async (tx) => {
    await tx.markEventSeen(`$${i}`, i);
    const { case: joined } = await tx.recordFinding({
      subjectKind: 'user',
      subject: `@${i % 100}:x`,
      key: `f${i}`,
      kind: 'verdict',
      seenAt: i,
      data: { i },
    });
    return tx.addActions(
      ['a', 'b', 'c'].map((name) => ({
        caseId: joined.id,
        kind: 'ban',
        lane: `!${name}`,
        key: `${i}${name}`,
        payload: { i },
      })),
    );
  });
  say(`commit ${i}`);
  const [one] = actions;
  if (one)
    await ledger.endAction(one.id, {
      state: 'done',
      at: i,
      follow: [{ kind: 'mail', lane: 'mail', key: `${i}follow`, payload: null }],
    });
  say(`end ${i}`);
  if (i % 10 === 0) {
    await settings.update((s) => {
      s.protected_rooms = [`!${i}:x`];
    });
    say(`settings ${i}`);
  }
}
