/** Server names in readable form. Pure string functions; `node:url` decodes punycode and does no I/O. */
import { createRequire } from 'node:module';
import { isDigit } from '../util/ascii.js';
import { readableHost } from '../util/idna.js';
import type { getPublicSuffix as publicSuffixOf, parse as parseHost } from 'tldts';
import { isIpLiteral, withoutPort } from '../matrix/identifiers.js';
import { decodePunycode } from './punycode.js';

/**
 * Required rather than imported: Node reads its 200 kB twice for an import, which costs `heimdall check` more than ten
 * thousand verdicts.
 */
const { parse, getPublicSuffix } = createRequire(import.meta.url)('tldts') as {
  parse: typeof parseHost;
  getPublicSuffix: typeof publicSuffixOf;
};

export interface ServerName {
  /** lower case, decoded, without port and trailing dot: common to all spellings of a server */
  host: string;
  /** the registered domain, decoded: `example.org` of `chat.example.org`; the host itself when there is none */
  registrable: string;
  /** its first label: `example` */
  label: string;
  /** the labels before it: [`chat`] */
  subdomains: readonly string[];
  /** an IP address, which identifies nobody */
  isAddress: boolean;
  /** whether the label is followed by a public suffix (`org`), not a slip of one (`orq`) */
  hasEnding: boolean;
}

/** Without port, trailing dot and capitals, punycode decoded. */
export function hostOf(serverName: string): string {
  const bare = withoutPort(serverName.slice(0, 512)).toLowerCase().replace(/\.$/, '');
  return bare.includes('xn--') ? readableHost(bare) || bare.split('.').map(decodedLabel).join('.') : bare;
}

/** A label that IDNA does not allow is decoded as a client might still show it. */
function decodedLabel(label: string): string {
  return label.startsWith('xn--') ? decodePunycode(label.slice(4))?.toLowerCase() || label : label;
}

/**
 * Parses a server name. Host names under a private suffix (`me.github.io`) are registrable, since they have different
 * owners.
 */
export function parseServerName(serverName: string): ServerName {
  const host = hostOf(serverName);
  if (isIpLiteral(serverName))
    return { host, registrable: host, label: host, subdomains: [], isAddress: true, hasEnding: false };
  const { domain, domainWithoutSuffix, subdomain, isIcann, isPrivate } = parse(host, {
    allowPrivateDomains: true,
    validateHostname: false,
  });
  const registrable = domain ?? host;
  return {
    host,
    registrable,
    label: domainWithoutSuffix || registrable.split('.')[0] || registrable,
    subdomains: subdomain ? subdomain.split('.') : [],
    isAddress: false,
    hasEnding: isIcann === true || isPrivate === true,
  };
}

/**
 * How many subdomains `parseServerName` finds in a host of small letters, digits, dots and dashes, without port,
 * trailing dot and punycode; called far more often, and twice as fast.
 */
export function countSubdomains(host: string): number {
  if (isDigit(host.charCodeAt(host.length - 1)) && isIpLiteral(host)) return 0;
  const suffix = getPublicSuffix(host, OF_HOST);
  let count = 0;
  if (suffix !== null)
    for (let at = host.length - suffix.length - 2; at >= 0; at--) if (host.charCodeAt(at) === DOT) count++;
  return count;
}

const DOT = 0x2e;
const OF_HOST = { allowPrivateDomains: true, validateHostname: false, extractHostname: false };

/** Whether the host is the domain or a subdomain, and so belongs to the domain's owner. */
export function isUnder(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}
