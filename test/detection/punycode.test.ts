import { domainToASCII, domainToUnicode } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { decodePunycode } from '../../src/detection/punycode.js';
import { hostOf } from '../../src/detection/server-name.js';

describe('punycode', () => {
  it('is decoded as node:url does it, for all that IDNA allows', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(...'abcxyz0189àéüñßřαβωабвгжяעבאبت漢字かな한국'),
          minLength: 1,
          maxLength: 20,
        }),
        (label) => {
          const encoded = domainToASCII(`${label}.example`).split('.')[0]!;
          if (!encoded.startsWith('xn--')) return;
          expect(`${decodePunycode(encoded.slice(4))}.example`).toBe(domainToUnicode(`${encoded}.example`));
        },
      ),
    );
  });

  it('is decoded where IDNA forbids it, and stays as it is where it is none', () => {
    // Python: 'ᴍatrix․'.encode('punycode')
    expect(decodePunycode('atrix-819a')).toBe('ᴍatrix');
    expect(hostOf('xn--atrix-819a.org')).toBe('ᴍatrix.org');
    // Python: 'ⓜatrix', 'ｍatrix', 'matri𝓍', 'mΑtrix'
    for (const [encoded, decoded] of [
      ['xn--atrix-xu9b', 'ⓜatrix'],
      ['xn--atrix-er33a', 'ｍatrix'],
      ['xn--matri-4g10d', 'matri𝓍'],
      ['xn--mtrix-v3d', 'mαtrix'],
    ] as const)
      expect(hostOf(`${encoded}.org`)).toBe(`${decoded}.org`);
    for (const broken of ['', '-', 'é', 'a'.repeat(64), '99999999', 'ab_c-\u0000'])
      expect([broken, typeof decodePunycode(broken)]).toEqual([broken, expect.stringMatching(/string|undefined/)]);
    expect(hostOf('xn--.org')).toBe('xn--.org');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        decodePunycode(text);
      }),
    );
  });
});
