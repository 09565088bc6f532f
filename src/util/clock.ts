/**
 * Where "now" comes from, in milliseconds since the epoch. Handed in, so that tests and pure code decide what time it
 * is.
 */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** Larger steps of the machine's clock than this are no adjustment. */
const JUMP_MS = 300_000;
/** So fast a jump that stays is followed: ten days in a hundred. */
const SLEW = 0.1;

/**
 * The machine's clock without its jumps. Times that are waited for (the end of a ban, how long a mail is tried) must
 * not all come at once because a clock was set wrong; nor must what is due wait for an hour because it was set back.
 * Small corrections are followed at once; a jump is followed slowly, since it may as well be the correction, or a
 * machine that slept.
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
