/** From which length names mean somebody, and which slips of them are read. */

/** Below this a localpart is a syllable (ops, bot, anna): only a disguise or our own server makes it mean somebody. */
export const SHORT = 4;
/** From here a name that is no word is so rare that what contains it means it (svchost, spotify). */
export const RARE = 6;
/** With digits, fillers or bait around it, a brand with a slip bigger than this is no longer read. */
export const SLIGHT = 1.3;
/** Numbers of more digits are the ids that bridges give (_discord_123456789). */
export const ID_NUMBER = /\d{5}/;
