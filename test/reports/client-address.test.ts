import { describe, expect, it } from '@jest/globals';
import { clientAddress } from '../../src/reports/client-address.js';

const from = (remoteAddress: string, forwarded?: string) =>
  clientAddress({
    socket: { remoteAddress } as never,
    get: ((name: string) => (name === 'x-forwarded-for' ? forwarded : undefined)) as never,
  });

describe('the address of a client', () => {
  it('is that of the connection, whatever the client says', () => {
    expect(from('203.0.113.7')).toBe('203.0.113.7');
    expect(from('203.0.113.7', '198.51.100.1')).toBe('203.0.113.7');
    expect(from('::ffff:203.0.113.7')).toBe('203.0.113.7');
  });

  it('is what a proxy of ours wrote last, not what the client wrote before it', () => {
    expect(from('127.0.0.1', '198.51.100.1')).toBe('198.51.100.1');
    expect(from('10.1.2.3', '6.6.6.6, 198.51.100.1')).toBe('198.51.100.1');
    expect(from('::1', '[2001:db8::7]:443')).toBe('2001:db8:0:0::/64');
  });

  it('is unknown where a proxy of ours says nothing, or nothing that is an address', () => {
    expect(from('127.0.0.1')).toBeUndefined();
    expect(from('127.0.0.1', 'unknown')).toBeUndefined();
    expect(from('172.17.0.1', '192.168.0.5')).toBeUndefined();
  });

  it('is the network of an IPv6 address, in one spelling', () => {
    expect(from('2001:db8:1:2:aaaa::1')).toBe(from('2001:0db8:0001:0002:ffff:1:2:3'));
    expect(from('2001:db8:1:3::1')).not.toBe(from('2001:db8:1:2::1'));
  });
});
