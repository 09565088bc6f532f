import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadProtectFile, parseProtectFile } from '../../src/config/index.js';
import { plainProtectFile } from '../../src/config/plain-protect.js';

describe('a protect file', () => {
  it('needs only user ids', () => {
    expect(parseProtectFile('protected_identities: [{user_id: "@server:matrix.org"}]')).toEqual([
      {
        user_id: '@server:matrix.org',
        display_names: [],
        avatars: [],
        domains: ['matrix.org'],
        rooms: [],
        variants: [],
      },
    ]);
  });

  it('says with an empty list of domains that the server names nobody', () => {
    expect(parseProtectFile('protected_identities: [{user_id: "@a:matrix.org", domains: []}]')[0]?.domains).toEqual([]);
  });

  it('may be empty, be JSON, be a whole configuration, and hold keys and nulls of other tools', () => {
    expect(parseProtectFile('protected_identities: []')).toEqual([]);
    expect(
      parseProtectFile('{"protected_identities": [{"user_id": "@:x.org:80", "display_names": null, "weight": 3}]}'),
    ).toHaveLength(1);
    expect(parseProtectFile('homeserver: {}\nprotected_identities: [{user_id: "@Ж:x.org."}]')[0]?.domains).toEqual([
      'x.org',
    ]);
  });

  it('takes doubles and odd domains as they are: the detector decides what they mean', () => {
    const identity = '{user_id: "@a:x.org", domains: ["https://x.org", "https://x.org"], variants: ["@a:x.org"]}';
    expect(parseProtectFile(`protected_identities: [${identity}, ${identity}]`)).toHaveLength(2);
  });

  it.each([
    ['', 'protected_identities'],
    ['protected_identities: [{display_names: [x]}]', 'protected_identities.0.user_id: is missing'],
    ['protected_identities: [{user_id: server}]', 'is not a Matrix user ID (it is "server")'],
    [
      'protected_identities: [{user_id: "@a:b", display_names: x}]',
      'protected_identities.0.display_names: must be a list',
    ],
    ['protected_identities: [{user_id: "@a:b", display_name: [x]}]', 'did you mean that'],
    ['protected_identities: [', 'line 1'],
  ])('is refused when it reads %j', (text, words) => {
    expect(() => parseProtectFile(text)).toThrow(
      expect.objectContaining({ code: 'HEIMDALL_E_CONFIG', message: expect.stringContaining(words) }),
    );
  });

  it('that is not there is an error that names it', () => {
    expect(() => loadProtectFile('/nowhere/protect.yaml')).toThrow('/nowhere/protect.yaml');
  });
});

describe('the short way to read a protect file', () => {
  it.each([
    ['protected_identities: []', true],
    ['protected_identities: [{user_id: "@a:b.org"}]', true],
    [
      'protected_identities:\n  - user_id: "@a:b.org:8448"\n    display_names: [A, B]\n    avatars: [mxc://b.org/a, a.png]\n    domains: null\n    rooms: []\n',
      true,
    ],
    ['{"protected_identities": [{"user_id": "@a:1.2.3.4", "variants": ["@b:c.org"], "domains": []}]}', true],
    ['protected_identities: [{user_id: "@a:b.org", weight: 3}]', false],
    ['protected_identities: [{user_id: a}]', false],
    ['protected_identities: [{user_id: "@a:b.org", display_names: [1]}]', false],
    ['protected_identities: [{user_id: "@a:b.org", display_name: [A]}]', false],
    ['homeserver: {}', false],
    ['protected_identities: [', false],
    ['', false],
  ])('gives the same for %j, or nothing', (text, taken) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'heimdall-protect-'));
    try {
      const file = path.join(folder, 'protect.yaml');
      writeFileSync(file, text);
      const plain = plainProtectFile(file);
      expect(plain !== undefined).toBe(taken);
      if (taken) expect(plain).toEqual(loadProtectFile(file));
      expect(plainProtectFile(path.join(folder, 'nowhere.yaml'))).toBeUndefined();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
