import type * as OpenId from 'openid-client';
import type { OidcConfig } from '../../config/types.js';
import { isUserId, serverNameOf } from '../../matrix/identifiers.js';
import type { ProviderSignIn } from './deps.js';

type Library = typeof OpenId;
type Provider = Awaited<ReturnType<Library['discovery']>>;

export const PROVIDER_PATH = '/sign-in-provider';
export const CALLBACK_PATH = '/sign-in-callback';
const SCOPE = 'openid profile';
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * Signing in with an identity provider: Matrix Authentication Service or any other (OpenID Connect Core 1.0, code flow
 * with PKCE). The provider identifies the person; the management room decides whether they may give commands.
 */
export function createProviderSignIn(config: OidcConfig, serverName: string, publicUrl: string): ProviderSignIn {
  let known: Promise<{ library: Library; provider: Provider }> | undefined;
  const connect = (): Promise<{ library: Library; provider: Provider }> => {
    known ??= discover(config);
    // an unavailable provider is tried again next time
    known.catch(() => (known = undefined));
    return known;
  };
  return {
    async begin() {
      const { library, provider } = await connect();
      const remember = {
        verifier: library.randomPKCECodeVerifier(),
        state: library.randomState(),
        nonce: library.randomNonce(),
      };
      const url = library.buildAuthorizationUrl(provider, {
        redirect_uri: publicUrl + CALLBACK_PATH,
        scope: SCOPE,
        code_challenge: await library.calculatePKCECodeChallenge(remember.verifier),
        code_challenge_method: 'S256',
        state: remember.state,
        nonce: remember.nonce,
      });
      return { url: url.href, remember };
    },
    async finish(callback, remembered) {
      const { library, provider } = await connect();
      const tokens = await library.authorizationCodeGrant(provider, callback, {
        pkceCodeVerifier: remembered.verifier ?? '',
        expectedState: remembered.state ?? '',
        expectedNonce: remembered.nonce ?? '',
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) return undefined;
      const info =
        provider.serverMetadata().userinfo_endpoint === undefined
          ? {}
          : await library.fetchUserInfo(provider, tokens.access_token, claims.sub);
      return userOf(config, serverName, { ...info, ...claims });
    },
  };
}

async function discover(config: OidcConfig): Promise<{ library: Library; provider: Provider }> {
  const library = await import('openid-client');
  const issuer = new URL(config.issuer);
  const insecure = issuer.protocol === 'http:' && LOOPBACK.has(issuer.hostname);
  const provider = await library.discovery(
    issuer,
    config.client_id,
    config.client_secret ?? undefined,
    config.client_secret === null ? library.None() : undefined,
    // only a provider on this machine may use plain http
    insecure ? { execute: [library.allowInsecureRequests] } : {},
  );
  return { library, provider };
}

/** The Matrix user named in the claims, by full id or localpart, on our own server only. */
export function userOf(
  { user_claim: claim, groups_claim: groupsClaim, groups }: OidcConfig,
  serverName: string,
  claims: Readonly<Record<string, unknown>>,
): string | undefined {
  const held = claims[groupsClaim];
  const inGroup = Array.isArray(held)
    ? groups.some((group) => held.includes(group))
    : groups.some((one) => one === held);
  if (groups.length > 0 && !inGroup) return undefined;
  const value = claims[claim];
  if (typeof value !== 'string' || value === '') return undefined;
  const userId = value.startsWith('@') ? value : `@${value}:${serverName}`;
  return isUserId(userId) && serverNameOf(userId) === serverName ? userId : undefined;
}
