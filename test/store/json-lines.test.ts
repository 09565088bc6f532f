import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { JsonLineError, parseJsonWithLines } from '../../src/store/settings/json-lines.js';

function parsed(text: string): { value: unknown } | 'error' {
  try {
    return { value: parseJsonWithLines(text).value };
  } catch (error) {
    if (error instanceof JsonLineError) return 'error';
    throw error;
  }
}

describe('JSON with lines', () => {
  it('reads every document as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 4 }), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parsed(text)).toEqual({ value: JSON.parse(text) as unknown });
      }),
    );
  });

  it('refuses every torn or mangled document that JSON.parse refuses, and no other', () => {
    const mangled = fc
      .tuple(
        fc.jsonValue(),
        fc.nat(),
        fc.nat(3),
        fc.constantFrom('', ',', '"', '}', ']', ':', '\\', '\n', '0', 'x', '\u0001'),
      )
      .map(([value, at, removed, put]) => {
        const text = JSON.stringify(value, null, 1);
        const place = at % (text.length + 1);
        return text.slice(0, place) + put + text.slice(place + removed);
      });
    fc.assert(
      fc.property(mangled, (text) => {
        let expected: { value: unknown } | 'error' = 'error';
        try {
          expected = { value: JSON.parse(text) as unknown };
        } catch {
          // stays an error
        }
        const ours = parsed(text);
        // the one difference: a key that stands twice is an error of ours
        if (ours === 'error' && expected !== 'error') expect(() => parseJsonWithLines(text)).toThrow('twice');
        else expect(ours).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('knows the line of every value', () => {
    const { lineOf } = parseJsonWithLines('{\n "a": [1,\n  {"b":\n   2}],\n\n "c": null }');
    expect([
      lineOf(['a']),
      lineOf(['a', 0]),
      lineOf(['a', 1]),
      lineOf(['a', 1, 'b']),
      lineOf(['c']),
      lineOf([]),
    ]).toEqual([2, 2, 3, 3, 6, 1]);
    expect([lineOf(['a', 1, 'x']), lineOf(['nowhere', 3])]).toEqual([3, 1]);
  });
});
