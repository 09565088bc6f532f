/** What a person reads of a resemblance: names and words are safe to print when they come here (see visible.ts). */

/** Of server names. */
export const serverTexts = {
  inFront: (host: string, brand: string) =>
    `The server name ${host} has the official name "${brand}" in front of another domain.`,
  likeInFront: (host: string, brand: string) =>
    `The server name ${host} has something like the official name "${brand}" in front of another domain.`,
  baitInFront: (host: string, brand: string) =>
    `The server name ${host} has the official name "${brand}" beside words that bait domains use, ` +
    `in front of another domain.`,
  nearLabel: (host: string, label: string, brand: string, edits: string) =>
    `The server name ${host} has "${label}", nearly the official "${brand}" (${edits} apart).`,
  bait: (host: string, brand: string) =>
    `The server name ${host} has the official name "${brand}" beside words that bait domains use.`,
  inside: (host: string, brand: string) => `The server name ${host} holds the official name "${brand}".`,
  ownSpelling: (written: string, host: string) =>
    `The server name ${written} is the official ${host} in another spelling.`,
  asPrefix: (host: string, domain: string) =>
    `The server name ${host} has the official domain ${domain} in front of another one.`,
  looksLike: (host: string, domain: string, details: string) =>
    `The server name ${host} looks like ${domain}${details}.`,
  nearly: (host: string, domain: string, edits: string) =>
    `The server name ${host} is nearly ${domain} (${edits} apart).`,
  baitEnding: (host: string) => `The server name ${host} is the official name under an ending that is bait itself.`,
  otherEnding: (host: string) => `The server name ${host} is the official name under another ending.`,
  likeOtherEnding: (host: string, brand: string) =>
    `The server name ${host} looks like "${brand}" under another ending.`,
};

/** Of user ids as a whole. */
export const idTexts = {
  variant: (userId: string, official: string) => `The user id ${userId} is ${official} in another spelling.`,
  twin: (userId: string, official: string, server: string) =>
    `The user id ${userId} cannot be told from ${official}. ${server}`,
  split: (userId: string, what: 'domain' | 'brand', name: string) =>
    `Read across its colon, the user id ${userId} spells the official ${what} "${name}".`,
};

/** Of localparts. */
export const localpartTexts = {
  same: (localpart: string) => `The localpart is the official one, "${localpart}", on another server.`,
  beside: (localpart: string, official: string, what: string) =>
    `The localpart "${localpart}" is the official "${official}" with ${what} beside it.`,
  brandBeside: (localpart: string, brand: string, what: string) =>
    `The localpart "${localpart}" is the name "${brand}" with ${what} beside it.`,
  brand: (localpart: string, userId: string) => `The localpart "${localpart}" is the brand of ${userId}.`,
  spells: (localpart: string, what: string, official: string) =>
    `The localpart "${localpart}" spells ${what}, "${official}".`,
};

/** Of display names. */
export const displayTexts = {
  same: (name: string, userId: string) =>
    `The display name "${name}" is exactly the official display name of ${userId}.`,
  brand: (name: string, userId: string) => `The display name "${name}" is the brand of ${userId}.`,
  localpart: (name: string, userId: string) => `The display name "${name}" is the official localpart of ${userId}.`,
  reordered: (name: string, official: string) =>
    `The display name "${name}" has the words of "${official}" in another order.`,
  nearBeside: (name: string, part: string, how: 'a form of' | 'nearly', official: string, claims: string) =>
    `The display name "${name}" has "${part}", ${how} "${official}", beside ${claims}, which claims authority.`,
  holds: (name: string, official: string, how: string) =>
    `The display name "${name}" holds the official display name "${official}"${how}.`,
  brandInDisguise: (name: string, brand: string, details: string, beside: string) =>
    `The display name "${name}" has "${brand}" in disguise${details}${beside}.`,
  brandAndMore: (name: string, brand: string) => `The display name "${name}" is "${brand}" with something beside it.`,
  brandBeside: (name: string, brand: string, beside: string) => `The display name "${name}" has ${brand}${beside}.`,
};
