/**
 * The formats of configured strings. Each check is a predicate; the messages for people are next to the keys in
 * schema.ts.
 */
import { asciiHost } from '../util/idna.js';
import { isRoomAlias, isRoomId, isUserId, serverNameOf, withoutPort } from '../matrix/identifiers.js';

/**
 * Spec appendices, "Server Name": host name, IPv4 or bracketed IPv6, and an optional port. Capitals and a trailing dot
 * pass.
 */
const SERVER_NAME = /^(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9][A-Za-z0-9.-]{0,254})(:\d{1,5})?$/;

/** Whether the text is a Matrix server name: no scheme, no path, ASCII only (IDN as `xn--`). */
export function isServerName(text: string): boolean {
  return SERVER_NAME.test(text);
}

/** Whether the text is a user id on a valid server name. Historical localparts (empty, capitals, non-ASCII) pass. */
export function isConfiguredUserId(text: string): boolean {
  const server = serverNameOf(text);
  return isUserId(text) && server !== undefined && isServerName(server) && Buffer.byteLength(text) <= 255;
}

/** Whether the text is a room id (room version 12 ids have no server) or an alias with its server. */
export function isRoom(text: string): boolean {
  if (/\s/.test(text)) return false;
  return isRoomId(text) || (isRoomAlias(text) && isServerName(serverNameOf(text) ?? ''));
}

/** Spec "User Identifiers": what a new localpart may contain. */
export function isNewLocalpart(text: string): boolean {
  return /^[a-z0-9._=/+-]+$/.test(text);
}

/** Whether the text is an http or https URL without user, password, query and fragment. */
export function isHttpUrl(text: string): boolean {
  const url = urlOf(text);
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return false;
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}

/** Whether the text is an `smtp://` or `smtps://` URL with a host and optional credentials. */
export function isSmtpUrl(text: string): boolean {
  const url = urlOf(text);
  return url !== undefined && ['smtp:', 'smtps:'].includes(url.protocol) && url.hostname !== '';
}

/** Whether the text is an `imap://` or `imaps://` URL with a host and a user. */
export function isImapUrl(text: string): boolean {
  const url = urlOf(text);
  return url !== undefined && ['imap:', 'imaps:'].includes(url.protocol) && url.hostname !== '' && url.username !== '';
}

/** Whether the text is a DKIM selector (RFC 6376, 3.1: labels). */
export function isDkimSelector(text: string): boolean {
  return /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/.test(text);
}

/** Whether the text is a PostgreSQL URL; the host may be absent (a socket or the default). */
export function isDatabaseUrl(text: string): boolean {
  const url = urlOf(text);
  return url !== undefined && ['postgres:', 'postgresql:'].includes(url.protocol);
}

/** Whether the text is a single bare mail address. Deliberately permissive: the mail server decides. */
export function isMailAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s@<>(),;:"[\]\\]+@[^\s@<>(),;:"\\]+$/.test(text);
}

/** Whether the text is `address` or `Name <address>`, on one line. */
export function isMailbox(text: string): boolean {
  const named = /^[^<>\r\n]*<([^<>\r\n]+)>$/.exec(text.trim());
  return isMailAddress(named === null ? text : (named[1] ?? ''));
}

/** Whether the text is a bare domain, as `xn--` or decoded: no scheme, path, port or IP address. */
export function isDomain(text: string): boolean {
  if (/[\s/@:?#*%]/.test(text)) return false;
  return asciiHost(text.replace(/\.$/, '')) !== '';
}

/** Whether the text is a time of day in 24-hour format, such as 03:30. */
export function isTimeOfDay(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(text);
}

/** Whether the text is `HH:MM-HH:MM`, between two different times of day. */
export function isTimeRange(text: string): boolean {
  const [from = '', to = '', ...more] = text.split('-');
  return more.length === 0 && isTimeOfDay(from) && isTimeOfDay(to) && from !== to;
}

/** Whether the text is an address or host name to listen on. */
export function isBindAddress(text: string): boolean {
  return /^[A-Za-z0-9.-]+$/.test(text) || /^[0-9A-Fa-f:.]+$/.test(text);
}

/** Whether the text is an `mxc://server/media` URI or a file name; other URLs are not fetched. */
export function isAvatar(text: string): boolean {
  if (text === '') return false;
  return text.startsWith('mxc://')
    ? /^mxc:\/\/[^/\s]+\/[A-Za-z0-9_-]+$/.test(text)
    : !/^[a-z][a-z0-9+.-]+:\/\//i.test(text);
}

/** Whether all entries are distinct. */
export function isWithoutDuplicates(list: readonly string[]): boolean {
  return new Set(list).size === list.length;
}

/** The host of a server name for a URL or a domain list: without port and trailing dot. */
export function hostOf(serverName: string): string {
  return withoutPort(serverName).replace(/\.$/, '');
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
