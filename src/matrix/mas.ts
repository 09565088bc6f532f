import { z } from 'zod';
import { parseResponse } from './responses.js';
import { createTransport, type Transport } from './transport.js';
import { MatrixError, type AdminAccount } from './types.js';
import { urlPath } from './url-path.js';
import { matrixTexts } from './texts.js';

/** How to reach Matrix Authentication Service, and the client credentials for its admin API. */
export interface MasOptions {
  url: string;
  clientId: string;
  clientSecret: string | null;
  /** called before every request that may change something; if it returns false, the request is not sent */
  mayWrite?: (() => boolean) | undefined;
}

/** An account in Matrix Authentication Service; suspension is managed by the homeserver. */
type MasAccount = Omit<AdminAccount, 'suspended'>;

/** Accounts, by localpart, of a homeserver that uses Matrix Authentication Service. */
export interface Mas {
  account(localpart: string): Promise<MasAccount | undefined>;
  setLocked(localpart: string, locked: boolean): Promise<void>;
  /** Permanent; the account's messages stay. */
  deactivate(localpart: string): Promise<void>;
  close(): Promise<void>;
}

/** An error in the configuration, not in the homeserver. */
export const MAS_REFUSED = 'HEIMDALL_E_MAS';
const SCOPE = 'urn:mas:admin';
/** How long before its expiry a token is renewed. */
const RENEW_BEFORE_MS = 30_000;
const TIMEOUT_MS = 20_000;
const CONNECTIONS = 4;

const tokenAnswer = z.object({ access_token: z.string(), expires_in: z.number().catch(60) });
const userAnswer = z.object({
  data: z.object({
    id: z.string(),
    attributes: z.object({
      admin: z.boolean().catch(false),
      locked_at: z.string().nullish(),
      deactivated_at: z.string().nullish(),
    }),
  }),
});

/**
 * The admin API of Matrix Authentication Service (its documentation, "Admin API"), with a token by client credentials
 * (RFC 6749, section 4.4), kept in memory only. Rejects with `MatrixError` only.
 */
export function createMas(options: MasOptions): Mas {
  return new MasAccounts(options);
}

class MasAccounts implements Mas {
  readonly #transport: Transport;
  readonly #token: ClientToken;

  constructor(options: MasOptions) {
    this.#transport = createTransport(options.url, {
      secrets: [options.clientSecret ?? ''],
      mayWrite: options.mayWrite,
      connections: CONNECTIONS,
    });
    this.#token = new ClientToken(this.#transport, options);
  }

  async account(localpart: string): Promise<MasAccount | undefined> {
    const user = await this.#find(localpart);
    if (user === undefined) return undefined;
    const { admin, locked_at: lockedAt, deactivated_at: deactivatedAt } = user.attributes;
    return { admin, locked: lockedAt != null, deactivated: deactivatedAt != null };
  }

  setLocked(localpart: string, locked: boolean): Promise<void> {
    return this.#act(localpart, locked ? 'lock' : 'unlock');
  }

  deactivate(localpart: string): Promise<void> {
    return this.#act(localpart, 'deactivate', { skip_erase: true });
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async #act(localpart: string, what: 'lock' | 'unlock' | 'deactivate', body?: object): Promise<void> {
    const user = await this.#find(localpart);
    if (user === undefined) throw new MatrixError(404, 'M_NOT_FOUND', matrixTexts.mas.noAccount(localpart));
    await this.#request('POST', urlPath`/api/admin/v1/users/${user.id}/${what}`, body);
  }

  async #find(localpart: string): Promise<z.infer<typeof userAnswer>['data'] | undefined> {
    try {
      const answer = await this.#request('GET', urlPath`/api/admin/v1/users/by-username/${localpart}`);
      return parseResponse(userAnswer, answer).data;
    } catch (error) {
      if (error instanceof MatrixError && error.status === 404) return undefined;
      throw error;
    }
  }

  async #request(method: string, target: string, body?: object): Promise<unknown> {
    const kept = this.#token.kept();
    try {
      return await this.#attempt(kept ?? (await this.#token.fetch()), method, target, body);
    } catch (error) {
      // a token may be revoked before it expires
      if (kept === undefined || !(error instanceof MatrixError) || error.status !== 401)
        throw refusedClient(error, matrixTexts.mas.notAllowed);
    }
    const fresh = await this.#token.fetch();
    return this.#attempt(fresh, method, target, body).catch((again: unknown) => {
      throw refusedClient(again, matrixTexts.mas.notAllowed);
    });
  }

  async #attempt(token: string, method: string, target: string, body?: object): Promise<unknown> {
    const answer = await this.#transport.send({
      method,
      target,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      timeoutMs: TIMEOUT_MS,
    });
    return answer.body;
  }
}

/** Our client's token, until shortly before it expires. */
class ClientToken {
  #token: { text: string; until: number } | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly client: Pick<MasOptions, 'clientId' | 'clientSecret'>,
  ) {}

  kept(): string | undefined {
    return this.#token !== undefined && this.#token.until > Date.now() ? this.#token.text : undefined;
  }

  async fetch(): Promise<string> {
    this.#token = undefined;
    const { clientId, clientSecret } = this.client;
    const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret ?? '')}`;
    try {
      const { body } = await this.transport.send({
        method: 'POST',
        target: '/oauth2/token',
        headers: {
          Authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
          'Content-Type': 'application/x-www-form-urlencoded',
        },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope: SCOPE }).toString(),
        timeoutMs: TIMEOUT_MS,
      });
      const { access_token: text, expires_in: seconds } = parseResponse(tokenAnswer, body);
      this.#token = { text, until: Date.now() + seconds * 1000 - RENEW_BEFORE_MS };
      return text;
    } catch (error) {
      throw refusedClient(error, matrixTexts.mas.badClient(SCOPE));
    }
  }
}

function refusedClient(error: unknown, why: string): unknown {
  if (!(error instanceof MatrixError) || error.transient || error.errcode === MAS_REFUSED || error.status === 404)
    return error;
  return new MatrixError(403, MAS_REFUSED, why);
}
