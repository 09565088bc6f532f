import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { JsonArrayPieces } from '../../src/util/json-pieces.js';

/** Parses `text` in chunks that end at these places. */
function read(text: string, cuts: readonly number[]): { values: unknown[]; pieces: number } {
  const bytes = Buffer.from(text, 'utf8');
  const reader = new JsonArrayPieces();
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const values: unknown[] = [];
  let [from, pieces] = [0, 0];
  for (const to of [...places, bytes.length]) {
    const found = reader.push(bytes.subarray(from, to));
    if (found.length > 0) pieces += 1;
    values.push(...found);
    from = to;
  }
  values.push(...reader.end());
  return { values, pieces };
}

const hostile = fc.string({ unit: fc.constantFrom('}', ',', '{', '"', '\\', '[', ']', 'é', '😀', 'a') });

describe('an array of objects, read while it comes', () => {
  it('is what JSON.parse makes of it, wherever the chunks end and whatever stands in it', () => {
    const value = fc.letrec((tie) => ({
      value: fc.oneof(hostile, fc.integer(), fc.constant(null), fc.array(tie('object'), { maxLength: 3 })),
      object: fc.dictionary(hostile, tie('value'), { maxKeys: 3 }),
    })).object;
    fc.assert(
      fc.property(fc.array(value, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 8 }), (list, cuts) => {
        const text = JSON.stringify(list);
        expect(read(text, cuts).values).toEqual(JSON.parse(text));
      }),
      { numRuns: 400 },
    );
  });

  it('comes in pieces', () => {
    const text = JSON.stringify(Array.from({ length: 100 }, (_, n) => ({ n, list: [{ a: 1 }, { b: 2 }] })));
    const cuts = Array.from({ length: 20 }, (_, n) => n * 170);
    expect(read(text, cuts)).toEqual({ values: JSON.parse(text), pieces: expect.any(Number) });
    expect(read(text, cuts).pieces).toBeGreaterThan(10);
  });

  it('may be empty, have blanks, or hold what is no object', () => {
    for (const text of ['[]', ' [ { "a" : 1 } , { "b" : 2 } ] ', '[1,{},{},"x"]', '[{},{},null]', ' [{},{}]'])
      expect(read(text, [3, 5, 9]).values).toEqual(JSON.parse(text));
  });

  it('is refused when it is not a JSON array', () => {
    for (const text of [
      '',
      '{}',
      '{"a":[{},{}]}',
      '[{},{}',
      '[{},{}],',
      '[{},{}]]',
      '[{},{},]',
      '[{"a":1},{"b":2}x]',
      '}',
    ])
      for (const cuts of [[], [4], [6], [2, 5, 7]]) expect(() => read(text, cuts)).toThrow(SyntaxError);
  });

  it('tries only so often where somebody put false ends', () => {
    const text = JSON.stringify([{ a: '},{'.repeat(20_000) }, { b: 1 }, { c: 2 }]);
    const reader = new JsonArrayPieces();
    const bytes = Buffer.from(text);
    const values: unknown[] = [];
    for (let from = 0; from < bytes.length; from += 1000)
      values.push(...reader.push(bytes.subarray(from, from + 1000)));
    values.push(...reader.end());
    expect(values).toEqual(JSON.parse(text));
  });
});
