/** Server names as policy compares them: without port, ignoring case (spec "Server Access Control Lists"). */

/**
 * A server name, literal or glob, without its port. Only digits after a colon are a port, and an earlier colon must be
 * in brackets, so that two bare IPv6 addresses do not become one.
 */
export function portless(serverName: string): string {
  if (!serverName.includes(':')) return serverName;
  return serverName.replace(/^(\[[^\]]*\]|[^:]*):\d+$/s, '$1');
}

const ASCII = /^[\0-\x7f]*$/;

/**
 * Folds case as homeservers do when they match an ACL: their regular expressions use Unicode's simple case folding,
 * code point by code point, in which U+017F (long s) is an `s` and U+212A (Kelvin) a `k`. Otherwise a list could deny
 * us unnoticed. The number of code points never changes, so `?` keeps its meaning.
 */
export function foldCase(serverName: string): string {
  if (ASCII.test(serverName)) return serverName.toLowerCase();
  let folded = '';
  for (const point of serverName) folded += foldPoint(point);
  return folded;
}

function foldPoint(point: string): string {
  // via upper case, which unites letters with several lower-case forms
  for (const form of [point.toUpperCase().toLowerCase(), point.toLowerCase()]) {
    if ([...form].length === 1 && sameFolded(point, form)) return form;
  }
  return point;
}

/**
 * JavaScript's `iu` also uses simple case folding, so its tables decide; `toLowerCase` depends on language and context.
 */
function sameFolded(a: string, b: string): boolean {
  return a === b || new RegExp(`^\\u{${a.codePointAt(0)?.toString(16) ?? ''}}$`, 'iu').test(b);
}

/** The form in which server names (or globs over them) are compared. */
export function serverKey(serverName: string): string {
  return foldCase(portless(serverName));
}

/**
 * The forms in which a list's author may have hashed a server: as seen, without its port, in lower case, and in
 * comparison form.
 */
export function serverForms(serverName: string): Set<string> {
  return new Set([serverName, portless(serverName), serverName.toLowerCase(), serverKey(serverName)]);
}

/**
 * Whether a portless name or glob can match any portless server name: a colon is only possible inside the brackets of
 * an IPv6 literal.
 */
export function canMatchServer(pattern: string): boolean {
  if (pattern === '') return false;
  if (!pattern.includes(':')) return true;
  const body = /^(?:\[(.*)\]|\[(.*[*])|([*].*)\]|([*].*[*]))$/s.exec(pattern);
  const inside = body?.slice(1).find((part) => part !== undefined);
  return inside !== undefined && /^[0-9a-f:.*?]+$/i.test(inside);
}
