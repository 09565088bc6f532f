/** The fast reader of YAML gives what the careful one gives, or nothing. */
import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { dump } from 'js-yaml';
import { parseDocument, stringify } from 'yaml';
import { parseProtectFile } from '../../src/config/index.js';
import { quickYaml } from '../../src/config/quick-yaml.js';

/** What the careful reader says; undefined when it refuses the text. */
function careful(text: string): unknown {
  const document = parseDocument(text);
  if (document.errors.length > 0) return undefined;
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch {
    return undefined;
  }
}

const scalar = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(
    '0o17',
    '0x1F',
    '-0x1',
    '012',
    '1_000',
    '+12',
    '-.5',
    '+.5e3',
    '.5',
    '5.',
    '1e3',
    '.inf',
    '-.INF',
    '.nan',
    '~',
    'null',
    'Null',
    'NULL',
    'nULL',
    'true',
    'True',
    'yes',
    'no',
    'on',
    '0b11',
    '1:30',
    '2001-01-01',
    '@a:b.org',
    '#x',
    '<<',
    '=',
    '%a',
    '`',
    '- a',
    '? a',
    ': a',
    'a: b',
    'a #b',
    '|',
    '>',
    '"',
    "'",
    '\u2028',
    '\u0085',
    ' a ',
    '',
  ),
);
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('user_id', '<<', '1', 'null', 'true', '__proto__')),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
})).value;
const plain = (data: unknown) => JSON.parse(JSON.stringify(data) ?? 'null') as unknown;

describe('the fast reader of YAML', () => {
  it('gives what was written, by either library, as block, flow or JSON', () => {
    fc.assert(
      fc.property(value.map(plain), (data) => {
        for (const text of [
          stringify(data),
          dump(data, { schema: undefined }),
          JSON.stringify(data),
          stringify(data, { collectionStyle: 'flow' }),
          dump(data, { flowLevel: 1, lineWidth: 20 }),
        ]) {
          const quick = quickYaml(text);
          if (quick !== undefined) expect({ text, value: quick }).toEqual({ text, value: careful(text) });
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('agrees with the careful reader on plain words of every kind, and on texts with something changed', () => {
    fc.assert(
      fc.property(
        fc.array(scalar.map(String), { maxLength: 5 }),
        fc.nat(),
        fc.constantFrom(
          '',
          ' ',
          '\n',
          '\t',
          ':',
          '-',
          '#',
          '&a',
          '*a',
          '"',
          '<<: x',
          '---\n',
          ', ',
          '[',
          '}',
          '!!str ',
          '- ',
        ),
        (words, place, what) => {
          const list = words.map((each) => `- ${each}\n`).join('');
          const map = words.map((each, index) => `k${index}: ${each}\n`).join('');
          for (const text of [list, map]) {
            const at = place % (text.length + 1);
            const changed = text.slice(0, at) + what + text.slice(at);
            const quick = quickYaml(changed);
            const right = careful(changed);
            if (quick !== undefined && right !== undefined)
              expect({ changed, value: quick }).toEqual({ changed, value: right });
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['an anchor', 'a: &x [1]\nb: *x\n'],
    ['a tag', 'a: !!str 1\n'],
    ['a key twice', 'a: 1\na: 2\n'],
    ['two documents', 'a: 1\n---\nb: 2\n'],
    ['a broken line', 'a: [\n'],
    ['an empty item of a list in a list, on the list’s own line', '- -\n- a\n'],
    ['an empty item of a list in a list, on the next line', '- \n - \n- a\n'],
    ['an empty item with a comment', 'a:\n  -\n    - b\n    - # none\n  - c\n'],
    ['a directive', '%YAML 1.1\n---\na: yes\n'],
  ])('leaves %s to the careful one', (_, text) => expect(quickYaml(text)).toBeUndefined());

  it('merges no keys', () => {
    expect(quickYaml('a: 1\n<<: {b: 2}\n')).toEqual(careful('a: 1\n<<: {b: 2}\n'));
  });
});

describe('a protect file', () => {
  it('says the same of aliases as ever: some are fine, a bomb is not', () => {
    const some =
      'protected_identities:\n  - {user_id: "@a:b.org", display_names: &names [A, B]}\n  - {user_id: "@c:b.org", display_names: *names}\n';
    expect(parseProtectFile(some).map(({ display_names: names }) => names)).toEqual([
      ['A', 'B'],
      ['A', 'B'],
    ]);
    const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${[...'bcdefgh'].map((name, index) => `${name}: &${name} [${Array.from({ length: 10 }, () => `*${'abcdefg'[index]!}`).join(', ')}]`).join('\n')}\nprotected_identities: []\n`;
    expect(() => parseProtectFile(bomb)).toThrow(expect.objectContaining({ code: 'HEIMDALL_E_CONFIG' }));
  });

  it('takes no numbers for names, and a key given twice for an error', () => {
    for (const text of [
      'display_names: [1337]',
      'display_names: [-.5]',
      'display_names: [true]',
      'display_names: [A]\n    display_names: [B]',
    ]) {
      expect(() => parseProtectFile(`protected_identities:\n  - user_id: "@a:b.org"\n    ${text}\n`)).toThrow(
        expect.objectContaining({ code: 'HEIMDALL_E_CONFIG' }),
      );
    }
  });
});
