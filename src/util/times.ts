/** The first moment of the year 10000: ISO 8601 writes later years differently, and few programs read them. */
const END_OF_TIMES = 253_402_300_800_000;

/**
 * RFC 3339; undefined when the number is not a plausible time. Times come from untrusted servers, which may send any
 * number, and Date's own method throws outside its range.
 */
export function isoTime(at: number): string | undefined {
  return Number.isFinite(at) && at >= 0 && at < END_OF_TIMES ? new Date(at).toISOString() : undefined;
}
