/** What a disguise says amid other words, whatever these are; and which of several identities is named. */
import { describe, expect, it } from '@jest/globals';
import { loadRules } from '../../src/config/rules.js';
import { createDetector, type ProtectedIdentity } from '../../src/detection/index.js';

const rules = loadRules();
const protecting = (userId: string, name: string, domains: readonly string[] = []): ProtectedIdentity => ({
  userId,
  displayNames: [name],
  domains,
  avatars: [],
  rooms: [],
  variants: [],
});
const look = (identity: ProtectedIdentity, displayName: string, userId = '@zq:elsewhere.example') =>
  createDetector([identity], rules).inspect({ userId, displayName });
const UNSEEN = '\u2060';

describe('a disguise', () => {
  it.each([
    ['Stadt Grünwehr', `Fan von Stad${UNSEEN}t Grünwehr`, 'Fan von Stadt Grünwehr'],
    ['Marlowe Finch', `I love Marl\u043ewe Finch`, 'I love Marlowe Finch'],
    ['翠湖云集', `我爱翠湖${UNSEEN}云集`, '我爱翠湖云集'],
    ['አንበሳበር ማይክሮ', `የአንበሳበር ማ${UNSEEN}ይክሮ አድናቂ`, 'የአንበሳበር ማይክሮ አድናቂ'],
  ])('is likely amid words that would say nothing: %s', (official, disguised, plain) => {
    const who = protecting('@k9:home.example', official);
    expect(look(who, disguised).verdict).toBe('likely');
    expect(['none', 'possible']).toContain(look(who, plain).verdict);
  });

  it('is undone where an override turns letters that are read from the right', () => {
    const who = protecting('@k9:home.example', 'אורשקד תקשורת');
    const { verdict, evidence } = look(who, `\u202d${[...'אורשקד תקשורת'].reverse().join('')}`);
    expect(verdict).toBe('certain');
    expect(evidence[0]!.sentence).toMatch(/stored in another order than it is printed/);
    // the same control around Latin letters changes nothing that is seen
    expect(look(protecting('@k9:home.example', 'Nolita Bank'), '\u202dknaB atiloN').verdict).toBe('none');
  });
});

describe('a letter', () => {
  it('that no language is written with makes no other name', () => {
    expect(look(protecting('@tran:home.example', 'Trần Thị Ngọc Lan'), 'T\uab45ần Thị Ngọc Lan').verdict).toBe(
      'likely',
    );
    expect(look(protecting('@k9:home.example', 'Medistar Patient Care'), 'Medi\u1de4tar Patient Care').verdict).toBe(
      'likely',
    );
  });

  it('drawn as two is a slip by itself, and a likeness beside the official localpart', () => {
    const club = protecting('@club:home.example', 'Datenreisen Computer Club');
    expect(look(club, 'Datenreisen Computer Clulb').verdict).toBe('possible');
    expect(look(club, 'Datenreisen Computer Clulb', '@club:elsewhere.example').verdict).toBe('likely');
    // another word is another name
    expect(look(club, 'Datenreisen Computer Pub', '@club:elsewhere.example').verdict).not.toBe('likely');
  });

  it('with an umlaut is two letters in one word, and itself in another', () => {
    const library = protecting('@k9:home.example', 'Städtische Büchereien');
    for (const name of ['Staedtische Buechereien', 'Städtische Buechereien', 'Staedtische Büchereien'])
      expect([name, look(library, `${name} Support`).verdict]).toEqual([name, 'likely']);
  });
});

describe('an id in a display name', () => {
  it('is read with its final sigma as a sigma, as xn-- names of 2003 have it', () => {
    const who = protecting('@grafeio:ελαιώνας.gr', 'Γραφείο Ελαιώνας', ['ελαιώνας.gr']);
    for (const name of ['@grafeio:ελαιώνασ.gr', '@grafeio:xn--mxaakrio7b7e.gr', '@grafeio:ελαιώνας.gr'])
      expect([name, ['likely', 'certain'].includes(look(who, name).verdict)]).toEqual([name, true]);
  });
});

describe('of two identities that say as much', () => {
  const identities = [
    protecting('@finch:kestmere.example', 'Marlowe Finch', ['kestmere.example']),
    protecting('@registry:kestmere-college.example', 'Kestmere College Registry', ['kestmere-college.example']),
  ];
  const detector = createDetector(identities, rules);

  it('the one is named whose name takes up more of the text', () => {
    const { verdict, protected: named } = detector.inspect({
      userId: '@zq:elsewhere.example',
      displayName: 'Kestmere College Support',
    });
    expect([verdict, named]).toEqual(['likely', '@registry:kestmere-college.example']);
  });

  it('the one is named whose server it is', () => {
    const { verdict, protected: named } = detector.inspect({ userId: '@anna:KESTMERE-COLLEGE.EXAMPLE' });
    expect([verdict, named]).toEqual(['possible', '@registry:kestmere-college.example']);
  });
});
