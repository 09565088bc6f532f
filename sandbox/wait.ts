/** Resolves after `ms` milliseconds. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** How many times as long as it says a wait goes on: on a slow machine the tests may take longer, not fail. */
const PATIENCE = Number(process.env.HEIMDALL_PATIENCE ?? 1);

export interface WaitOptions {
  /** how long to look before giving up, in milliseconds; default 20 s, the contract's longest promise */
  timeoutMs?: number;
  /** pause between two looks, in milliseconds */
  everyMs?: number;
  /** said in the error, as in "waited 20 s for <what>" */
  what?: string;
}

/**
 * Looks again and again until `look` gives something that is neither undefined, null nor false, and returns it.
 * An error thrown by `look` counts as "not yet"; the last one is the cause of the time-out's error.
 */
export async function waitFor<T>(
  look: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  options: WaitOptions = {},
): Promise<T> {
  const { everyMs = 100, what = 'what was awaited' } = options;
  const timeoutMs = (options.timeoutMs ?? 20_000) * PATIENCE;
  const end = Date.now() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined && found !== null && found !== false) return found;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() >= end) throw new Error(`waited ${timeoutMs / 1000} s for ${what}`, { cause: lastError });
    await sleep(everyMs);
  }
}
