/**
 * Matrix identifiers (spec appendices, "Identifier Grammar"). Pure string functions: no client, no I/O.
 *
 * Historical user ids are valid input everywhere: their localpart may be empty, upper-case or non-ASCII (spec:
 * "Historical User IDs"). So nothing here checks the localpart's characters; only the structure counts.
 */

/** A user id split at its FIRST colon: the localpart cannot contain one, the server name can (port, IPv6). */
export interface UserIdParts {
  /** the text between `@` and the first colon; may be empty */
  localpart: string;
  /** everything after the first colon, as written: with port, capitals, trailing dot */
  serverName: string;
}

/** Splits `@localpart:server`; undefined when the string is not of that shape (no `@`, no colon, no server name). */
export function parseUserId(userId: string): UserIdParts | undefined {
  if (!userId.startsWith('@')) return undefined;
  const colon = userId.indexOf(':');
  if (colon < 0 || colon === userId.length - 1) return undefined;
  return { localpart: userId.slice(1, colon), serverName: userId.slice(colon + 1) };
}

/** The part of a user id before the first colon, without the `@`; empty when it is not a user ID. */
export function localpartOf(userId: string): string {
  return parseUserId(userId)?.localpart ?? '';
}

/** Whether the string has the form of a user id, historical ones included. */
export function isUserId(text: string): boolean {
  return parseUserId(text) !== undefined && !text.includes('\0');
}

/** Whether the string is a room id. From room version 12 on it has no server part (MSC4291). */
export function isRoomId(text: string): boolean {
  return text.startsWith('!') && text.length > 1;
}

/** Whether the string is a room alias, `#name:server`. */
export function isRoomAlias(text: string): boolean {
  const colon = text.indexOf(':');
  return text.startsWith('#') && colon > 0 && colon < text.length - 1;
}

/** Whether the string is an event id. */
export function isEventId(text: string): boolean {
  return text.startsWith('$') && text.length > 1;
}

/** The server part of a user id, alias or pre-v12 room id; undefined when there is none. */
export function serverNameOf(identifier: string): string | undefined {
  const colon = identifier.indexOf(':');
  return colon > 0 && colon < identifier.length - 1 ? identifier.slice(colon + 1) : undefined;
}

/**
 * A server name without its port, as the server ACL algorithm uses it (spec "Server Access Control Lists"). An IPv6
 * literal keeps its brackets, and case is unchanged.
 */
export function withoutPort(serverName: string): string {
  if (serverName.startsWith('[')) {
    const end = serverName.indexOf(']');
    return end < 0 ? serverName : serverName.slice(0, end + 1);
  }
  return serverName.replace(/:\d*$/, '');
}

/**
 * Whether a server name (with or without port) is an IPv4 or bracketed IPv6 literal, which `allow_ip_literals`
 * concerns.
 */
export function isIpLiteral(serverName: string): boolean {
  const host = withoutPort(serverName);
  return host.startsWith('[') || /^\d{1,3}(\.\d{1,3}){3}$/.test(host);
}
