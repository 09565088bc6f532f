/**
 * Where "now" comes from, in milliseconds since the epoch. Handed in, so that tests and pure code decide what time it
 * is.
 */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();
