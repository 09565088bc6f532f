import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { parseConfig, renderJsonSchema, renderReference, renderSample } from '../../src/config/index.js';
import { allKeys } from '../../src/config/fields.js';
import { configSchema } from '../../src/config/schema.js';
import { packageRoot } from '../../src/util/package-root.js';

const onDisk = (file: string) => readFileSync(path.join(packageRoot(), file), 'utf8');

describe('what is generated from the schema', () => {
  it('config.sample.yaml is the one that the schema makes now (else: npm run generate)', () => {
    expect(onDisk('config.sample.yaml')).toBe(renderSample());
  });

  it('docs/config.schema.json is the one that the schema makes now (else: npm run generate)', () => {
    expect(onDisk('docs/config.schema.json')).toBe(renderJsonSchema());
  });

  it('the table of keys in docs/operate/configuration.md is the one that the schema makes now (else: npm run generate)', () => {
    const [, table] = /<!-- generated -->\n([^]*)<!-- end -->/.exec(onDisk('docs/operate/configuration.md')) ?? [];
    expect(table).toBe(renderReference());
  });

  it('the sample loads, changes nothing and writes to nobody before an admin says so', () => {
    expect(parseConfig(renderSample())).toMatchObject({
      homeserver: { url: 'http://127.0.0.1:8008', server_name: 'example.org', admin_token: null },
      appservice: { bind: '127.0.0.1', port: 9995, url: 'http://127.0.0.1:9995' },
      bot: { localpart: 'heimdall', display_name: 'Heimdall' },
      management_room: '#moderators:example.org',
      protected_identities: [
        {
          user_id: '@server:example.org',
          display_names: ['Example (Official Account)'],
          avatars: [],
          domains: ['example.org'],
          rooms: [],
          variants: [],
        },
      ],
      responses: { possible: ['notify'], likely: ['notify', 'report'], certain: ['notify', 'report', 'ban'] },
      mail: {
        smtp_url: null,
        from: 'Heimdall <heimdall@example.org>',
        abuse_contact: 'abuse@example.org',
      },
      storage: { database_url: null },
      dry_run: true,
    });
  });

  it('the sample shows and explains every key', () => {
    const sample = renderSample();
    for (const key of allKeys(configSchema)) expect(sample).toContain(`${key.split('.').at(-1) ?? ''}:`);
    expect(sample.split('\n').filter((line) => line.length > 130)).toEqual([]);
  });

  it('the JSON schema describes every key and forbids all others', () => {
    const schema = parse(renderJsonSchema()) as {
      required: string[];
      additionalProperties: boolean;
      properties: Record<string, { description?: string; properties?: Record<string, { description?: string }> }>;
    };
    expect(schema.required).toEqual(['homeserver', 'management_room', 'protected_identities']);
    expect(schema.additionalProperties).toBe(false);
    for (const section of Object.values(schema.properties)) {
      expect(section.description).toBeTruthy();
      for (const key of Object.values(section.properties ?? {})) expect(key.description).toBeTruthy();
    }
  });
});
