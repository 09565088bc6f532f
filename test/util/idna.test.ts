import { describe, expect, it } from '@jest/globals';
import { asciiHost, readableHost } from '../../src/util/idna.js';

describe('host names by IDNA', () => {
  it('are turned to and fro', () => {
    expect(readableHost('xn--mnchen-3ya.de')).toBe('münchen.de');
    expect(asciiHost('münchen.de')).toBe('xn--mnchen-3ya.de');
    expect(asciiHost('example.org')).toBe('example.org');
  });

  // Node 24 gives these back as they came
  it.each(['xn--atrix-xu9b.org', 'chat.xn--mtrix-v3d.org', 'xn--a.org', 'XN--A.org'])(
    'are nothing where IDNA forbids them: %s',
    (host) => {
      expect([readableHost(host), asciiHost(host)]).toEqual(['', '']);
    },
  );

  it('are never an address that only the URL Standard reads into a number', () => {
    for (const host of ['12', '１２', '0x7f.1', '3232235777', '1.2.3']) expect(asciiHost(host)).toBe('');
    for (const host of ['203.0.113.7', '２０３．０．１１３。７']) expect(asciiHost(host)).toBe('203.0.113.7');
  });
});
