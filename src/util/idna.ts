/**
 * Host names by IDNA, consistent across Node versions: for input that IDNA forbids (a label newer than its tables,
 * small capitals), Node 20 returns an empty string and Node 24 the input.
 */
import { domainToASCII, domainToUnicode } from 'node:url';

const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;
const ENCODED = /(?:^|\.)xn--/i;

/** A host in readable form; empty where IDNA forbids it. */
export function readableHost(host: string): string {
  const readable = domainToUnicode(host);
  return ENCODED.test(readable) ? '' : readable;
}

/** A host in wire form, with `xn--` labels; empty where IDNA forbids it. */
export function asciiHost(host: string): string {
  const ascii = domainToASCII(host);
  // The URL Standard reads a bare number as an IPv4 address: "12" becomes 0.0.0.12. Here it stays as it is.
  if (IPV4.test(ascii) && host.normalize('NFKC').replaceAll('。', '.') !== ascii) return '';
  return ENCODED.test(ascii) && readableHost(ascii) === '' ? '' : ascii;
}
