import { isIpLiteral } from '../matrix/identifiers.js';
import { compileGlob, isGlob } from './glob.js';
import { foldCase, portless } from './server-name.js';

/** `m.room.server_acl` content as it may be found in a room: nothing in it is to be trusted. */
export interface FoundServerAcl {
  allow?: unknown;
  deny?: unknown;
  allow_ip_literals?: unknown;
}

/**
 * The algorithm of the spec ("Server Access Control Lists"): the port is taken off, then the whole name is matched
 * without regard to case, deny before allow; whom nobody allows is shut out. `allow_ip_literals` counts as true unless
 * it is false.
 * @returns true when the server may take part in the room
 */
export function simulateServerAcl(content: FoundServerAcl, serverName: string): boolean {
  return serverAclCheck(content)(portless(serverName));
}

/**
 * Synapse's look at its own name before it sends or takes an ACL: the same, but the port stays on (so that
 * `example.org:8448` is not an address literal and no `example.org`).
 */
export function simulateServerAclWithPort(content: FoundServerAcl, serverName: string): boolean {
  return serverAclCheck(content)(serverName);
}

/** The algorithm without taking off ports, made ready to be asked about many names. */
export function serverAclCheck(content: FoundServerAcl): (serverName: string) => boolean {
  const denies = matcherOf(content.deny);
  const allows = matcherOf(content.allow);
  return (serverName) => {
    if (content.allow_ip_literals === false && isBareAddress(serverName)) return false;
    const name = foldCase(serverName);
    return !denies(name) && allows(name);
  };
}

/** An IPv6 literal is known by its bracket, with a port behind it or not; an IPv4 literal has none. */
function isBareAddress(serverName: string): boolean {
  return serverName.startsWith('[') || (isIpLiteral(serverName) && !serverName.includes(':'));
}

/** Entries that are no strings are passed over, and no list is an empty one: so does Synapse. */
function matcherOf(list: unknown): (name: string) => boolean {
  const entries = (Array.isArray(list) ? list : []).filter((entry) => typeof entry === 'string').map(foldCase);
  const literals = new Set(entries.filter((entry) => !isGlob(entry)));
  const globs = entries.filter(isGlob).map(compileGlob);
  return (name) => literals.has(name) || globs.some((glob) => glob.test(name));
}
