/** Resolves after so many milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The same, without keeping the process alive for it. */
export function idlePause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/**
 * Waits for the work, `ms` at most, and says whether it ended in time. Rejects as the work does; work that is late goes
 * on, and its end is nobody's business any more.
 */
export async function endsWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
    // a late rejection was not waited for
    work.catch(() => undefined);
  }
}

/** The result of the work, or a rejection with `late()` when it takes longer than `ms`. */
export async function inTime<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  if (!(await endsWithin(ms, work))) throw late();
  return work;
}

/** A pause that doubles with each try: `firstMs` before the second one, `lastMs` at most. */
export function doublingMs(firstMs: number, lastMs: number, tries: number): number {
  return Math.min(lastMs, firstMs * 2 ** Math.min(tries, 40));
}
