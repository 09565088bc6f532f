import { describe, expect, it } from '@jest/globals';
import type { Services } from '../../src/commands/types.js';
import { toProtectedIdentity } from '../../src/config/identities.js';
import { loadRules } from '../../src/config/rules.js';
import { createDetector } from '../../src/detection/index.js';
import { askedOf } from './services.js';

const identity = {
  user_id: '@server:matrix.org',
  display_names: ['Matrix.org (Official Account)'],
  avatars: [],
  domains: ['matrix.org'],
  rooms: [],
  variants: [],
};
const detector = createDetector([toProtectedIdentity(identity)], loadRules());
const services = {
  config: { protected_identities: [identity] },
  detector: () => detector,
  exempt: () => undefined,
  homeserver: { request: () => Promise.reject(new Error('no profile')) },
} as unknown as Services;

async function answer(...args: string[]): Promise<string> {
  return askedOf({ more: services as unknown as Record<string, unknown> }).say(['check', ...args].join(' '));
}

describe('!heimdall check', () => {
  it('tells the disguise character by character, and the closest official name', async () => {
    const body = await answer('@ѕerver:rnatrix.org');
    expect(body).toContain('@ѕerver:rnatrix.org');
    expect(body).toContain('"ѕ" U+0455 CYRILLIC SMALL LETTER DZE, looks like "s"');
    expect(body).toContain('"rn" U+0072 U+006E, looks like "m"');
    expect(body).toContain('the closest official name is "matrix.org" (2 edits away)');
  });

  it('shows what cannot be seen, and lets no name turn the answer around', async () => {
    const body = await answer('@ser\u200bver:evil.test', 'Matrix.org\u202e', '(Official', 'Account)');
    expect(body).toContain('hidden characters shown: @ser⟨U+200B⟩ver:evil.test');
    expect(body).toContain('U+202E RIGHT-TO-LEFT OVERRIDE, turns the text around');
    expect(body).not.toContain('\u202e');
  });

  it('stays short, whatever the name is', async () => {
    const body = await answer('@x:evil.test', `Ⓜⓐⓣⓡⓘⓧ.org ${'(Ⓞⓕⓕⓘⓒⓘⓐⓛ Account) '.repeat(50)}`);
    expect(body).toContain('and 2 more');
    expect(body.length).toBeLessThan(2000);
  });

  it('explains nothing where nothing was found', async () => {
    expect(await answer('@anna:evil.test')).toBe('@anna:evil.test is not official, and does not look like it.');
    expect(await answer('@server:matrix.org')).toBe('@server:matrix.org IS official.');
  });
});
