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
});
