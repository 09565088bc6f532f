import { describe, expect, it } from '@jest/globals';
import { caseAddress, caseOfAddress, parseMailbox } from '../../src/mail/addresses.js';

const secret = 'ab'.repeat(32);

describe('an address that carries a case', () => {
  it('leads back to the case and to what it is for', () => {
    const address = caseAddress('heimdall@example.org', 'case', 42, secret);
    expect(address).toMatch(/^heimdall\+case-42-[0-9a-f]{20}@example\.org$/);
    expect(caseOfAddress(address, secret)).toEqual({ purpose: 'case', caseId: 42 });
    expect(caseOfAddress(caseAddress('heimdall@example.org', 'bounce', 42, secret).toUpperCase(), secret)).toEqual({
      purpose: 'bounce',
      caseId: 42,
    });
  });

  it('cannot be made for another case, another purpose or with another secret', () => {
    const address = caseAddress('heimdall@example.org', 'case', 42, secret);
    expect(caseOfAddress(address.replace('42', '43'), secret)).toBeUndefined();
    expect(caseOfAddress(address.replace('case', 'bounce'), secret)).toBeUndefined();
    expect(caseOfAddress(address, 'cd'.repeat(32))).toBeUndefined();
    expect(caseOfAddress('heimdall@example.org', secret)).toBeUndefined();
  });

  it('stays the plain address when the local part would be too long for SMTP', () => {
    const address = `${'x'.repeat(60)}@example.org`;
    expect(caseAddress(address, 'case', 1, secret)).toBe(address);
  });
});

describe('a mailbox of the configuration', () => {
  it('may have a name', () => {
    expect(parseMailbox('Heimdall <heimdall@example.org>', 'mail.from')).toEqual({
      name: 'Heimdall',
      address: 'heimdall@example.org',
    });
    expect(parseMailbox('abuse@example.org', 'mail.abuse_contact')).toEqual({ name: '', address: 'abuse@example.org' });
  });

  it.each(['', 'nobody', 'a@b.c, d@e.f', 'a b@c.d', 'a@b@c', 'a@b.c\r\nBcc: d@e.f'])(
    'is refused when it is %j',
    (text) => {
      expect(() => parseMailbox(text, 'mail.from')).toThrow(/mail\.from is not one mail address/);
    },
  );
});
