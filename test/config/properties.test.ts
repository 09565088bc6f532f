import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { stringify } from 'yaml';
import { ConfigError, parseConfig, parseProtectFile, renderSample } from '../../src/config/index.js';
import { allKeys } from '../../src/config/fields.js';
import { configSchema } from '../../src/config/schema.js';
import { variableOf } from '../../src/config/environment.js';

/** Everything but a ConfigError with something in it is a fault of ours. */
function refusedOrFine(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).problems.length).toBeGreaterThan(0);
    for (const { problem, write } of (error as ConfigError).problems)
      expect([problem === '', write === '']).toEqual([false, false]);
  }
}

const keys = allKeys(configSchema);
const leaf = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('@a:b.c', '#r:b.c', 'smtp://x', 'http://x', 'notify', '1'),
);
const value = fc.oneof(
  leaf,
  fc.array(leaf, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom(...keys.map((key) => key.split('.').at(-1) ?? '')), leaf, { maxKeys: 4 }),
);
const section = fc.dictionary(
  fc.oneof(fc.constantFrom(...keys.filter((key) => !key.includes('.'))), fc.string()),
  fc.oneof(value, fc.array(value, { maxLength: 2 })),
  { maxKeys: 6 },
);

describe('whatever stands in a configuration', () => {
  it('is taken or refused in words, and never breaks the reader', () => {
    fc.assert(
      fc.property(section, (tree) => refusedOrFine(() => parseConfig(stringify(tree)))),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.string(), (text) => refusedOrFine(() => parseConfig(text))),
      { numRuns: 300 },
    );
  });

  it('in a protect file neither', () => {
    fc.assert(
      fc.property(section, (tree) =>
        refusedOrFine(() => parseProtectFile(stringify({ protected_identities: Object.values(tree) }))),
      ),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.string(), (text) => refusedOrFine(() => parseProtectFile(text))),
      { numRuns: 300 },
    );
  });

  it('in the environment neither, and each variable sets its own key only', () => {
    const variable = fc.constantFrom(
      ...keys.map((key) => variableOf(key.split('.'))),
      'HEIMDALL_PROTECTED_IDENTITIES__3__USER_ID',
      'HEIMDALL___PROTO____X',
      'HEIMDALL_BOT__CONSTRUCTOR',
    );
    fc.assert(
      fc.property(
        fc.dictionary(
          variable,
          fc.oneof(
            fc.string(),
            leaf.map(String),
            value.map((one) => JSON.stringify(one)),
          ),
          { maxKeys: 4 },
        ),
        (env) => refusedOrFine(() => parseConfig(renderSample(), { env })),
      ),
      { numRuns: 300 },
    );
    expect(({} as Record<string, unknown>).X).toBeUndefined();
    expect(parseConfig(renderSample(), { env: { HEIMDALL_BOT__DISPLAY_NAME: 'Watch' } })).toEqual({
      ...parseConfig(renderSample()),
      bot: { localpart: 'heimdall', display_name: 'Watch' },
    });
  });
});
