import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { KeyedMutex } from '../../src/util/keyed-mutex.js';

describe('a keyed mutex', () => {
  it('does one thing at a time for a key, in order, whatever fails; others do not wait', async () => {
    const order = fc.array(fc.record({ key: fc.constantFrom('a', 'b'), fails: fc.boolean() }), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), order, async (s, works) => {
        const mutex = new KeyedMutex();
        const atWork = new Set<string>();
        const ended: Record<string, number[]> = { a: [], b: [] };
        const all = works.map(({ key, fails }, index) =>
          mutex.run(key, async () => {
            expect(atWork.has(key)).toBe(false);
            atWork.add(key);
            await s.schedule(Promise.resolve(), key);
            atWork.delete(key);
            ended[key]?.push(index);
            if (fails) throw new Error(`${index}`);
            return index;
          }),
        );
        const ends = Promise.allSettled(all);
        await s.waitIdle();
        const got = (await ends).map((end) =>
          end.status === 'fulfilled' ? end.value : Number((end.reason as Error).message),
        );
        expect(got).toEqual(works.map((_, index) => index));
        for (const key of ['a', 'b'])
          expect(ended[key]).toEqual(works.flatMap((work, index) => (work.key === key ? [index] : [])));
      }),
    );
  });

  it('lets work of one key go on while that of another hangs', async () => {
    const mutex = new KeyedMutex();
    void mutex.run('a', () => new Promise(() => undefined));
    expect(await mutex.run('b', () => Promise.resolve(1))).toBe(1);
  });
});
