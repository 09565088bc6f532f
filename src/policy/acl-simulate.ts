import { isIpLiteral } from '../matrix/identifiers.js';
import { compileGlob, isGlob } from './glob.js';
import { foldCase, portless } from './server-name.js';

/** `m.room.server_acl` content as found in a room; none of it is trusted. */
export interface FoundServerAcl {
  allow?: unknown;
  deny?: unknown;
  allow_ip_literals?: unknown;
}

/**
 * The algorithm of the spec ("Server Access Control Lists"): the port is removed, then the whole name is matched
 * ignoring case, deny before allow; a server that no entry allows is denied. `allow_ip_literals` is true unless set to
 * false.
 * @returns true when the server may take part in the room
 */
export function simulateServerAcl(content: FoundServerAcl, serverName: string): boolean {
  return serverAclCheck(content)(portless(serverName));
}

/**
 * Synapse's check of its own name before it sends or accepts an ACL: the same, but the port stays on (so that
 * `example.org:8448` is neither an address literal nor `example.org`).
 */
export function simulateServerAclWithPort(content: FoundServerAcl, serverName: string): boolean {
  return serverAclCheck(content)(serverName);
}

/** The algorithm without removing ports, prepared for many names. */
export function serverAclCheck(content: FoundServerAcl): (serverName: string) => boolean {
  const denies = matcherOf(content.deny);
  const allows = matcherOf(content.allow);
  return (serverName) => {
    if (content.allow_ip_literals === false && isBareAddress(serverName)) return false;
    const name = foldCase(serverName);
    return !denies(name) && allows(name);
  };
}

/** An IPv6 literal is recognised by its bracket, with or without a port; an IPv4 literal has none. */
function isBareAddress(serverName: string): boolean {
  return serverName.startsWith('[') || (isIpLiteral(serverName) && !serverName.includes(':'));
}

/** Entries that are not strings are ignored, and a missing list is an empty one, as in Synapse. */
function matcherOf(list: unknown): (name: string) => boolean {
  const entries = (Array.isArray(list) ? list : []).filter((entry) => typeof entry === 'string').map(foldCase);
  const literals = new Set(entries.filter((entry) => !isGlob(entry)));
  const globs = entries.filter(isGlob).map(compileGlob);
  return (name) => literals.has(name) || globs.some((glob) => glob.test(name));
}
