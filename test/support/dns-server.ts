import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

const AAAA = 28;

/** A name server on loopback (RFC 1035), for a few names. */
export interface DnsServer {
  /** to hand to `Resolver.setServers` */
  address: string;
  /** names that were asked for, with the type of record, in order */
  asked: string[];
  close(): Promise<void>;
}

/**
 * Answers over UDP. `addressesOf` is asked once for each question, so a name may lead elsewhere the next time; a name
 * for which it gives nothing does not exist.
 */
export async function startDnsServer(addressesOf: (name: string) => readonly string[]): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, { address, port }) => {
    const { name, type, end } = questionIn(query);
    asked.push(`${name} ${type === AAAA ? 'AAAA' : 'A'}`);
    const fitting = addressesOf(name).filter((one) => isIPv6(one) === (type === AAAA));
    socket.send(answerTo(query, end, type, fitting), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** The one question of a query: labels, each behind its length, up to an empty one; then type and class. */
function questionIn(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function answerTo(query: Buffer, end: number, type: number, addresses: readonly string[]): Buffer {
  const head = Buffer.alloc(12);
  query.copy(head, 0, 0, 2);
  // an authoritative answer; NXDOMAIN for no address
  head.writeUInt16BE(addresses.length === 0 ? 0x8583 : 0x8580, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(addresses.length, 6);
  const records = addresses.map((address) => {
    const data = bytesOf(address);
    const record = Buffer.alloc(12);
    // the name stands at byte 12, in the question
    record.writeUInt16BE(0xc00c, 0);
    record.writeUInt16BE(type, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt16BE(data.length, 10);
    return Buffer.concat([record, data]);
  });
  return Buffer.concat([head, query.subarray(12, end), ...records]);
}

function bytesOf(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number));
  // the URL parser writes every form of an address alike, but for the run of zeros
  const text = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [front = '', back = ''] = text.split('::');
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const [head, tail] = [groups(front), groups(back)];
  const all = text.includes('::') ? [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail] : head;
  const bytes = Buffer.alloc(16);
  all.forEach((group, index) => bytes.writeUInt16BE(group, index * 2));
  return bytes;
}
