import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { Child } from '../child.js';
import { freePort } from '../ports.js';
import { cloneRoot } from '../root.js';
import { waitFor } from '../wait.js';
import { SYNAPSE_LOG_CONFIG, synapseConfig } from './config.js';
import { installSynapse } from './install.js';

export interface HomeserverOptions {
  /** host part of the server name; must end in `.test` (those names are mapped to loopback) */
  name: string;
  /** where configuration, database and log go; made if missing */
  dataDir: string;
  /** registration files of application services; they must exist at the start, not before */
  appserviceRegistrations?: readonly string[];
  /** default room version; undefined: Synapse's own default (12 in 1.163) */
  roomVersion?: string;
  /** taken when free, else any other port */
  preferredPorts?: { client?: number; federation?: number };
  /** the server-notices account, the official account that impostors imitate; not a registered user (FACTS) */
  officialAccount?: { localpart?: string; displayName?: string };
  /** more keys for homeserver.yaml, laid over ours */
  extraConfig?: Record<string, unknown>;
}

/**
 * A real Synapse on loopback. Its name holds its federation port (`a.test:8441`), so other homeservers made here
 * find and trust it. The same object may be stopped, killed and started again; name, ports and data stay.
 */
export class Homeserver {
  private constructor(
    /** server name with port, as in user ids */
    readonly serverName: string,
    /** base URL for clients */
    readonly url: string,
    /** for the admin registration endpoint (`Person.register` uses it) */
    readonly registrationSecret: string,
    readonly dataDir: string,
    /** full user id of the server-notices account */
    readonly officialUserId: string,
    private readonly child: Child,
  ) {}

  /** Chooses ports and writes the configuration, without starting anything: the name is known from here on. */
  static async prepare(options: HomeserverOptions): Promise<Homeserver> {
    if (!options.name.endsWith('.test'))
      throw new Error(`sandbox: the server name must end in .test, not ${options.name}`);
    const installation = await installSynapse();
    const dataDir = path.resolve(options.dataDir);
    mkdirSync(dataDir, { recursive: true });
    const clientPort = await freePort(options.preferredPorts?.client);
    const federationPort = await freePort(options.preferredPorts?.federation);
    const serverName = `${options.name}:${federationPort}`;
    const registrationSecret = randomBytes(24).toString('hex');
    const officialAccount = {
      localpart: options.officialAccount?.localpart ?? 'server',
      displayName: options.officialAccount?.displayName ?? 'Server Notices',
    };
    const config = synapseConfig({
      serverName,
      clientPort,
      federationPort,
      dataDir,
      certificate: installation.certificate,
      privateKey: installation.privateKey,
      registrationSecret,
      registrations: (options.appserviceRegistrations ?? []).map((file) => path.resolve(file)),
      roomVersion: options.roomVersion,
      officialAccount,
    });
    writeFileSync(path.join(dataDir, 'homeserver.yaml'), stringify({ ...config, ...options.extraConfig }));
    writeFileSync(path.join(dataDir, 'log.yaml'), stringify(SYNAPSE_LOG_CONFIG));
    // The file format of signedjson: algorithm, key id, 32 byte seed in unpadded base64. Saves a Python start for
    // --generate-keys.
    writeFileSync(
      path.join(dataDir, 'signing.key'),
      `ed25519 a_${randomBytes(2).toString('hex')} ${randomBytes(32).toString('base64').replace(/=+$/, '')}\n`,
      { mode: 0o600 },
    );
    const child = new Child({
      name: `Synapse ${serverName}`,
      command: installation.python,
      args: ['-m', 'synapse.app.homeserver', '--config-path', path.join(dataDir, 'homeserver.yaml')],
      cwd: dataDir,
      env: {
        PATH: process.env.PATH,
        HOME: dataDir,
        LANG: 'C.UTF-8',
        PYTHONPATH: path.join(cloneRoot(), 'sandbox', 'synapse', 'python'),
        PYTHONDONTWRITEBYTECODE: '1',
        HEIMDALL_SANDBOX_PARENT: String(process.pid),
        SYNAPSE_CACHE_FACTOR: '1',
      },
      logFile: path.join(dataDir, 'synapse.log'),
    });
    return new Homeserver(
      serverName,
      `http://127.0.0.1:${clientPort}`,
      registrationSecret,
      dataDir,
      `@${officialAccount.localpart}:${serverName}`,
      child,
    );
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get running(): boolean {
    return this.child.running;
  }

  /** Full user id of somebody on this server. */
  userId(localpart: string): string {
    return `@${localpart}:${this.serverName}`;
  }

  /** Starts Synapse and resolves when it answers (3 to 7 s). Rejects with the end of its log when it does not. */
  async start(timeoutMs = 90_000): Promise<void> {
    this.child.start();
    let gone = false;
    await waitFor(
      async () => {
        gone = !this.child.running;
        return gone || (await fetch(`${this.url}/_matrix/client/versions`, { signal: AbortSignal.timeout(2000) })).ok;
      },
      { timeoutMs, what: `Synapse ${this.serverName} to answer` },
    ).catch(async (error: unknown) => {
      await this.child.kill();
      throw new Error(`Synapse ${this.serverName} did not start:\n${this.child.logTail()}`, { cause: error });
    });
    if (gone) throw new Error(`Synapse ${this.serverName} ended at once:\n${this.child.logTail()}`);
  }

  /** SIGTERM; Synapse finishes in order. */
  async stop(): Promise<void> {
    await this.child.stop();
  }

  /** SIGKILL: what a power cut would do. */
  async kill(): Promise<void> {
    await this.child.kill();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** What Synapse wrote since its last start. */
  log(): string {
    return this.child.log();
  }
}

/** Prepares and starts a homeserver in one step. */
export async function startHomeserver(options: HomeserverOptions): Promise<Homeserver> {
  const homeserver = await Homeserver.prepare(options);
  await homeserver.start();
  return homeserver;
}
