/**
 * Server names as policy compares them: without port and without regard to case (spec "Server Access Control Lists").
 */

/**
 * A server name, literal or glob, without its port. Only digits after a colon are a port, and a colon before it must
 * stand in brackets, so that two bare IPv6 addresses do not become one.
 */
export function portless(serverName: string): string {
  if (!serverName.includes(':')) return serverName;
  return serverName.replace(/^(\[[^\]]*\]|[^:]*):\d+$/s, '$1');
}

/**
 * Folds case as homeservers do when they match an ACL: their regular expressions use Unicode's simple case folding,
 * in which U+017F (long s) is an `s` and U+212A (Kelvin) a `k`. Without this a list could shut us out unseen.
 */
export function foldCase(serverName: string): string {
  const lower = serverName.toLowerCase();
  return lower.includes('\u017f') ? lower.replaceAll('\u017f', 's') : lower;
}

/** What is compared when server names (or globs over them) are compared. */
export function serverKey(serverName: string): string {
  return foldCase(portless(serverName));
}

/**
 * The forms in which a list's author may have hashed a server: as it was seen, without its port, in lower case, and as
 * servers are compared.
 */
export function serverForms(serverName: string): Set<string> {
  return new Set([serverName, portless(serverName), serverName.toLowerCase(), serverKey(serverName)]);
}

/**
 * Says whether a portless name or glob can match a portless server name at all: a colon can stand only inside the
 * brackets of an IPv6 literal.
 */
export function canMatchServer(pattern: string): boolean {
  if (pattern === '') return false;
  if (!pattern.includes(':')) return true;
  const body = /^(?:\[(.*)\]|\[(.*[*])|([*].*)\]|([*].*[*]))$/s.exec(pattern);
  const inside = body?.slice(1).find((part) => part !== undefined);
  return inside !== undefined && /^[0-9a-f:.*?]+$/i.test(inside);
}
