import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { configCommand } from '../../src/cli/config.js';
import { parseConfig, renderSample } from '../../src/config/index.js';

async function run(...words: string[]): Promise<string> {
  let output = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += String(text);
    return true;
  });
  await configCommand().parseAsync(words, { from: 'user' });
  return output;
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('heimdall config', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'heimdall-cli-config-'));
  const file = path.join(folder, 'config.yaml');

  it('check says that a right configuration is valid', async () => {
    writeFileSync(file, renderSample());
    expect(await run('check', '--config', file)).toBe(
      `${file} is valid: example.org, 1 protected identity, dry run.\n`,
    );
  });

  it('check warns of official names that name nobody', async () => {
    const errors: string[] = [];
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => errors.push(String(text)) > 0);
    writeFileSync(file, renderSample().replace('[Example (Official Account)]', '[Server Notices, Example Notices]'));
    expect(await run('check', '--config', file)).toContain('is valid');
    expect(errors.join('')).toMatch(/"Server Notices" is made of words for roles[^]*Give a display name/);
    expect(errors.join('')).not.toContain('Example Notices');
  });

  it('check asks whether one protected identity is a variant of another, and not of two desks of one house', async () => {
    const errors: string[] = [];
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => errors.push(String(text)) > 0);
    const identities = [
      '{user_id: "@helpline:example.org", display_names: [Valhalla Helpline]}',
      '{user_id: "@helpline:example.com", display_names: [Valhalla Helpline]}',
      '{user_id: "@billing:example.org", display_names: [Valhalla Billing]}',
      '{user_id: "@bragi:example.com", display_names: [Skald of Asgard]}',
    ];
    const minimal = [
      'homeserver: {url: "http://127.0.0.1:8008", server_name: example.org}',
      'management_room: "#moderators:example.org"',
      `protected_identities: [${identities.join(', ')}]`,
    ];
    writeFileSync(file, minimal.join('\n'));
    expect(await run('check', '--config', file)).toContain('is valid');
    expect(errors.join('')).toMatch(/look alike[^]*: @helpline:example\.org and @helpline:example\.com\.\n/);
    expect(errors.join('')).toContain('Is one a variant of the other?');
  });

  it('check throws everything that is wrong as one HEIMDALL_E_CONFIG', async () => {
    writeFileSync(file, 'dry_run: perhaps\n');
    await expect(run('check', '--config', file)).rejects.toMatchObject({
      code: 'HEIMDALL_E_CONFIG',
      message: expect.stringMatching(/4 errors[^]*dry_run[^]*homeserver/),
    });
  });

  it('sample prints a configuration that loads', async () => {
    expect(parseConfig(await run('sample')).homeserver.server_name).toBe('example.org');
  });

  it('schema prints JSON', async () => {
    expect(JSON.parse(await run('schema'))).toMatchObject({ title: 'Heimdall configuration' });
  });
});
