import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { DISGUISES } from '../../src/detection/types.js';
import { xarfReport } from '../../src/mail/xarf.js';
import type { AbuseMail, MailIdentity } from '../../src/mail/types.js';
import { identity, impersonation, report } from './fixtures.js';
import { xarfProblems } from './xarf-schema.js';

const made = (mail: AbuseMail, who: MailIdentity = identity): Record<string, unknown> =>
  JSON.parse(JSON.stringify(xarfReport(mail, who))) as Record<string, unknown>;

describe('the schema at hand', () => {
  it('does refuse what is not an XARF 4.2 report', () => {
    expect(xarfProblems({ ...made(impersonation()), domain: 'xn--mtrix-3ve.org' })).not.toEqual([]);
    expect(xarfProblems({ ...made(report()), evidence_source: 'user_report' })).not.toEqual([]);
  });
});

describe('a XARF report', () => {
  it.each(DISGUISES)('validates whatever the disguise: %s', (disguise) => {
    const mail = impersonation();
    if (mail.about.kind === 'impersonation') mail.about.verdict.evidence.forEach((item) => (item.disguise = disguise));
    expect(xarfProblems(made(mail))).toEqual([]);
  });

  it.each([
    ['@a:evil.test', 'evil.test'],
    ['@a:evil.test:8448', 'evil.test'],
    ['@a:Evil.TEST.', 'evil.test'],
    ['@a:xn--mtrix-3ve.org', undefined],
    ['@a:example.xn--p1ai', undefined],
    ['@a:192.0.2.7', undefined],
    ['@a:[2001:db8::1]:8448', undefined],
    ['@a:localhost', undefined],
    ['@a:a_b.org', undefined],
  ])('about %s names the domain %s', (offender, domain) => {
    const mail = impersonation({ offender, subject: offender });
    expect(made(mail).domain).toBe(domain);
    expect(xarfProblems(made(mail))).toEqual([]);
  });

  it.each(['example.org:8448', '[2001:db8::1]:8448', '192.0.2.1', 'localhost', 'Example.ORG.'])(
    'of the server %s names a domain of ours that is a host name',
    (serverName) => {
      expect(xarfProblems(made(report(), { ...identity, serverName }))).toEqual([]);
      const from = { name: '', address: 'heimdall@[192.0.2.1]' };
      if (!serverName.startsWith('['))
        expect(xarfProblems(made(report(), { ...identity, serverName })).concat(from.name)).toEqual(['']);
    },
  );

  it('about an official domain with foreign letters leads there', () => {
    const official = { userId: '@server:münchen.example', displayNames: ['München'], domains: ['münchen.example'] };
    expect(made(impersonation({ official })).legitimate_site).toBe('https://xn--mnchen-3ya.example/');
  });

  it('of a verdict says how and when it was verified, of a report that people complained', () => {
    expect(made(impersonation())).toMatchObject({
      verified_at: '2026-11-23T09:27:01.500Z',
      verification_method: 'automated_crawler',
      evidence_source: 'automated_scan',
    });
    expect(made(report())).toMatchObject({ category: 'messaging', type: 'spam', evidence_source: 'user_complaint' });
  });

  it.each([
    ['Please send me 0.1 BTC to unlock your account', 'cryptocurrency'],
    ['Support here: reply with your password to verify', 'tech_support'],
    ['Bitte schicken Sie uns Ihr Passwort', 'other'],
    ['You have won! Pay the processing fee with gift cards', 'lottery'],
  ])('of who writes %p is one of fraud', (body, kind) => {
    const event = { type: 'm.room.message', sender: '@spammer:evil.test', content: { body } };
    const told = made(report({ event }));
    expect(told).toMatchObject({ category: 'content', type: 'fraud', fraud_type: kind });
    expect(xarfProblems(told)).toEqual([]);
    const impostor = made(impersonation({ event: { ...event, sender: '@sеrver:evil.test:8448' } }));
    expect(impostor).toMatchObject({ type: 'fraud', claimed_entity: 'Example (Official Account)' });
    expect(xarfProblems(impostor)).toEqual([]);
  });

  it.each(['I forgot my password again', 'Ich gebe auf, das Wetter ist schlecht', 'a profile picture of a card'])(
    'of who writes %p is none of fraud',
    (body) => expect(made(report({ event: { content: { body } } })).type).toBe('spam'),
  );

  it('takes the harm that the reporter names', () => {
    const fraud = made(report({ about: { kind: 'report', reason: 'org.matrix.msc4456.spam.fraud: asks for rings' } }));
    expect(fraud).toMatchObject({ type: 'fraud', fraud_type: 'other', tags: ['matrix:report', 'harm:m_spam_fraud'] });
    const official = { userId: '@server:example.org', displayNames: ['Example'], domains: ['example.org'] };
    const copy = made(report({ about: { kind: 'report', reason: 'm.spam.impersonation' }, official }));
    expect(copy).toMatchObject({ type: 'brand_infringement', infringement_type: 'brand_impersonation' });
    const unknown = made(report({ about: { kind: 'report', reason: 'm.spam.impersonation' } }));
    expect(unknown).toMatchObject({ type: 'spam', matrix: { harm: 'm.spam.impersonation' } });
    for (const each of [fraud, copy, unknown]) expect(xarfProblems(each)).toEqual([]);
  });

  it('validates whatever strangers wrote', () => {
    const wild = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(wild, wild, wild, fc.boolean(), fc.double(), (name, server, words, isReport, at) => {
        const offender = `@${name}:${server}`;
        const shared: Partial<AbuseMail> = {
          offender,
          subject: offender,
          captured: { displayName: words, avatarUrl: words },
          seen: { source: 'report', at, eventId: `$${words}`, roomId: '!r:x' },
          event: { type: words, content: { body: words } },
        };
        const mail = isReport ? report({ ...shared, about: { kind: 'report', reason: words } }) : impersonation(shared);
        expect(xarfProblems(made(mail))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
