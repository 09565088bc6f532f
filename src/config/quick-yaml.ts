/**
 * Fast YAML: js-yaml takes a tenth of the time of `yaml`, which tracks positions and reports errors. So files are read
 * here first, and again by document.ts when there is an error to report. test/config/quick-yaml.test.ts checks that
 * both give the same values.
 */
import { FAILSAFE_SCHEMA, load, Type } from 'js-yaml';

/**
 * Plain scalars that are not strings, as in YAML 1.2; js-yaml's own schema also accepts some numbers of YAML 1.1 (0b11,
 * 1_000).
 */
function plain(tag: string, words: RegExp, construct: (word: string) => unknown): Type {
  return new Type(`tag:yaml.org,2002:${tag}`, {
    kind: 'scalar',
    resolve: (word: unknown) => words.test(String(word ?? '')),
    construct: (word: unknown) => construct(String(word ?? '')),
  });
}
function fraction(word: string): number {
  if (/nan$/i.test(word)) return NaN;
  return /inf$/i.test(word) ? (word.startsWith('-') ? -Infinity : Infinity) : Number(word);
}
const SCHEMA = FAILSAFE_SCHEMA.extend({
  implicit: [
    plain('null', /^(?:~|[Nn]ull|NULL)?$/, () => null),
    plain('bool', /^(?:[Tt]rue|TRUE|[Ff]alse|FALSE)$/, (word) => word.toLowerCase() === 'true'),
    plain('int', /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/, Number),
    plain(
      'float',
      /^(?:[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+|\.(?:inf|Inf|INF))|\.nan|\.NaN|\.NAN)$/,
      fraction,
    ),
  ],
});

/**
 * Where the two differ, the careful one is used: anchors, aliases and tags (it bounds their number), directives and
 * document markers, null keys, and a nested list with an empty item (js-yaml takes the outer list's next item into it).
 */
const NOT_PLAIN =
  /(?:^|[\s[{,:?-])(?:[&*]\S|!)|^%|^---\S|^\.\.\.|[ \t]-[ \t]*(?:#.*)?\r?$|(?:[Nn]ull|NULL|~)\s*:(?:\s|$)|(?:^|[\s[{,:?-])[:?](?:\s|$)|\r(?!\n)/m;

/**
 * The value of a valid YAML or JSON text; undefined when it is invalid, or when the two parsers might disagree. JSON is
 * YAML too, but parses a hundred times faster, and large sets of identities come as JSON.
 */
export function quickYaml(text: string): unknown {
  try {
    if (text.trimStart().startsWith('{')) return JSON.parse(text) as unknown;
  } catch {
    // a flow mapping, perhaps
  }
  if (NOT_PLAIN.test(text)) return undefined;
  try {
    return load(text, { schema: SCHEMA });
  } catch {
    return undefined;
  }
}
