import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '../../src/util/logger.js';
import { AutomaticScans } from '../../src/scan/automatic.js';
import { nextTime } from '../../src/util/time-of-day.js';
import { waitFor } from '../../sandbox/wait.js';
import { accountsWith, scanningFor } from './scanning.js';

describe('the time of night', () => {
  it('is the next one by the clock of the machine', () => {
    const at = (hours: number, minutes: number, day = 5) => new Date(2026, 10, day, hours, minutes).getTime();
    expect(nextTime('03:30', at(1, 0))).toBe(at(3, 30));
    expect(nextTime('03:30', at(3, 30))).toBe(at(3, 30, 6));
    expect(nextTime('00:00', at(23, 59))).toBe(at(0, 0, 6));
  });
});

describe('automatic scans', () => {
  let s: Awaited<ReturnType<typeof scanningFor>>;
  let open: AutomaticScans[];
  beforeEach(async () => {
    s = await scanningFor();
    s.stub.admin.accounts = accountsWith(5, [1]);
    open = [];
  });
  afterEach(async () => {
    for (const one of open) await one.stop();
    await s.close();
  });

  const start = (over: { nightly?: string | null; clock?: () => number } = {}): AutomaticScans => {
    const scans = new AutomaticScans({
      scanner: s.scanner,
      homeserver: s.homeserver,
      ledger: s.ledger,
      nightly: null,
      onChange: (listener) => s.detector.onChange(listener),
      clock: Date.now,
      logger: silentLogger,
      waits: { againFirstMs: 20, againLastMs: 20, calmMs: 20 },
      ...over,
    });
    open.push(scans);
    scans.start();
    return scans;
  };
  const scansMade = () => s.count(/GET .*\/users/);
  const looked = () => waitFor(async () => (await s.ledger.meta('scan:looked')) !== undefined, { timeoutMs: 5000 });
  const calm = () => new Promise((resolve) => setTimeout(resolve, 300));

  it('look at the first start, and not again at the next when all stayed as it was', async () => {
    const first = start();
    await looked();
    expect(scansMade()).toBe(1);
    await s.act();
    expect((await s.kinds()).filter((kind) => kind === 'write_rule')).toHaveLength(1);
    await first.stop();
    start();
    await calm();
    expect(scansMade()).toBe(1);
  });

  it('look again after a crash', async () => {
    start();
    await looked();
    start();
    await waitFor(() => scansMade() === 2, { timeoutMs: 5000 });
  });

  it('look again when a night was missed, if there are nights', async () => {
    const first = start();
    await looked();
    await first.stop();
    const later = () => Date.now() + 27 * 3_600_000;
    const second = start({ clock: later });
    await calm();
    expect(scansMade()).toBe(1);
    await second.stop();
    start({ clock: later, nightly: '03:30' });
    await waitFor(() => scansMade() === 2, { timeoutMs: 5000 });
  });

  it('look again when the protected identities have changed', async () => {
    start();
    await looked();
    s.detector.change({
      identities: [
        {
          userId: '@odin:a.test',
          displayNames: ['Person 3'],
          avatars: [],
          domains: ['a.test'],
          rooms: [],
          variants: [],
        },
      ],
    });
    await waitFor(() => scansMade() === 2, { timeoutMs: 8000 });
    await waitFor(async () => (await s.ledger.cases({ subject: '@person3:a.test' })).length === 1, { timeoutMs: 5000 });
  });

  it('go on with what was interrupted', async () => {
    const stop = new AbortController();
    stop.abort(new Error('killed'));
    await s.run({ name: 'auto', act: 'new' }, { signal: stop.signal }).catch(() => undefined);
    await s.ledger.commit((tx) =>
      tx.setMeta('scan:looked', JSON.stringify({ print: s.scanner.print(), everywhere: true, at: Date.now() })),
    );
    start();
    await waitFor(() => scansMade() === 1, { timeoutMs: 5000 });
  });

  it('look everywhere once the bot has become a server admin', async () => {
    s.stub.admin.allowed = false;
    start();
    await looked();
    expect(await s.ledger.cases({})).toEqual([]);
    s.stub.admin.allowed = true;
    await waitFor(async () => (await s.ledger.cases({})).length === 1, { timeoutMs: 25_000 });
  });
});
