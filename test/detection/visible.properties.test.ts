/** Whatever a name holds, a message that shows it stays readable, on one line, and in its order. */
import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { visible } from '../../src/detection/index.js';
import { messageContent } from '../../src/matrix/message.js';

/** Characters that attackers use, drawn far more often than by chance. */
const NASTY = [
  ...'\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u115f\u3164\uffa0\u2800\u180e\ufe0f\n\r\t\u0000\u0085\u2028\u2029\u00a0\u3000\u2065\ufffe\ufdd0\u0301\u0489\u20dd',
  '\u{e0041}',
  '\u{e01ef}',
  '\u{1d173}',
  '\ud800',
  '\udc00',
  '\u{10ffff}',
  '\u{f0000}',
  'א',
  'ש',
  'ع',
  '٣',
  'ߋ',
  '\u{10800}',
  '\u{1e900}',
  'a',
  '1',
  ' ',
  '(',
  '…',
  '⟨',
];
const names = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));
const STRONG_RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Cypriot}\p{Script=Phoenician}\p{Script=Adlam}\p{Script=Old_Turkic}\p{Script=Mende_Kikakui}]/u;

const PARAGRAPH_END = /[\n\r\x1c-\x1e\x85\u2029]/;

/** How deep isolates are nested behind each character; undefined when one ends that never began. */
function depths(text: string): number[] | undefined {
  const result: number[] = [];
  let depth = 0;
  for (const character of text) {
    if (character >= '\u2066' && character <= '\u2068') depth++;
    else if (character === '\u2069' && --depth < 0) return undefined;
    result.push(depth);
  }
  return result;
}

describe('any name made visible', () => {
  it('holds nothing that is unseen or steers the printing, but one isolate around it where it is needed', () => {
    fc.assert(
      fc.property(names, fc.nat(60), (name, shown) => {
        const whole = visible(name, shown);
        const wrapped = whole.startsWith('\u2068');
        const inner = wrapped ? whole.slice(1, -1) : whole;
        expect(wrapped).toBe(whole.endsWith('\u2069'));
        expect(inner).not.toMatch(/\p{Bidi_Control}/u);
        expect(inner).not.toMatch(/[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800]/u);
        expect(inner.replaceAll(' ', '')).not.toMatch(/\p{Z}/u);
        expect(inner).not.toMatch(/^\p{M}|\p{M}{3}/u);
        if (STRONG_RIGHT_TO_LEFT.test(inner)) expect(wrapped).toBe(true);
        // an escape takes ten characters at most; nothing grows beyond bounds
        expect([...inner].length).toBeLessThanOrEqual(10 * shown + 1);
      }),
      { numRuns: 3000 },
    );
  });

  it('tells different names apart as long as it shows them whole', () => {
    fc.assert(
      fc.property(names, names, (a, b) => {
        // an escape could be written by hand; the brackets of one are left out here
        const clean = [a, b].map((name) => name.replace(/[⟨⟩]/gu, ''));
        expect(visible(clean[0]!, 1000) === visible(clean[1]!, 1000)).toBe(clean[0] === clean[1]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a message with any name in it', () => {
  it('keeps the words around a verbatim id outside of what the id reorders', () => {
    fc.assert(
      fc.property(names, (id) => {
        const { body, formatted_body: html } = messageContent([{ line: ['BEFORE ', { code: id }, ' AFTER'] }]) as {
          body: string;
          formatted_body: string;
        };
        for (const text of [body, html].flatMap((whole) => whole.split(PARAGRAPH_END))) {
          const found = depths(text);
          expect(found).toBeDefined();
          expect(found!.at(-1) ?? 0).toBe(0);
        }
        if (PARAGRAPH_END.test(id)) return;
        expect(body).toContain(id);
        const inside = body.slice('BEFORE '.length, -' AFTER'.length);
        if (/[\u202a-\u202e\u2066-\u2069א]/u.test(id)) {
          // ours is the first isolate and does not end before the last character
          expect(inside.startsWith('\u2068')).toBe(true);
          expect(
            depths(inside)!
              .slice(0, -1)
              .every((depth) => depth > 0),
          ).toBe(true);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('isolates ids in scripts that are written from right to left', () => {
    expect(messageContent([{ line: [{ code: '@שלום:b.test' }, ' is'] }]).body).toBe('\u2068@שלום:b.test\u2069 is');
    expect(messageContent([{ line: [{ code: '@a\u2069\u202eb:c' }, ' is'] }]).body).toBe(
      '\u2068\u2068@a\u2069\u202eb:c\u2069 is',
    );
    expect(messageContent([{ line: [{ code: '@a\u2067b:c' }, ' is'] }]).body).toBe('\u2068@a\u2067b:c\u2069\u2069 is');
    expect(messageContent([{ line: [{ code: '@anna:c' }] }]).body).toBe('@anna:c');
  });
});
