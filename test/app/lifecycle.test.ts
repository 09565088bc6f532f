import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Lifecycle } from '../../src/app/lifecycle.js';
import { silentLogger } from '../../src/util/logger.js';

/** All steps that a promise can take without time passing. */
const turns = async (): Promise<void> => {
  for (let at = 0; at < 50; at++) await Promise.resolve();
};

describe('the lifecycle', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('starts what looks for work, and only that, in the order in which it was made', () => {
    const lifecycle = new Lifecycle();
    const started: string[] = [];
    const part = (name: string) => ({ start: () => void started.push(name) });
    lifecycle.add('ledger', 'ledger', part('ledger'));
    lifecycle.add('watchers', 'first', part('first'));
    lifecycle.add('actions', 'executor', part('executor'));
    lifecycle.add('watchers', 'second', part('second'));
    lifecycle.start();
    expect(started).toEqual(['first', 'second']);
  });

  it('stops stage after stage, the newest part of a stage first, and tells all of one stage at once', async () => {
    const lifecycle = new Lifecycle();
    const stopped: string[] = [];
    let release: () => void = () => undefined;
    lifecycle.add('ledger', 'ledger', { stop: () => void stopped.push('ledger') });
    lifecycle.add('connections', 'homeserver', { stop: () => void stopped.push('homeserver') });
    lifecycle.add('watchers', 'slow', {
      stop: () => {
        stopped.push('slow');
        return new Promise<void>((resolve) => (release = resolve));
      },
    });
    lifecycle.add('actions', 'executor', { stop: () => void stopped.push('executor') });
    lifecycle.add('memory', 'settings', { stop: () => void stopped.push('settings') });
    lifecycle.add('watchers', 'newest', { stop: () => void stopped.push('newest') });
    const end = lifecycle.stop(silentLogger);
    await turns();
    expect(stopped).toEqual(['newest', 'slow']);
    release();
    await end;
    expect(stopped).toEqual(['newest', 'slow', 'executor', 'homeserver', 'settings', 'ledger']);
  });

  it('closes the ledger also when all before it hang or fail, within what is left of 10 s', async () => {
    const lifecycle = new Lifecycle();
    const stopped: string[] = [];
    const left: number[] = [];
    lifecycle.add('ledger', 'ledger', { stop: () => void stopped.push('ledger') });
    lifecycle.add('watchers', 'hangs', { stop: () => new Promise<void>(() => undefined) });
    lifecycle.add('actions', 'throws', {
      stop: (leftMs) => {
        left.push(leftMs);
        throw new Error('broken');
      },
    });
    lifecycle.add('memory', 'rejects', { stop: () => Promise.reject(new Error('full')) });
    const end = lifecycle.stop(silentLogger);
    await jest.advanceTimersByTimeAsync(10_000);
    await end;
    expect(stopped).toEqual(['ledger']);
    expect(left[0]).toBeLessThanOrEqual(1);
  });

  it('names the part whose stop failed', async () => {
    const lifecycle = new Lifecycle();
    const errors: unknown[] = [];
    lifecycle.add('memory', 'settings', { stop: () => Promise.reject(new Error('disk full')) });
    await lifecycle.stop({ ...silentLogger, error: (fields: unknown) => void errors.push(fields) } as never);
    expect(errors).toEqual([{ step: 'memory', error: 'settings: disk full' }]);
  });
});
