/** Texts about a resemblance; names and words passed in are safe to print (see visible.ts). */

/** About server names. */
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

/** About whole user ids. */
export const idTexts = {
  variant: (userId: string, official: string) => `The user id ${userId} is ${official} in another spelling.`,
  twin: (userId: string, official: string, server: string) =>
    `The user id ${userId} cannot be told from ${official}. ${server}`,
  split: (userId: string, what: 'domain' | 'brand', name: string) =>
    `Read across its colon, the user id ${userId} spells the official ${what} "${name}".`,
};

/** About localparts. */
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

/** About display names. */
export const displayTexts = {
  same: (name: string, userId: string) =>
    `The display name "${name}" is exactly the official display name of ${userId}.`,
  brand: (name: string, userId: string) => `The display name "${name}" is the brand of ${userId}.`,
  localpart: (name: string, userId: string) => `The display name "${name}" is the official localpart of ${userId}.`,
  reordered: (name: string, official: string) =>
    `The display name "${name}" has the words of "${official}" in another order.`,
  nearBeside: (name: string, part: string, how: 'a form of' | 'nearly', official: string, claims: readonly string[]) =>
    `The display name "${name}" has "${part}", ${how} "${official}", ` +
    `beside ${claims.join(', ')}, which ${claims.length > 1 ? 'claim' : 'claims'} authority.`,
  marksBeside: (name: string, part: string, official: string) =>
    `The display name "${name}" has "${part}", which is, but for accents and marks, "${official}".`,
  holds: (name: string, official: string, how: string) =>
    `The display name "${name}" holds the official display name "${official}"${how}.`,
  /** `"Kiite", nearly "Kite"` */
  insteadOf: (written: string, isNear: boolean, brand: string) =>
    `"${written}", ${isNear ? 'nearly' : 'like'} "${brand}"`,
  /** words as they are written, in quotes */
  beside: (words: readonly string[], isStrong: boolean) =>
    ` beside ${words.join(', ')}, ${words.length > 1 ? 'words' : 'a word'} ` +
    (isStrong ? `that ${words.length > 1 ? 'claim' : 'claims'} authority` : 'for a role'),
  brandInDisguise: (name: string, brand: string, details: string, beside: string) =>
    `The display name "${name}" has "${brand}" in disguise${details}${beside}.`,
  brandAndMore: (name: string, brand: string) => `The display name "${name}" is "${brand}" with something beside it.`,
  brandBeside: (name: string, brand: string, beside: string) => `The display name "${name}" has ${brand}${beside}.`,
};

/** Of texts of which something else is read than stands there. */
export const readTexts = {
  printed: (written: string, printed: string) =>
    `"${written}" is stored in another order than it is printed; printed as "${printed}" it`,
  padded: (head: string) => `"${head}", in front of so many blanks that nothing behind them is seen,`,
  /** what is said of equal texts only, and what stands in its place */
  exactly: ' is exactly the official',
  reads: ' reads as the official',
  holds: ' holds the official display name',
  holdsApart: ' holds, apart from its signs and escapes, the official display name',
  readsApart: ' reads, apart from its signs and escapes, as the official',
};

/** Of what is in quotes: display names and localparts. */
export const likenessTexts = {
  equal: (what: string, text: string) => `${what} "${text}" is exactly the official one.`,
  form: (what: string, text: string, official: string) =>
    `${what} "${text}" is another form of the official "${official}".`,
  reads: (what: string, text: string, official: string) => `${what} "${text}" reads as the official "${official}".`,
  /** @param how a value of `how` */
  looks: (what: string, text: string, how: string, official: string, details: readonly string[]) =>
    `${what} "${text}" ${how} "${official}"${details.length > 0 ? `: ${details.join(', ')}` : ''}.`,
  nearly: (what: string, text: string, official: string, edits: number) =>
    `${what} "${text}" is nearly "${official}" (${edits} ${edits === 1 ? 'edit' : 'edits'} apart).`,
  how: {
    case: 'is, but for capitals, the official',
    style: 'is, in another style of letters, the official',
    spacing: 'reads, but for its spacing, as the official',
    accent: 'is, but for accents and marks, the official',
    form: 'is, in another form of its letters, the official',
    leet: 'spells, with digits and symbols for letters, the official',
    lookalike: 'looks like the official',
    shape: 'looks, with letters of another shape, like the official',
    homoglyph: 'looks, with letters of another script, like the official',
    invisible: 'looks, with invisible characters inside, like the official',
    reversed: 'reads, once its direction is undone, as the official',
  } as Readonly<Record<string, string>>,
  /** what stands there, with its code point, and what it stands for */
  letter: (seen: string, codePoint: string, meant: string) =>
    `"${seen}"${codePoint === '' ? '' : ` (${codePoint})`} for "${meant}"`,
  unseen: (codePoint: string) => `an invisible ${codePoint}`,
  overdrawn: 'marks drawn over or under each letter',
  marked: 'marks over or under the letters',
  holds: (text: string, what: string) => `"${text}" holds ${what}.`,
};

/** Of official user ids and domains in a display name. */
export const heldTexts = {
  wordsOfId: (what: string, text: string, userId: string) =>
    `${what} "${text}" has the words of the official user id "${userId}".`,
  id: (what: string, text: string, isWhole: boolean, userId: string, isDisguised: boolean) =>
    `${what} "${text}" ${isWhole ? 'is' : 'holds'} the official user id "${userId}"` +
    `${isDisguised ? ' in disguise' : ''}.`,
  spelledDomain: (what: string, text: string, domain: string) =>
    `${what} "${text}" spells the official domain "${domain}".`,
  domain: (what: string, text: string, domain: string, isDisguised: boolean) =>
    `${what} "${text}" holds the official domain "${domain}"${isDisguised ? ' in disguise' : ''}.`,
};

/** Of pictures. */
export const avatarTexts = {
  same: (userId: string) => `The avatar is the official one of ${userId}.`,
  copied: (userId: string) => `The avatar is a copy of the official one of ${userId}.`,
  near: (userId: string) => `The avatar looks like the official one of ${userId}.`,
};

/** Of rooms. */
export const roomTexts = {
  claims: (alias: string) => `The room claims the official alias ${alias}, which does not lead to it.`,
  alias: (alias: string, isByServer: boolean, room: string) =>
    `The alias ${alias} ${isByServer ? 'is on a server whose name resembles that of' : 'resembles that of'} ` +
    `the official room ${room}.`,
  name: (name: string, how: 'exact' | 'disguised' | 'near', room: string, official: string) =>
    `The room's name "${name}" ${ROOM_NAME_IS[how]} the official room ${room}, "${official}".`,
  topic: (room: string) => `The room's topic is that of the official room ${room}.`,
  avatar: (room: string) => `The room's avatar is that of the official room ${room}.`,
  avatarLike: (room: string) => `The room's avatar looks like that of the official room ${room}.`,
};
const ROOM_NAME_IS = { exact: 'is that of', disguised: 'is in disguise that of', near: 'resembles that of' };
