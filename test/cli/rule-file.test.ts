import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { RuleFile } from '../../src/cli/rule-file.js';
import { createPolicy, type PolicyEvent } from '../../src/policy/index.js';
import { sha256 } from '../../src/policy/rule-index.js';

const ENTITIES = [
  '@a:x.org',
  '@A:x.org',
  'x.org',
  'X.ORG:8448',
  'x.org:8448',
  'Kelvin.org',
  '\u212aelvin.org',
  'é',
  '[::1]:80',
];
const GLOBS = ['*', '@a*', '?.org', '*:8448', 'x.*'];
const TYPES = ['m.policy.rule.user', 'm.policy.rule.server', 'm.room.rule.user', 'm.room.member'];
const entity = fc.constantFrom(...ENTITIES);
const content = fc.oneof(
  { weight: 5, arbitrary: fc.record({ entity: fc.constantFrom(...ENTITIES, ...GLOBS), recommendation: action() }) },
  fc.record({ hashes: entity.map((text) => ({ sha256: sha256(text) })), recommendation: action() }),
  fc.constantFrom({}, null, { entity: 7 }, { entity: '@a:x.org', recommendation: 'other' }),
);
const event = fc.record(
  {
    content,
    type: fc.constantFrom(...TYPES),
    state_key: fc.constantFrom('one', 'two', 'three'),
    room_id: fc.constantFrom('!a', '!b'),
  },
  { requiredKeys: ['type', 'content'] },
);

function action(): fc.Arbitrary<string> {
  return fc.constantFrom('m.ban', 'm.takedown', 'org.matrix.mjolnir.allow');
}

/** A file as the command reads it: what is not taken from its bytes is parsed. */
function fileOf(lines: readonly string[]): RuleFile {
  const file = new RuleFile((value) => value as PolicyEvent);
  const bytes = Buffer.from(lines.join('\n'), 'utf8');
  let at = 0;
  for (const line of lines) {
    const end = file.note(bytes, at);
    if (end < 0) file.add(JSON.parse(line) as PolicyEvent);
    else expect(end).toBe(at + Buffer.byteLength(line));
    at += Buffer.byteLength(line) + 1;
  }
  file.finish();
  return file;
}

/** The same JSON, with its first letters written as escapes. */
function escaped(json: string): string {
  return json.replace(/[@x]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

describe('RuleFile', () => {
  it('answers as a policy that was told every line', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.boolean()), { maxLength: 12 }), (events) => {
        const lines = events.map(([each, isEscaped]) =>
          isEscaped ? escaped(JSON.stringify(each)) : JSON.stringify(each),
        );
        const file = fileOf(lines);
        const policy = createPolicy();
        for (const line of lines) policy.apply(JSON.parse(line) as PolicyEvent);
        for (const kind of ['user', 'server'] as const)
          for (const each of ENTITIES) {
            const bytes = Buffer.from(each);
            expect(file.match(kind, each, bytes, 0, bytes.length)).toEqual(policy.match(kind, each));
          }
      }),
      { numRuns: 500 },
    );
  });

  it('reads only the lines that an asked entity can mean', () => {
    const lines = ['@a:x.org', '@b:x.org'].map((each, index) =>
      JSON.stringify({
        type: 'm.policy.rule.user',
        state_key: `${index}`,
        content: { entity: each, recommendation: 'm.ban' },
      }),
    );
    const file = fileOf(lines);
    expect([...file.policy.rules()]).toEqual([]);
    const bytes = Buffer.from('@b:x.org');
    expect(file.match('user', '@b:x.org', bytes, 0, bytes.length)?.action).toBe('ban');
    expect([...file.policy.rules()].map((rule) => rule.entity)).toEqual(['@b:x.org']);
  });

  it('leaves a key that stands twice to JSON.parse, which takes the last one', () => {
    const file = fileOf([
      '{"type":"m.policy.rule.user","state_key":"a","state_key":"b","content":{"entity":"@a:x.org","recommendation":"m.ban"}}',
      '{"type":"m.policy.rule.user","state_key":"b","content":{}}',
    ]);
    const bytes = Buffer.from('@a:x.org');
    expect(file.match('user', '@a:x.org', bytes, 0, bytes.length)).toBeNull();
  });
});
