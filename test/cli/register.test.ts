import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { registerCommand } from '../../src/cli/register.js';
import { readRegistration } from '../../src/matrix/registration.js';
import { packageRoot } from '../../src/util/package-root.js';

function folderWithConfig(extra = ''): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'heimdall-register-'));
  writeFileSync(
    path.join(folder, 'config.yaml'),
    `homeserver: {url: "http://127.0.0.1:8008", server_name: "a.test:8441"}\nmanagement_room: "#mods:a.test:8441"\nprotected_identities: [{user_id: "@server:a.test:8441"}]\nbot: {localpart: heimdall.bot+1}\n${extra}`,
  );
  return folder;
}

async function register(folder: string, ...words: string[]): Promise<string> {
  let output = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += String(text);
    return true;
  });
  await registerCommand().parseAsync(['--config', path.join(folder, 'config.yaml'), ...words], { from: 'user' });
  return output;
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('heimdall register', () => {
  it('writes the registration of the contract: all rooms, the own bot only, no rate limit', async () => {
    const folder = folderWithConfig();
    await register(folder);
    const registration = parse(readFileSync(path.join(folder, 'registration.yaml'), 'utf8')) as Record<string, unknown>;
    expect(registration).toMatchObject({
      id: 'heimdall.bot+1',
      url: 'http://127.0.0.1:9995',
      sender_localpart: 'heimdall.bot+1',
      rate_limited: false,
      namespaces: {
        users: [{ regex: '@heimdall\\.bot\\+1:a\\.test:8441$', exclusive: true }],
        rooms: [{ regex: '.*', exclusive: false }],
        aliases: [{ regex: '#.*:a\\.test:8441', exclusive: false }],
      },
    });
  });

  it("has the bot's id in its users namespace and nobody else's", async () => {
    const folder = folderWithConfig();
    await register(folder);
    const users = readRegistration(path.join(folder, 'registration.yaml')).namespaces.users.map(
      ({ regex }) => new RegExp(`^(?:${regex})`),
    );
    const matches = (userId: string) => users.some((regex) => regex.test(userId));
    expect(matches('@heimdall.bot+1:a.test:8441')).toBe(true);
    for (const other of [
      '@heimdallxbot+1:a.test:8441',
      '@heimdall.bot1:a.test:8441',
      '@heimdall.bot+1:axtest:8441',
      '@heimdall.bot+1:a.test:84410',
      '@alice:a.test:8441',
    ])
      expect(matches(other)).toBe(false);
  });

  it('gives two long tokens, each at top level on a line of its own, and readable for the owner only', async () => {
    const folder = folderWithConfig();
    const file = path.join(folder, 'registration.yaml');
    await register(folder);
    const text = readFileSync(file, 'utf8');
    const asToken = /^as_token: (\S+)$/m.exec(text)?.[1] ?? '';
    const hsToken = /^hs_token: (\S+)$/m.exec(text)?.[1] ?? '';
    expect(asToken).toMatch(/[0-9a-f]{64}$/);
    expect(hsToken).toMatch(/[0-9a-f]{64}$/);
    expect(asToken.slice(-64)).not.toBe(hsToken.slice(-64));
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('says what to add to the homeserver and what to do next, without showing a token', async () => {
    const folder = folderWithConfig();
    const output = await register(folder);
    expect(output).toContain('app_service_config_files:');
    expect(output).toContain(path.join(folder, 'registration.yaml'));
    expect(output).toContain('@heimdall.bot+1:a.test:8441');
    expect(output).not.toContain(readRegistration(path.join(folder, 'registration.yaml')).as_token);
  });

  it('writes to an absolute --output, and notes that the configuration names another file', async () => {
    const folder = folderWithConfig();
    const elsewhere = path.join(mkdtempSync(path.join(tmpdir(), 'heimdall-register-')), 'deeper', 'hs.yaml');
    expect(await register(folder, '--output', elsewhere)).toContain(`Set appservice.registration to ${elsewhere}`);
    expect(readRegistration(elsewhere).id).toBe('heimdall.bot+1');
  });

  it('keeps existing tokens unless --force is said', async () => {
    const folder = folderWithConfig();
    const file = path.join(folder, 'registration.yaml');
    await register(folder);
    const before = readFileSync(file, 'utf8');
    await expect(register(folder)).rejects.toMatchObject({
      code: 'HEIMDALL_E_REGISTRATION_EXISTS',
      remedy: expect.stringContaining('--force'),
    });
    expect(readFileSync(file, 'utf8')).toBe(before);
    await register(folder, '--force');
    expect(readFileSync(file, 'utf8')).not.toBe(before);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('keeps a file that is something else, but replaces the sample, which has no tokens', async () => {
    const folder = folderWithConfig();
    const file = path.join(folder, 'registration.yaml');
    writeFileSync(file, 'shopping: [milk]\n');
    await expect(register(folder)).rejects.toMatchObject({ code: 'HEIMDALL_E_REGISTRATION_EXISTS' });
    writeFileSync(file, readFileSync(path.join(packageRoot(), 'registration.sample.yaml')));
    await register(folder);
    expect(readRegistration(file).as_token).toContain('heimdall_as_');
  });

  it('says when the file cannot be written', async () => {
    const folder = folderWithConfig();
    await expect(register(folder, '--output', path.join(folder, 'config.yaml', 'x.yaml'))).rejects.toMatchObject({
      code: 'HEIMDALL_E_WRITE',
    });
  });
});

describe('a registration that is read', () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'heimdall-registration-')), 'r.yaml');
  const LONG = 'x'.repeat(32);
  const read = (text: string) => {
    writeFileSync(file, text);
    return readRegistration(file);
  };
  const form = (asToken: string, hsToken: string) =>
    `id: h\nurl: null\nas_token: ${asToken}\nhs_token: ${hsToken}\nsender_localpart: h\nio.element.msc4190: true\n`;

  it('may leave namespaces out and hold keys that we do not know', () => {
    expect(read(form(LONG, `${LONG}y`))).toMatchObject({ id: 'h', namespaces: { users: [], rooms: [], aliases: [] } });
  });

  it('is refused when it is the sample', () => {
    expect(() => readRegistration(path.join(packageRoot(), 'registration.sample.yaml'))).toThrow(
      expect.objectContaining({
        code: 'HEIMDALL_E_REGISTRATION',
        message: expect.stringContaining('placeholders'),
        remedy: expect.stringContaining('heimdall register'),
      }),
    );
  });

  it.each([
    ['has a short token', form('short', LONG), /fewer than 16/],
    ['has one token for both directions', form(LONG, LONG), /same token twice/],
    ['lacks keys', 'id: h\nas_token: 5\n', /url, as_token, hs_token, sender_localpart/],
    ['is not valid YAML', 'as_token: "geheim', /^[^]*is not valid YAML\.$/],
  ])('is refused when it %s, and the error shows no token', (_, text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).not.toThrow(/geheim|xxxx/);
  });

  it('is refused when it is not there', () => {
    expect(() => readRegistration('/nowhere/registration.yaml')).toThrow(/ENOENT/);
  });
});
