import { expect, it } from '@jest/globals';
import { Turns } from '../../src/util/turns.js';

it('begins one piece of work in a turn of the loop, in order, and others come in between', async () => {
  const turns = new Turns();
  const log: string[] = [];
  const others = (): void => {
    log.push('other');
    if (log.filter((entry) => entry !== 'other').length < 5) setImmediate(others);
  };
  setImmediate(others);
  for (const name of ['a', 'b', 'c']) turns.run(() => log.push(name));
  turns.run(() => {
    log.push('d');
    turns.run(() => log.push('e'));
  });
  while (!log.includes('e')) await new Promise((resolve) => setImmediate(resolve));
  const work = log.filter((entry) => entry !== 'other');
  expect(work).toEqual(['a', 'b', 'c', 'd', 'e']);
  for (const [at, entry] of log.entries())
    if (entry !== 'other') expect([entry, log[at - 1]]).toEqual([entry, 'other']);
});
