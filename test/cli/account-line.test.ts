import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { AccountLine } from '../../src/cli/account-line.js';
import { isUserId } from '../../src/matrix/identifiers.js';

type Units = AccountLine['text']['localpart'];
const textOf = ({ codes, length }: Units) => String.fromCharCode(...codes.subarray(0, length));

/** What the line says, as JSON.parse would; undefined where it is left to that. */
function readLine(written: string): object | undefined {
  const line = new AccountLine();
  const bytes = Buffer.from(`xx\n${written}\n{}`);
  const end = line.read(bytes, 3);
  if (end < 0) return undefined;
  expect(end).toBe(3 + Buffer.byteLength(written));
  const { localpart, serverName, displayName } = line.text;
  expect(bytes.toString('utf8', line.idStart, line.idEnd)).toBe(`@${textOf(localpart)}:${textOf(serverName)}`);
  return {
    userId: `@${textOf(localpart)}:${textOf(serverName)}`,
    displayName: textOf(displayName),
    hasAvatar: line.hasAvatar,
  };
}

describe('a line that is read without JSON.parse', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('@a:b.test', '@:b', '@a:', 'x', '@a:b\u0000', '\u2028', '\ud800', '\\', '"', '\t', '', '}', '🦊é'),
  );
  const value = fc.oneof(text, fc.constant(null), fc.integer());
  const object = fc
    .tuple(
      fc.oneof(
        text,
        text.map((name) => `@${name}:b.test`),
      ),
      fc.option(value, { nil: undefined }),
      fc.option(value, { nil: undefined }),
      fc.option(value, { nil: undefined }),
      fc.shuffledSubarray([0, 1, 2, 3], { minLength: 3 }),
    )
    .map(([userId, displayname, avatarUrl, more, order]) => {
      const entries = Object.entries({ user_id: userId, displayname, avatar_url: avatarUrl, more });
      return Object.fromEntries(order.map((place) => entries[place]!).filter(([, each]) => each !== undefined));
    });
  /** As other programs write it: with white space, and with escapes for all beyond ASCII. */
  const escaped = (json: string) =>
    json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

  it('says what JSON.parse would have said, or is left to it', () => {
    let read = 0;
    fc.assert(
      fc.property(
        object,
        fc.constantFrom('', ' ', '\t '),
        fc.boolean(),
        fc.nat(),
        fc.constantFrom('', '\t', '"', '\\', ',', '\u0001', '{', '\\u00zz', '\\n'),
        (value, space, isEscaped, place, what) => {
          const json = JSON.stringify(value).replaceAll('","', `",${space}"`).replaceAll('":', `":${space}`);
          const written = isEscaped ? escaped(json) : json.replace(/\p{Surrogate}/gu, '');
          const at = place % (written.length + 1);
          for (const each of [written, `${written}\r`, written.slice(0, at) + what + written.slice(at)]) {
            if (each.includes('\n') || Buffer.from(each).toString() !== each) continue;
            const said = readLine(each);
            if (said === undefined) continue;
            read++;
            const parsed = JSON.parse(each) as { user_id: string; displayname?: unknown; avatar_url?: unknown };
            expect(isUserId(parsed.user_id)).toBe(true);
            for (const field of [parsed.displayname, parsed.avatar_url])
              expect(field == null || typeof field === 'string').toBe(true);
            expect(said).toEqual({
              userId: parsed.user_id,
              displayName: parsed.displayname ?? '',
              hasAvatar: parsed.avatar_url != null,
            });
          }
        },
      ),
      { numRuns: 2000 },
    );
    expect(read).toBeGreaterThan(100);
  });

  it('takes the keys in any order, with escapes and with white space', () => {
    const anna = { userId: '@anna:b.test', displayName: 'Änna 🦊', hasAvatar: false };
    for (const written of [
      '{"user_id":"@anna:b.test","displayname":"Änna 🦊"}',
      '{ "displayname" : "\\u00c4nna \\ud83e\\udd8a", "user_id": "@anna:b.test", "avatar_url":null }\r',
    ])
      expect(readLine(written)).toEqual(anna);
  });

  it.each([
    '{"displayname":"Anna"}',
    '{"user_id":"@anna:b.test","user_id":"@server:example.org"}',
    '{"user_id":"@anna:b.test"},',
    '{"user_id":"@anna:b.test",}',
    '{"user_id":"@anna:b.test"} x',
    '{"user_id":"@\\u0061nna:b.test"}',
    '{"user_id":"@anna:b.test","displayname":"\\x"}',
    '{"user_id":"@anna:b.test","displayname":"a',
    `{"user_id":"@anna:b.test","displayname":"${'n'.repeat(5000)}"}`,
    '[]',
  ])('leaves %s to JSON.parse', (written) => {
    expect(readLine(written)).toBeUndefined();
  });
});
