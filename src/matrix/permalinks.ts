import { encodePart } from '../util/encode.js';

/** matrix.to permalinks (spec appendices, "Matrix.to navigation"). Pure. */

/** A link to a user, a room or an alias. */
export function permalink(identifier: string, via: readonly string[] = []): string {
  return `https://matrix.to/#/${encodePart(identifier)}${viaQuery(via)}`;
}

/** A link to an event in a room; `via` helps to find a room whose id contains no server (room version 12). */
export function eventPermalink(roomId: string, eventId: string, via: readonly string[] = []): string {
  return `https://matrix.to/#/${encodePart(roomId)}/${encodePart(eventId)}${viaQuery(via)}`;
}

function viaQuery(via: readonly string[]): string {
  return via.length === 0 ? '' : `?${via.map((server) => `via=${encodePart(server)}`).join('&')}`;
}

/** The target of a Matrix link: an account, a room (by id or alias), or an event in a room. */
export interface MatrixLink {
  /** user id, room id or alias, decoded */
  id: string;
  eventId?: string;
  /** servers to join a room through; ids from room version 12 on contain none */
  via: string[];
}

const URI_KINDS: Readonly<Record<string, string>> = {
  u: '@',
  user: '@',
  r: '#',
  room: '#',
  roomid: '!',
};

/**
 * Reads a link as clients write it: `https://matrix.to/#/…` (also `http`, percent-encoded or not), `matrix:` URIs (spec
 * appendices, "URIs"), and the links of Element on any host (`https://app.element.io/#/user/…`, `/#/room/…`). Undefined
 * when the text is not such a link.
 */
export function parsePermalink(text: string): MatrixLink | undefined {
  const uri = /^(?:web\+)?matrix:(?:\/\/[^/]*\/)?(.+)$/is.exec(text);
  if (uri !== null) return parseMatrixUri(uri[1] ?? '');
  const web = /^https?:\/\/([^/?#\s]+)[^#\s]{0,2000}#\/(.+)$/is.exec(text);
  if (web === null) return undefined;
  const [, host = '', fragment = ''] = web;
  if (/^(?:www\.)?matrix\.to$/i.test(host)) return parseFragment(fragment);
  const [, element] = /^(?:user|room)\/(.+)$/is.exec(fragment) ?? [];
  return element === undefined ? undefined : parseFragment(element);
}

function parseMatrixUri(rest: string): MatrixLink | undefined {
  const { path, via } = splitQuery(rest);
  const parts = path.split('/').map(decoded);
  const sigil = URI_KINDS[parts[0]?.toLowerCase() ?? ''];
  const name = parts[1];
  if (sigil === undefined || name === undefined || name === '') return undefined;
  // A localpart may contain slashes, which only careful clients percent-encode.
  if (sigil === '@') return { id: `@${parts.slice(1).join('/').replace(/^@/, '')}`, via };
  const id = name.startsWith(sigil) ? name : sigil + name;
  const isEvent = ['e', 'event'].includes(parts[2]?.toLowerCase() ?? '');
  const event = isEvent ? parts.slice(3).join('/') : '';
  if (event === '') return { id, via };
  return { id, eventId: event.startsWith('$') ? event : `$${event}`, via };
}

function parseFragment(fragment: string): MatrixLink | undefined {
  const { path, via } = splitQuery(fragment);
  const whole = decoded(path);
  if (whole.startsWith('@')) return { id: whole.replace(/\/$/, ''), via };
  const slash = path.indexOf('/');
  const id = decoded(slash < 0 ? path : path.slice(0, slash));
  if (!/^[!#]./s.test(id)) return undefined;
  const event = slash < 0 ? '' : decoded(path.slice(slash + 1));
  return event.startsWith('$') && event.length > 1 ? { id, eventId: event, via } : { id, via };
}

/** The query starts at the last `?` before something like `via=`: a historical id may contain a `?` itself. */
function splitQuery(text: string): { path: string; via: string[] } {
  const at = text.search(/\?[a-z_.]{1,40}=[^?]*$/i);
  if (at < 0) return { path: text.replace(/\?$/, ''), via: [] };
  const query = text.slice(at + 1).split('&');
  const via = query.flatMap((part) => (/^via=/i.test(part) ? [decoded(part.slice(4))] : []));
  return { path: text.slice(0, at), via: via.filter((server) => /^[A-Za-z0-9.:[\]-]{1,255}$/.test(server)) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
