/** What a timer of Node can hold; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Resolves after so many milliseconds; rejects with the signal's reason as soon as that is aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const sleep = new Sleep();
  const wake = (): void => sleep.wake();
  signal?.addEventListener('abort', wake, { once: true });
  await sleep.for(ms);
  signal?.removeEventListener('abort', wake);
  signal?.throwIfAborted();
}

/** A sleep that somebody may end early: for a loop that works when told to, and now and then of its own accord. */
export class Sleep {
  #wake: (() => void) | undefined;

  /** Resolves after so many milliseconds, or when it is woken. */
  for(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(), Math.min(ms, LONGEST_TIMER_MS));
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
    });
  }

  /** Ends the sleep that is slept now; nothing when nobody sleeps. */
  wake(): void {
    this.#wake?.();
  }
}

/** The same, without keeping the process alive for it. */
export function idlePause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/**
 * Waits for the work, at most `ms`, and returns whether it ended in time. Rejects if the work does; late work
 * continues, and its outcome is ignored.
 */
export function endsWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms, false);
    // after the time this changes nothing any more, and a late rejection is ignored
    work.finally(() => clearTimeout(timer)).then(() => resolve(true), reject);
  });
}

/** The result of the work, or a rejection with `late()` when it takes longer than `ms`. */
export async function inTime<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  if (!(await endsWithin(ms, work))) throw late();
  return work;
}

/** A pause that doubles with each attempt: `firstMs` before the second one, at most `lastMs`. */
export function doublingMs(firstMs: number, lastMs: number, tries: number): number {
  return Math.min(lastMs, firstMs * 2 ** Math.min(tries, 40));
}
