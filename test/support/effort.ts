/** Less than this in one go and the clock of the processor says little. */
const LEAST_MS = 4;
const TRIES = 3;

function cpuMs(work: () => unknown, times: number): number {
  const before = process.cpuUsage();
  for (let time = 0; time < times; time += 1) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/**
 * How many times as much work `work` is at the larger size as at the smaller one. It is told by the processor's time, the
 * least of a few tries, so neither a slow machine nor a busy one changes it much. What is linear grows as the size does; what
 * is not grows by its square at least: a bound between the two, far from both, holds everywhere.
 */
export function growth(work: (size: number) => unknown, small: number, large: number): number {
  let times = 1;
  const least = (size: number) => Math.min(...Array.from({ length: TRIES }, () => cpuMs(() => work(size), times)));
  // told by the least of the tries: the first is compiled on the way, and takes much longer than those that count
  let ofSmall = least(small);
  for (; ofSmall < LEAST_MS; ofSmall = least(small)) times *= 2;
  return least(large) / ofSmall;
}
