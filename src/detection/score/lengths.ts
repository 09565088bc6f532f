/** From which length names mean somebody, and which slips of them are read. */

/**
 * A shorter localpart is a syllable (ops, bot, anna), which only identifies somebody with a disguise or on our own
 * server.
 */
export const SHORT = 4;
/** From this length on a name that is not a word is so rare that text containing it refers to it (svchost, spotify). */
export const RARE = 6;
/** Surrounded by digits, fillers or bait, a brand with a larger slip is no longer recognised. */
export const SLIGHT = 1.3;
/** Longer numbers are ids from bridges (_discord_123456789). */
export const ID_NUMBER = /\d{5}/;
