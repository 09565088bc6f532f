import { createRequire } from 'node:module';
import type { parse as parseHost } from 'tldts';
import { hostOf } from '../detection/server-name.js';
import { PROTECTION_TEXTS as texts } from './texts.js';

/** Required, not imported: see detection/server-name. */
const { parse } = createRequire(import.meta.url)('tldts') as { parse: typeof parseHost };

/**
 * Parses a moderator's input for a domain: `evil.example`, `*.evil.example`, `https://evil.example/path`, in punycode
 * or decoded. A public suffix (`co.uk`, `github.io`) would cover everybody below it, so it is refused.
 */
export function domainEntry(text: string): { domain: string } | { problem: string } {
  // a Markdown link, as clients make of a domain: its target counts
  const written = text
    .trim()
    .replace(/^<(.*)>$/, '$1')
    .replace(/^\[[^\]]*\]\(([^()\s]*)\)$/, '$1')
    .toLowerCase();
  const bare = written
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/^(?:[^/@]*@)/, '')
    .replace(/^\*?\./, '');
  const host = hostOf(bare.split(/[/?#]/, 1)[0] ?? '');
  if (host === '' || host.length > 253 || !(isAddress(host) || /^[\p{L}\p{M}\p{N}._-]+$/u.test(host)))
    return { problem: texts.values.notADomain(text.slice(0, 60)) };
  if (isAddress(host)) return { domain: host };
  const { domain, publicSuffix } = parse(host, { allowPrivateDomains: true, validateHostname: false });
  if (!host.includes('.')) return { problem: texts.values.noEnding(text.slice(0, 60)) };
  if (domain === null && publicSuffix === host) return { problem: texts.values.publicSuffix(host) };
  return { domain: host };
}

/** An IPv4 address, or one of version 6 in brackets. */
export function isAddress(host: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) || /^\[[0-9a-f:.]{2,45}\]$/.test(host);
}

/** Whether a host ends in a public suffix: `x.org` does, `main.rs` too, `a.b` does not. */
export function hasKnownEnding(host: string): boolean {
  const { isIcann, domain } = parse(host, { validateHostname: false });
  return isIcann === true && domain !== null;
}
