import { createServer } from 'node:http';
import type { Registry } from 'prom-client';
import type { Config } from '../config/types.js';
import { Lease, type LeaseTimes } from '../store/index.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { createHealthRouter, type Standing } from '../web/health.js';
import { closeServer, createHttpApp, listen } from '../web/http.js';
import { createProcessMetrics } from '../web/metrics.js';
import type { Finding } from '../notify/findings.js';
import { createApp, type App, type Inside } from './app.js';
import { texts } from './texts.js';
import { endsWithin, idlePause } from '../util/timers.js';
import { appTexts } from './texts.js';
import { Rounds } from '../util/rounds.js';

/** This process, which acts, or stands by until it may. */
export interface Instance {
  /** resolves when requests are accepted; `/readyz` tells whether everything is ready */
  start(): Promise<void>;
  /** whether there is a management room; undefined while this process stands by */
  hasManagementRoom(): boolean | undefined;
  /** the parts for the doctor; undefined while this process stands by */
  inside(): Inside | undefined;
  /** Sets the doctor's complete findings: for `/readyz`, and those with `forRoom` for the management room. */
  takeFindings(findings: readonly (Finding & { forRoom: boolean })[]): Promise<void>;
  /** Shuts down in order and releases the lease, in less than 10 s. Never rejects. */
  stop(): Promise<void>;
}

/** The pause before retrying, when the acting part cannot be started. */
const AGAIN_MS = 5_000;
/** How often a process that is not ready logs why. */
const SAY_WHY_MS = 60_000;
/** The part of the 10 s shutdown grace that is reserved for the lease; the rest belongs to the app. */
const RELEASE_LIMIT_MS = 400;

/**
 * Takes the ledger's lease and then builds the acting part (app.ts). Without the lease this process stands by: it reads
 * and changes nothing, and takes over when the lease becomes free. If another process took the lease (this one was
 * suspended, or cut off from the database), it stops acting and stands by again.
 * @param options `onReady` is called each time a start has loaded everything
 */
export async function createInstance(
  config: Config,
  logger: Logger,
  options: { leaseTimes?: LeaseTimes; onReady?: () => void } = {},
): Promise<Instance> {
  const { data_dir: dataDir, database_url: databaseUrl } = config.storage;
  const lease = await Lease.open({ dataDir, databaseUrl, times: options.leaseTimes });
  const instance = new LeasedInstance(config, logger, lease, options.onReady);
  try {
    await instance.prepare();
  } catch (error) {
    await lease.close();
    throw error;
  }
  return instance;
}

class LeasedInstance implements Instance {
  readonly #config: Config;
  readonly #logger: Logger;
  readonly #lease: Lease;
  readonly #metrics: Registry;
  readonly #server;
  #app: App | undefined;
  /** why we are not acting although nobody else is */
  #trouble: string | undefined;
  #stopping = false;
  readonly #onReady: () => void;
  #onLost: () => void = () => undefined;
  #onAgain: () => void = () => undefined;
  #standingBy: Promise<void> = Promise.resolve();
  readonly #sayWhy = new Rounds({ work: () => this.#logWhy(), everyMs: SAY_WHY_MS });
  #findings: readonly string[] = [];

  constructor(config: Config, logger: Logger, lease: Lease, onReady: () => void = () => undefined) {
    this.#onReady = onReady;
    this.#config = config;
    this.#logger = logger;
    this.#lease = lease;
    this.#metrics = createProcessMetrics(() => lease.held());
    lease.onLost(() => this.#onLost());
    this.#server = createServer(
      createHttpApp({
        acting: () => (this.#stopping || this.#lease.held() ? this.#app : undefined),
        health: createHealthRouter({ standing: () => this.#standing(), metrics: () => this.#allMetrics() }),
        logger,
      }),
    );
  }

  /** Takes the lease if it is free, so that errors in the configuration or the ledger are reported at the start. */
  async prepare(): Promise<void> {
    if ((await this.#lease.tryAcquire()) !== undefined) this.#app = await this.#build();
  }

  async start(): Promise<void> {
    const { appservice, dry_run } = this.#config;
    try {
      await listen(this.#server, appservice);
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#logger.info({ bind: appservice.bind, port: appservice.port, dry_run }, 'listening');
    this.#standingBy = this.#run();
    this.#sayWhy.later(SAY_WHY_MS);
  }

  hasManagementRoom(): boolean | undefined {
    return this.#app?.hasManagementRoom();
  }

  inside(): Inside | undefined {
    return this.#app?.inside;
  }

  async takeFindings(findings: readonly (Finding & { forRoom: boolean })[]): Promise<void> {
    this.#findings = findings.map(({ found, remedy }) => `${found} ${remedy}`);
    await this.#app?.tellFindings(
      findings.filter(({ forRoom }) => forRoom).map(({ key, found, remedy }) => ({ key, found, remedy })),
    );
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      if (this.#app === undefined && !(await this.#takeOver())) continue;
      const app = this.#app;
      if (app === undefined || this.#stopping) return;
      const lost = new Promise<'lost'>((resolve) => (this.#onLost = () => resolve('lost')));
      const again = new Promise<'again'>((resolve) => (this.#onAgain = () => resolve('again')));
      app.start();
      const why = this.#lease.fence === undefined ? 'lost' : await Promise.race([lost, again]);
      if (this.#stopping) return;
      if (why === 'again') {
        this.#trouble = texts.waiting.again;
        this.#logger.info({}, 'starting anew, as a command asked');
        this.#app = undefined;
        await app.stop(async () => undefined);
        continue;
      }
      this.#logger.error({}, 'another process acts on the ledger by now: this one stops acting and stands by');
      this.#app = undefined;
      await app.stop(async () => undefined);
    }
  }

  /** Waits for the lease and builds the acting part; false when that has to be retried. */
  async #takeOver(): Promise<boolean> {
    let told = '';
    const fence = await this.#lease.acquire((reason) => {
      if (reason !== told) this.#logger.info({ reason }, 'standing by');
      told = reason;
    });
    if (fence === undefined || this.#stopping) return false;
    this.#logger.info({ fence }, 'taking over');
    try {
      this.#app = await this.#build();
      this.#trouble = undefined;
      if (!this.#stopping) return true;
      // the stop was requested meanwhile and could not know about it
      await this.#app.stop(async () => undefined);
      return false;
    } catch (error) {
      this.#trouble = messageOf(error);
      this.#logger.error({ error: this.#trouble }, 'cannot take over; it is tried again');
      await this.#lease.release().catch(() => undefined);
      await idlePause(AGAIN_MS);
      return false;
    }
  }

  #build(): Promise<App> {
    const fence = this.#lease.fence;
    if (fence === undefined) throw new Error('heimdall: nothing acts without the lease');
    return createApp(this.#config, this.#logger, {
      fence,
      mayAct: () => this.#lease.fence === fence && this.#lease.held(),
      again: () => this.#onAgain(),
      ready: this.#onReady,
    });
  }

  async #standing(): Promise<Standing> {
    if (this.#trouble !== undefined) return { state: 'acting', reasons: [this.#trouble] };
    if (this.#app === undefined) return { state: 'standby' };
    const reasons = await this.#app.notReady();
    if (!this.#lease.held()) reasons.push(appTexts.leaseLost);
    return { state: 'acting', reasons, findings: [...this.#app.hindrances(), ...this.#findings] };
  }

  /** The log also shows what we are waiting for and how to fix it, so that nobody has to query `/readyz`. */
  async #logWhy(): Promise<void> {
    const now = await this.#standing();
    if (now.state === 'standby') this.#logger.info({ reason: texts.waiting.standby }, 'standing by');
    else if (now.reasons.length > 0) this.#logger.warn({ reasons: now.reasons }, 'not ready');
  }

  async #allMetrics(): Promise<{ type: string; text: string }> {
    const own = await this.#metrics.metrics();
    const acting = (await this.#app?.metrics.metrics()) ?? '';
    return { type: this.#metrics.contentType, text: own + acting };
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    void this.#sayWhy.stop();
    const app = this.#app;
    if (app === undefined) await closeServer(this.#server);
    else await app.stop(() => closeServer(this.#server));
    this.#onLost();
    await endsWithin(RELEASE_LIMIT_MS, Promise.allSettled([this.#lease.close(), this.#standingBy]));
  }
}
