import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { JsonBytes, wordOf } from '../../src/util/json-bytes.js';

/** What the walker says of a line: whether it is JSON, and where it ends. */
function walk(text: string, before = ''): { taken: boolean; end: number } {
  const json = new JsonBytes();
  json.begin(Buffer.from(before + text, 'utf8'), Buffer.byteLength(before));
  const taken = json.value() && json.isEnd();
  return { taken, end: json.at };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '"a"',
  '"\\u00e9"',
  '"\\u12"',
  '"\\x"',
  '\\',
  '"é😀\u2028"',
  ' ',
  '\t',
];
const NUMBERS = ['0', '-0', '01', '1.', '.5', '1.5', '1e3', '1E-2', '1e', '-', '+1', 'true', 'nul', 'null', 'false'];

describe('JsonBytes', () => {
  it('takes what JSON.parse takes, and nothing else', () => {
    const jumble = fc.array(fc.constantFrom(...PIECES, ...NUMBERS), { maxLength: 9 }).map((parts) => parts.join(''));
    const values = fc.json({ maxDepth: 4 }).chain((text) => fc.constantFrom(text, ` ${text}\r`, text.slice(0, -1)));
    fc.assert(
      fc.property(fc.oneof(jumble, values), fc.constantFrom('', '{}\n'), (text, before) => {
        fc.pre(!text.includes('\n'));
        expect(walk(text, before).taken).toBe(isJson(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('ends at the end of the line', () => {
    expect(walk('{"a":[1,{"b":null}]} \n{')).toEqual({ taken: true, end: 21 });
  });

  it('leaves what is nested too deep to JSON.parse', () => {
    expect(walk('['.repeat(20) + ']'.repeat(20)).taken).toBe(true);
    expect(walk('['.repeat(100_000) + ']'.repeat(100_000)).taken).toBe(false);
  });

  it('knows a word only when it is written without escapes', () => {
    const seen: boolean[] = [];
    const json = new JsonBytes();
    json.begin(Buffer.from('{"type":1,"t\\u0079pe":2,"types":3}'), 0);
    expect(
      json.object(() => {
        seen.push(json.is(wordOf('type')));
        return json.value();
      }),
    ).toBe(true);
    expect(seen).toEqual([true, false, false]);
  });
});
