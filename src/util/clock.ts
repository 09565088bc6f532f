/**
 * The source of the current time, in milliseconds since the epoch. Injected, so that tests and pure code can control
 * it.
 */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** A larger step of the machine's clock than this is a jump, not an adjustment. */
const JUMP_MS = 300_000;
/** How fast a lasting jump is followed: ten days in a hundred. */
const SLEW = 0.1;

/**
 * The machine's clock without its jumps. Deadlines (the end of a ban, how long a mail is retried) must not all pass at
 * once because a clock was set wrong, nor must due work wait an hour because it was set back. Small corrections are
 * followed at once. A jump is followed slowly, since it may be a correction, or a machine that slept.
 */
export function steadyClock(
  wall: Clock = systemClock,
  elapsed: () => number = () => performance.now(),
  onJump: (ms: number) => void = () => undefined,
): Clock {
  let at = wall();
  let since = elapsed();
  let told = false;
  return () => {
    const passed = Math.max(0, elapsed() - since);
    since += passed;
    at += passed;
    const off = wall() - at;
    if (Math.abs(off) <= JUMP_MS) {
      at = wall();
      told = false;
      return at;
    }
    if (!told) onJump(off);
    told = true;
    at += Math.sign(off) * Math.min(Math.abs(off), passed * SLEW);
    return at;
  };
}
