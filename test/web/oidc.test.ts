import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createProviderSignIn, userOf } from '../../src/web/pages/oidc.js';
import { MODERATOR, setting, type Setting } from './setting.js';

/** A real provider, as small as can be: discovery, authorization code with PKCE, signed ID token, userinfo. */
class Provider {
  readonly #keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly #codes = new Map<string, { nonce: string; challenge: string }>();
  readonly server: Server;
  claims: Record<string, unknown> = { sub: 'mod-1', preferred_username: 'mod' };
  /** what a forged or broken provider would put into the token */
  overToken: Record<string, unknown> = {};

  constructor() {
    this.server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const url = new URL(request.url ?? '/', this.issuer);
        const answer = this.#answer(url, new URLSearchParams(body));
        if (answer.location === undefined)
          response.setHeader('content-type', 'application/json').end(JSON.stringify(answer.json));
        else response.writeHead(302, { location: answer.location }).end();
      });
    });
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  #answer(url: URL, form: URLSearchParams): { json?: unknown; location?: string } {
    const { issuer } = this;
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return {
          json: {
            issuer,
            authorization_endpoint: `${issuer}/authorize`,
            token_endpoint: `${issuer}/token`,
            userinfo_endpoint: `${issuer}/userinfo`,
            jwks_uri: `${issuer}/jwks`,
            response_types_supported: ['code'],
            subject_types_supported: ['public'],
            id_token_signing_alg_values_supported: ['RS256'],
            code_challenge_methods_supported: ['S256'],
          },
        };
      case '/jwks':
        return {
          json: { keys: [{ ...this.#keys.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }] },
        };
      case '/authorize': {
        const code = randomUUID();
        this.#codes.set(code, {
          nonce: url.searchParams.get('nonce') ?? '',
          challenge: url.searchParams.get('code_challenge') ?? '',
        });
        const back = new URL(url.searchParams.get('redirect_uri') ?? '');
        back.search = new URLSearchParams({ code, state: url.searchParams.get('state') ?? '' }).toString();
        return { location: back.href };
      }
      case '/token': {
        const known = this.#codes.get(form.get('code') ?? '');
        const verifier = createHash('sha256')
          .update(form.get('code_verifier') ?? '')
          .digest('base64url');
        if (known?.challenge !== verifier) return { json: { error: 'invalid_grant' } };
        return { json: { access_token: 'token', token_type: 'bearer', id_token: this.#idToken(known.nonce) } };
      }
      default:
        return { json: this.claims };
    }
  }

  #idToken(nonce: string): string {
    const now = Math.floor(Date.now() / 1000);
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const payload = {
      iss: this.issuer,
      aud: 'heimdall',
      sub: 'mod-1',
      nonce,
      iat: now,
      exp: now + 300,
      ...this.overToken,
    };
    const signed = `${part({ alg: 'RS256', kid: 'k' })}.${part(payload)}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), this.#keys.privateKey).toString('base64url')}`;
  }
}

const CONFIG = {
  client_id: 'heimdall',
  client_secret: 'secret',
  user_claim: 'preferred_username',
  groups_claim: 'groups',
  groups: [],
};

let provider: Provider;
let site: Setting;
beforeEach(async () => {
  provider = new Provider();
  provider.server.listen(0, '127.0.0.1');
  await once(provider.server, 'listening');
  const oidc = { ...CONFIG, issuer: provider.issuer };
  site = await setting({ signIn: createProviderSignIn(oidc, 'example.org', 'http://127.0.0.1:1') });
});
afterEach(async () => {
  provider.server.closeAllConnections();
  provider.server.close();
  await site.close();
});

/** Goes to the provider and comes back, as a browser does; resolves with where it comes back to, and the cookie. */
async function toProvider(): Promise<{ callback: string; cookie: string }> {
  const begun = await fetch(`${site.url}/sign-in-provider`, { redirect: 'manual' });
  expect(begun.status).toBe(303);
  const cookie = begun.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/HttpOnly; SameSite=Lax/);
  const back = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
  const { pathname, search } = new URL(back.headers.get('location') ?? '');
  return { callback: site.url + pathname + search, cookie: cookie.split(';')[0] ?? '' };
}

const comeBack = (callback: string, cookie: string): Promise<Response> =>
  fetch(callback, { redirect: 'manual', headers: { cookie } });

describe('signing in with an identity provider', () => {
  it('opens a session for a moderator, and is offered where one is asked to sign in', async () => {
    expect(await (await fetch(`${site.url}/cases`)).text()).toContain('href="/sign-in-provider"');
    const { callback, cookie } = await toProvider();
    const response = await comeBack(callback, cookie);
    expect([response.status, response.headers.get('location')]).toEqual([303, '/cases']);
    const session = /heimdall_session=[^;]+/.exec(response.headers.get('set-cookie') ?? '')?.[0] ?? '';
    const page = await (await fetch(`${site.url}/cases`, { headers: { cookie: session } })).text();
    expect(page).toContain(MODERATOR);
    // what came back is good once
    expect((await comeBack(callback, cookie)).status).toBe(403);
  });

  it('opens nothing for who may not command', async () => {
    provider.claims = { sub: 'mod-1', preferred_username: 'anna' };
    const { callback, cookie } = await toProvider();
    const response = await comeBack(callback, cookie);
    expect(response.status).toBe(403);
    expect(response.headers.get('set-cookie')).not.toContain('heimdall_session');
  });

  it.each<[string, Record<string, unknown>]>([
    ['for somebody else', { aud: 'another' }],
    ['of another issuer', { iss: 'https://evil.test' }],
    ['that is over', { exp: 1 }],
    ['of another login', { nonce: 'another' }],
  ])('refuses a token %s', async (_name, overToken) => {
    provider.overToken = overToken;
    const { callback, cookie } = await toProvider();
    expect((await comeBack(callback, cookie)).status).toBe(403);
  });

  it('refuses the answer to another login, and one without its cookie', async () => {
    const [one, other] = [await toProvider(), await toProvider()];
    expect((await comeBack(one.callback, other.cookie)).status).toBe(403);
    expect((await comeBack(one.callback, '')).status).toBe(403);
  });

  it('says so when the provider is away, and works when it is back', async () => {
    const { port } = provider.server.address() as AddressInfo;
    provider.server.closeAllConnections();
    await new Promise((resolve) => provider.server.close(resolve));
    expect((await fetch(`${site.url}/sign-in-provider`, { redirect: 'manual' })).status).toBe(403);
    provider.server.listen(port, '127.0.0.1');
    await once(provider.server, 'listening');
    await toProvider();
  });
});

describe('the Matrix user of claims', () => {
  const of = (claims: Record<string, unknown>, groups: string[] = []): string | undefined =>
    userOf({ ...CONFIG, issuer: 'https://x', groups }, 'example.org', claims);

  it.each<[Record<string, unknown>, string | undefined]>([
    [{ preferred_username: 'mod' }, '@mod:example.org'],
    [{ preferred_username: '@mod:example.org' }, '@mod:example.org'],
    [{ preferred_username: '@mod:evil.test' }, undefined],
    [{ preferred_username: 'mod:evil.test' }, undefined],
    [{ preferred_username: '' }, undefined],
    [{ preferred_username: ['mod'] }, undefined],
    [{}, undefined],
  ])('%j is %s', (claims, userId) => expect(of(claims)).toBe(userId));

  it('is nobody without one of the groups that are asked for', () => {
    const mod = { preferred_username: 'mod' };
    expect(of({ ...mod, groups: ['staff', 'mods'] }, ['mods'])).toBe('@mod:example.org');
    expect(of({ ...mod, groups: 'mods' }, ['mods'])).toBe('@mod:example.org');
    for (const groups of [undefined, [], 'staff', ['moderators'], { mods: true }])
      expect(of({ ...mod, groups }, ['mods'])).toBeUndefined();
  });
});
