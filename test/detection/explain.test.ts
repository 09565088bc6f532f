/** What a person is told of a disguise: character by character, and how far it is from the closest official name. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { levenshteinEditDistance } from 'levenshtein-edit-distance';
import { loadRules } from '../../src/config/rules.js';
import {
  createDetector,
  describeCharacter,
  explain,
  type Explanation,
  type NameCharacter,
  type ProtectedIdentity,
  type Sighting,
} from '../../src/detection/index.js';
import { characterNames } from '../../src/util/character-names.js';
import { growth } from '../support/effort.js';

const MATRIX: ProtectedIdentity = {
  userId: '@server:matrix.org',
  displayNames: ['Matrix.org (Official Account)'],
  avatars: [],
  domains: ['matrix.org'],
  rooms: [],
  variants: [],
};
const detector = createDetector([MATRIX], loadRules());
let nameOf: NameCharacter;
beforeAll(async () => {
  nameOf = await characterNames();
});

/** What is told of one field, as if the detector had found something in it. */
function told(field: Explanation['field'], text: string): Explanation {
  const sighting: Sighting =
    field === 'display_name'
      ? { userId: '@u8472:evil.test', displayName: text }
      : field === 'localpart'
        ? { userId: `@${text}:evil.test` }
        : field === 'server_name'
          ? { userId: `@anna:${text}` }
          : field === 'room_name'
            ? { userId: '@u8472:evil.test', roomName: text }
            : { userId: text };
  const evidence = [
    { field, protected: MATRIX.userId, view: 'fold' as const, disguise: 'other' as const, weight: 1, sentence: 'x' },
  ];
  return explain(sighting, { verdict: 'likely', score: 4, protected: MATRIX.userId, evidence }, MATRIX, nameOf)[0]!;
}
const lines = (field: Explanation['field'], text: string) => told(field, text).characters.map(describeCharacter);

describe('a disguise, character by character', () => {
  it('says what stands there, its code point and name, and what it looks like', () => {
    expect(lines('localpart', 'ѕerver')).toEqual(['"ѕ" U+0455 CYRILLIC SMALL LETTER DZE, looks like "s"']);
    expect(lines('localpart', 's3rv3r')).toEqual(['"3" U+0033 DIGIT THREE, looks like "e", 2 times']);
    expect(lines('localpart', 'ꜱerver')).toEqual(['"ꜱ" U+A731 LATIN LETTER SMALL CAPITAL S, looks like "s"']);
    expect(lines('localpart', '𝓼erver')).toEqual(['"𝓼" U+1D4FC MATHEMATICAL BOLD SCRIPT SMALL S, looks like "s"']);
    expect(lines('localpart', 'sérver')).toEqual(['"é" U+00E9 LATIN SMALL LETTER E WITH ACUTE, looks like "e"']);
    expect(lines('localpart', '🆂erver')).toEqual([
      '"🆂" U+1F182 NEGATIVE SQUARED LATIN CAPITAL LETTER S, looks like "s"',
    ]);
    expect(lines('server_name', 'rnatrix.org')).toEqual(['"rn" U+0072 U+006E, looks like "m"']);
    expect(lines('display_name', 'matrix․org')).toEqual(['"․" U+2024 ONE DOT LEADER, looks like "."']);
    expect(lines('display_name', '@server：matrix。org')).toEqual([
      '"：" U+FF1A FULLWIDTH COLON, looks like ":"',
      '"。" U+3002 IDEOGRAPHIC FULL STOP, looks like "."',
    ]);
    expect(lines('display_name', 'Matrix.org (0fficial Acc○unt)')).toEqual([
      '"0" U+0030 DIGIT ZERO, looks like "O"',
      '"○" U+25CB WHITE CIRCLE, looks like "o"',
    ]);
  });

  it('shows the letter of the official name, not the class it is compared by', () => {
    expect(lines('server_name', 'mаtrіx.org')).toEqual([
      '"а" U+0430 CYRILLIC SMALL LETTER A, looks like "a"',
      '"і" U+0456 CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I, looks like "i"',
    ]);
    expect(lines('server_name', 'matr1x.org')).toEqual(['"1" U+0031 DIGIT ONE, looks like "i"']);
    expect(lines('server_name', 'matrlx.org')).toEqual(['"l" U+006C LATIN SMALL LETTER L, looks like "i"']);
  });

  it('names what cannot be seen, and what turns the text around', () => {
    expect(lines('localpart', 'ser\u200bv\u2060er')).toEqual([
      'U+200B ZERO WIDTH SPACE, cannot be seen',
      'U+2060 WORD JOINER, cannot be seen',
    ]);
    expect(lines('localpart', 'ser\u{e0061}ver')).toEqual(['U+E0061 TAG LATIN SMALL LETTER A, cannot be seen']);
    expect(lines('localpart', 'ser\ufe0fver')).toEqual(['U+FE0F VARIATION SELECTOR-16, cannot be seen']);
    expect(lines('localpart', '\u202erevres')).toEqual(['U+202E RIGHT-TO-LEFT OVERRIDE, turns the text around']);
    expect(lines('localpart', 'ser\u2066ver\u2069')).toEqual([
      'U+2066 LEFT-TO-RIGHT ISOLATE, steers the direction of the text',
      'U+2069 POP DIRECTIONAL ISOLATE, steers the direction of the text',
    ]);
    expect(lines('display_name', 'Matrix.org\u3164(Official\u2800Account)')).toEqual([
      'U+3164 HANGUL FILLER, looks like a space',
      'U+2800 BRAILLE PATTERN BLANK, looks like a space',
    ]);
    expect(lines('localpart', 'se\u0335rver')).toEqual([
      '"◌̵" U+0335 COMBINING SHORT STROKE OVERLAY, a mark on a letter',
    ]);
  });

  it('finds the name inside a longer text', () => {
    expect(lines('display_name', 'https://matrix.to/#/@ѕerver:matrix.org')).toEqual([
      '"ѕ" U+0455 CYRILLIC SMALL LETTER DZE, looks like "s"',
    ]);
    expect(told('display_name', 'hello, I am @ѕerver:matrix.org!').official).toBe('@server:matrix.org');
    expect(lines('room_name', 'Welcome to Μatrix.org')).toEqual(['"Μ" U+039C GREEK CAPITAL LETTER MU, looks like "m"']);
  });

  it('tells of foreign letters in words of plain ones, also beside the name, and of no word that is wholly in another script', () => {
    expect(lines('display_name', 'Matrix.org Ѕupport')).toEqual([
      '"Ѕ" U+0405 CYRILLIC CAPITAL LETTER DZE, looks like "s"',
    ]);
    expect(lines('display_name', 'Служба поддержки mаtrix.org')).toEqual([
      '"а" U+0430 CYRILLIC SMALL LETTER A, looks like "a"',
    ]);
  });

  it('leaves honest emoji alone', () => {
    expect(lines('display_name', 'Matrix.org ✅️ 👩🏽‍💻 ❤️')).toEqual([]);
  });

  it('tells eight characters and how many more there are', () => {
    const found = told('display_name', 'Ⓜⓐⓣⓡⓘⓧ.org (Ⓞⓕⓕⓘⓒⓘⓐⓛ Account)');
    expect(found.characters).toHaveLength(8);
    expect(found.more).toBe(2);
    expect(found.sentence).toContain('14 look-alike characters');
  });

  it('gives no name where there is none to give', () => {
    const evidence = [
      {
        field: 'localpart' as const,
        protected: MATRIX.userId,
        view: 'fold' as const,
        disguise: 'other' as const,
        weight: 1,
        sentence: 'x',
      },
    ];
    const [found] = explain(
      { userId: '@ѕerver:evil.test' },
      { verdict: 'possible', score: 3, protected: MATRIX.userId, evidence },
      MATRIX,
      () => undefined,
    );
    expect(found!.characters.map(describeCharacter)).toEqual(['"ѕ" U+0455, looks like "s"']);
  });
});

describe('the sentence', () => {
  it('is plain, and gives the closest official name with the figure of levenshtein-edit-distance', () => {
    expect(told('localpart', 'ѕеrver').sentence).toBe(
      'The localpart "ѕеrver" has 2 look-alike characters; the closest official name is "server" (2 edits away).',
    );
    expect(told('localpart', 'severr').sentence).toBe('The localpart "severr" is 2 edits away from "server".');
    expect(told('localpart', 'server').sentence).toBe('The localpart "server" is the official name.');
    expect(told('localpart', 'SERVER').sentence).toBe('The localpart "SERVER" is the official name but for capitals.');
    expect(told('user_id', '@server:matrix.org:8448').sentence).toBe(
      'The user id "@server:matrix.org:8448" is 5 edits away from "@server:matrix.org".',
    );
    expect(told('display_name', '\u202egro.xirtaM\u202c').sentence).toBe(
      'The display name "⟨U+202E⟩gro.xirtaM⟨U+202C⟩" has 2 direction controls, is printed as "Matrix.org"; the closest official name is "matrix.org" (11 edits away).',
    );
    expect(told('server_name', 'xn--mtrix-4ve.org').sentence).toBe(
      'The server name "mаtrix.org" has 1 look-alike character; the closest official name is "matrix.org" (1 edit away).',
    );
  });

  it('takes the official name of which most is found', () => {
    for (const [text, official] of [
      ['Mаtrix.org', 'matrix.org'],
      ['Matrix.org (Offical Acount)', 'Matrix.org (Official Account)'],
      ['Mаtrix Support', 'matrix'],
      ['ѕerver', 'server'],
      ['@sеrver:matrix.org', '@server:matrix.org'],
    ] as const)
      expect([text, told('display_name', text).official]).toEqual([text, official]);
  });

  it('goes with what the detector finds, the weightiest field first, and says nothing where it found nothing', () => {
    const sighting = { userId: '@ѕerver:xn--mtrix-4ve.org', displayName: 'Matrix.org (Official Acc0unt)' };
    const found = explain(sighting, detector.inspect(sighting), MATRIX, nameOf);
    expect(found.map(({ field }) => field)).toEqual(['display_name', 'server_name', 'localpart']);
    expect(explain({ userId: '@anna:b.test' }, detector.inspect({ userId: '@anna:b.test' }), MATRIX, nameOf)).toEqual(
      [],
    );
  });
});

describe('any text', () => {
  const nasty = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          ...'matrix.orgserverѕеаrn01\u202e\u2069\u2066\u200b\u0301\u3164אש '.split(''),
          '𝓜',
          '\u{e0041}',
          '\ud800',
        ),
        fc.string({ unit: 'binary', maxLength: 2 }),
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join(''));

  it('is explained without anything unsafe to print, in bounded words, with the true distance', () => {
    fc.assert(
      fc.property(
        nasty,
        fc.constantFrom('display_name' as const, 'localpart' as const, 'room_name' as const),
        (text, field) => {
          fc.pre(text !== '' && !text.includes(':'));
          const found = told(field, text);
          const printed = [found.sentence, ...found.characters.map(describeCharacter)];
          for (const line of printed) {
            expect(line).not.toMatch(
              /[\u202a-\u202e\u2066\u2067\u200e\u200f\u061c\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|\u200b|\p{Default_Ignorable_Code_Point}(?<![\u2068\u2069])/u,
            );
            expect([...line].filter((character) => character === '\u2068')).toHaveLength(
              [...line].filter((character) => character === '\u2069').length,
            );
          }
          expect(found.characters.length).toBeLessThanOrEqual(8);
          expect(found.edits).toBe(
            levenshteinEditDistance(text.slice(0, 256).toLowerCase(), found.official.toLowerCase()),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('takes no time, however long it is', () => {
    for (const part of ['ѕ', '\u0301', '\u202e', 'rn'])
      expect([part, growth((size) => told('display_name', part.repeat(size)), 1_875, 60_000) < 300]).toEqual([
        part,
        true,
      ]);
  });
});
