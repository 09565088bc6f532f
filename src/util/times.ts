/** The first moment of the year 10000: ISO 8601 writes later years otherwise, and no desk reads them. */
const END_OF_TIMES = 253_402_300_800_000;

/**
 * RFC 3339; undefined when the number is no time of this age. Times come from strangers' servers, which may send any
 * number, and Date's own method throws at those out of its range.
 */
export function isoTime(at: number): string | undefined {
  return Number.isFinite(at) && at >= 0 && at < END_OF_TIMES ? new Date(at).toISOString() : undefined;
}
