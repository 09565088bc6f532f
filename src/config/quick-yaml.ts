/**
 * YAML read fast: js-yaml takes a tenth of the time of `yaml`, which knows where everything stands and says what is
 * wrong with it. So files are read here first, and again by document.ts when there is something to say.
 * test/config/quick-yaml.test.ts holds that both give the same values.
 */
import { FAILSAFE_SCHEMA, load, Type } from 'js-yaml';

/**
 * Plain words that are no text, as YAML 1.2 has them; js-yaml's own schema reads some numbers of YAML 1.1 besides
 * (0b11, 1_000).
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
 * Where the two differ, the careful one is asked: anchors, aliases and tags (it bounds their number), directives and
 * document marks, keys that are null, and a list in a list whose first item is empty (`- -`).
 */
const NOT_PLAIN =
  /(?:^|[\s[{,:?-])(?:[&*]\S|!)|^%|^---\S|^\.\.\.|\S[ \t]+-[ \t]*(?:#.*)?\r?$|(?:[Nn]ull|NULL|~)\s*:(?:\s|$)|(?:^|[\s[{,:?-])[:?](?:\s|$)|\r(?!\n)/m;

/**
 * The value of a YAML or JSON text that is in order; undefined when it is not, or when the two readers might not agree.
 * JSON is YAML too, but is read a hundred times faster; large sets of identities come as JSON.
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
