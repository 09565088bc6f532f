import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { plainText, subjectLine } from '../../src/mail/body.js';
import { harmWords, loadMailWords, MAIL_LANGUAGES, say } from '../../src/mail/words.js';
import { HARMS } from '../../src/store/harms.js';
import { identity, impersonation, report } from './fixtures.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heimdall-words-'));
  mkdirSync(path.join(folder, 'mail'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const own = (text: string, language = 'en'): string => {
  writeFileSync(path.join(folder, 'mail', `${language}.yaml`), text);
  return folder;
};

describe('the texts of mails', () => {
  it.each(MAIL_LANGUAGES)('are complete in %s and leave no gap in a mail', (language) => {
    const who = { ...identity, words: loadMailWords(language) };
    for (const mail of [
      impersonation(),
      report(),
      report({ offender: '!r:x', about: { kind: 'report', reason: 'm.spam.fraud' } }),
      report({ offender: 'evil.test', subjectKind: 'server' }),
      report({ offender: 'mxc://evil.test/abc', subjectKind: 'media' }),
    ]) {
      const text = `${subjectLine(mail, who)}\n${plainText(mail, who).replace(/\{\n[\s\S]*\n\}/, '')}`;
      expect(text).not.toMatch(/[{}]|undefined/);
      expect(text).toContain(mail.offender);
    }
  });

  it('in German name offender, harm and what is asked', () => {
    const text = plainText(report({ about: { kind: 'report', reason: 'm.spam.fraud: will mein Gold' } }), {
      ...identity,
      words: loadMailWords('de'),
    });
    for (const part of [
      'Konto: @spammer:evil.test',
      'Jemand hat es gemeldet als: Betrug oder Phishing (m.spam.fraud), mit diesen Worten:',
      'will mein Gold',
      'WORUM WIR BITTEN',
      'Fallnummer',
    ])
      expect(text).toContain(part);
  });

  it('may be an admin’s own, key by key', () => {
    const words = loadMailWords('en', own('contact_machines: See xarf.json.\n'));
    expect(words.contact_machines).toBe('See xarf.json.');
    expect(words.who).toBe('WHO');
  });

  it.each([
    ['subjct: x', 'subjct: there is no such text'],
    ['subject: "{offender} {server}"', '{case} is missing'],
    ['subject: "{offender} {server} {case} {reporter}"', '{reporter} means nothing here'],
    ['subject: "{offender} {server}\\n{case}"', 'must be one line'],
    ['who: 7', 'who: must be a text'],
    ['- a', 'must hold a map'],
    ['a: [', 'cannot be read'],
  ])('are refused at the start when broken: %s', (text, why) =>
    expect(() => loadMailWords('en', own(text))).toThrow(why),
  );

  it('call every harm by a German name in German, and as an admin wants it', () => {
    for (const harm of Object.keys(HARMS))
      expect(harmWords(loadMailWords('de'), harm)).toMatch(/^\p{L}[^(]+ \(m\.[a-z_.]+\)$/u);
    expect(harmWords(loadMailWords('de'), 'm.spam.impersonation')).toBe('falsche Identität (m.spam.impersonation)');
    expect(harmWords(loadMailWords(), 'm.spam.impersonation')).toBe('impersonation (m.spam.impersonation)');
    expect(harmWords(loadMailWords('en', own('harm_m_spam: junk\n')), 'm.spam')).toBe('junk (m.spam)');
    expect(() => loadMailWords('en', own('harm_m_spam: 7\n'))).toThrow('must be a text');
    expect(() => loadMailWords('en', own('harm_m_nothing: x\n'))).toThrow('there is no such text');
  });

  it('never read what is filled in as a text again', () => {
    expect(say(loadMailWords(), 'intro', { server: '{what}', what: '{server} $& $1' })).toContain(
      'homeserver {what} reports {server} $& $1.',
    );
  });
});
