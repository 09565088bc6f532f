import { isIP } from 'node:net';
import type { Request } from 'express';

/** Addresses that only our own reverse proxy can have (RFC 1918, RFC 4193, loopback, link-local). */
const OURS =
  /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1$|f[cd]|fe80:)/i;

/**
 * The address for rate-limiting a client; undefined when clients cannot be distinguished. Behind a reverse proxy it is
 * the last entry of `X-Forwarded-For`, which the proxy itself wrote; the client can forge the earlier ones, and the
 * whole header when the connection comes from elsewhere. For IPv6 the /64 network counts, since each customer has 2^64
 * addresses.
 */
export function clientAddress(request: Pick<Request, 'socket' | 'get'>): string | undefined {
  const remote = plain(request.socket.remoteAddress ?? '');
  if (remote !== '' && !OURS.test(remote)) return network(remote);
  const last = plain(request.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '');
  return isIP(last) === 0 || OURS.test(last) ? undefined : network(last);
}

function plain(address: string): string {
  return address
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^::ffff:(?=[\d.]+$)/i, '')
    .replace(/^([\d.]+):\d+$/, '$1');
}

function network(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const all = [...front, ...Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0'), ...back];
  return `${all
    .slice(0, 4)
    .map((part) => part.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
