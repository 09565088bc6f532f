/**
 * Host names by IDNA, the same with every Node: what IDNA forbids (a label newer than its tables, small capitals), Node
 * 20 answers with nothing and Node 24 as it came.
 */
import { domainToASCII, domainToUnicode } from 'node:url';

const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;
const ENCODED = /(?:^|\.)xn--/i;

/** A host as people read it; empty where IDNA forbids it. */
export function readableHost(host: string): string {
  const readable = domainToUnicode(host);
  return ENCODED.test(readable) ? '' : readable;
}

/** A host as it is sent, with `xn--` labels; empty where IDNA forbids it. */
export function asciiHost(host: string): string {
  const ascii = domainToASCII(host);
  // The URL Standard reads a mere number as an address: "12" is 0.0.0.12 there. As a host it is only what it says.
  if (IPV4.test(ascii) && host.normalize('NFKC').replaceAll('。', '.') !== ascii) return '';
  return ENCODED.test(ascii) && readableHost(ascii) === '' ? '' : ascii;
}
