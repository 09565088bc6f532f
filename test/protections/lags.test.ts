import { describe, expect, it } from '@jest/globals';
import { Lags } from '../../src/protections/lags.js';

describe('how late homeservers are', () => {
  it('is a running mean, the latest first; what is older than a day is no lag', () => {
    let now = 1_000_000;
    const lags = new Lags(() => now);
    for (let i = 0; i < 50; i++) lags.note('@a:fast.test', 100);
    for (let i = 0; i < 50; i++) lags.note('@a:slow.test', 60_000);
    lags.note('@a:past.test', 2 * 86_400_000);
    lags.note('@a:future.test', -5);
    lags.note('nobody', 5);
    expect(lags.worst(5).map(({ server, meanMs }) => [server, Math.round(meanMs)])).toEqual([
      ['slow.test', 60_000],
      ['fast.test', 100],
    ]);
    now += 2 * 86_400_000;
    expect(lags.worst(5)).toEqual([]);
  });

  it('forgets the server not heard of for longest when there are very many', () => {
    const lags = new Lags(() => 5);
    for (let i = 0; i < 2_500; i++) lags.note(`@a:s${i}.test`, i);
    const names = lags.worst(10_000).map(({ server }) => server);
    expect(names).toHaveLength(2_000);
    expect(names).not.toContain('s0.test');
  });
});
