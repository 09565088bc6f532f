import type { AppServiceOutput, Bridge } from 'matrix-appservice-bridge';
import type { Transport } from './transport.js';
import { encodePart } from '../util/encode.js';

/**
 * The bot's client, as matrix-appservice-bridge makes it from the registration. The bridge's own intake and its
 * per-user intents stay unused: they lose events and act as other people (docs/understand/decisions.md).
 */
export interface BotClient {
  /** bot-sdk's request with the appservice's token; rejects with `MatrixError` only, because the transport does. */
  doRequest(
    method: string,
    endpoint: string,
    query: Record<string, unknown> | null,
    body: unknown,
    timeoutMs: number,
  ): Promise<unknown>;
  close(): Promise<void>;
}

export interface BotClientOptions {
  url: string;
  serverName: string;
  registration: AppServiceOutput;
  transport: Transport;
}

/**
 * bot-sdk has ONE request function for the whole process, so a request finds its transport by the URL that it begins
 * with and the token that it carries. Several homeservers in one process (tests, sandbox) live side by side this way.
 */
const routes = new Set<{ base: string; authorization: string; transport: Transport }>();

/** What `request`, the library that bot-sdk sends with, is called with. */
interface RequestParams {
  uri: string;
  method: string;
  qs?: Record<string, unknown> | null;
  headers?: Record<string, string>;
  body?: string;
  timeout?: number;
}
type RequestCallback = (
  error: Error | null,
  response?: { statusCode: number; headers: unknown; body: unknown },
  body?: unknown,
) => void;

function send(params: RequestParams, done: RequestCallback): void {
  const headers = params.headers ?? {};
  const route = [...routes].findLast(
    ({ base, authorization }) => params.uri.startsWith(`${base}/`) && headers.Authorization === authorization,
  );
  if (route === undefined) {
    done(new Error('the connection to the homeserver is closed'));
    return;
  }
  const target = params.uri.slice(route.base.length) + queryString(params.qs ?? {});
  route.transport
    .send({ method: params.method, target, headers, body: params.body, timeoutMs: params.timeout })
    .then(
      (answer) => done(null, { statusCode: answer.status, headers: answer.headers, body: answer.body }, answer.body),
      done,
    );
}

/** `?a=1&via=x&via=y`; empty when there is nothing to say. */
export function queryString(query: Record<string, unknown>): string {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => one != null)
      .map((one) => `${encodePart(key)}=${encodePart(String(one))}`),
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** Loads the bridge (half of the program's start time, hence not at import) and makes the bot's client. */
export async function createBotClient({
  url,
  serverName,
  registration,
  transport,
}: BotClientOptions): Promise<BotClient> {
  const [bridgeModule, sdk] = await Promise.all([
    import('matrix-appservice-bridge'),
    import('@vector-im/matrix-bot-sdk'),
  ]);
  const { Bridge, AppService, AppServiceRegistration, MembershipCache } = bridgeModule;
  const silent = () => undefined;
  // bot-sdk logs whole requests and responses; what matters of them reaches our own log as a MatrixError
  sdk.LogService.setLogger({ info: silent, warn: silent, error: silent, debug: silent, trace: silent });
  sdk.LogService.setLevel(sdk.LogLevel.ERROR);
  sdk.setRequestFn(send);

  /** The bridge wants an intake to start; ours is in watch/, so this one has no door. */
  class HeadlessAppService extends AppService {
    override async listen(): Promise<void> {}
    override async close(): Promise<void> {}
  }
  /** The bridge remembers every member it ever saw; nobody asks it. */
  class ForgetfulMembershipCache extends MembershipCache {
    override setMemberEntry(): void {}
  }

  const base = url.replace(/\/+$/, '');
  const route = { base, authorization: `Bearer ${registration.as_token}`, transport };
  routes.add(route);
  const bridge: Bridge = new Bridge({
    homeserverUrl: base,
    domain: serverName,
    registration: AppServiceRegistration.fromObject(registration),
    controller: { onEvent: silent, onLog: silent },
    disableStores: true,
    disableContext: true,
    suppressEcho: false,
    logRequestOutcome: false,
    eventValidation: {},
    queue: { type: 'none', perRequest: false },
    membershipCache: new ForgetfulMembershipCache(),
    intentOptions: { bot: { dontCheckPowerLevel: true, dontJoin: true, enablePresence: false } },
  });
  await bridge.run(0, new HeadlessAppService({ homeserverToken: registration.hs_token }));
  const client = bridge.getIntent().matrixClient;
  // the transport has judged the answer already; bot-sdk would take a state content with a key `errcode` for an error
  const judged = { errorHandler: () => undefined };

  return {
    doRequest: (method, endpoint, query, body, timeoutMs) =>
      client.doRequest(method, endpoint, query, body, timeoutMs, false, 'application/json', false, judged),
    async close() {
      await bridge.close();
      routes.delete(route);
    },
  };
}
