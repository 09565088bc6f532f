import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { stringify } from 'yaml';
import { Child } from './child.js';
import { cloneRoot } from './root.js';
import { waitFor } from './wait.js';

/** The built program; `npm run build` makes it. */
export function heimdallBin(): string {
  return path.join(cloneRoot(), 'bin', 'heimdall.mjs');
}

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs one `heimdall …` command to its end. Never rejects because of the exit code. */
export function runHeimdall(
  args: readonly string[],
  options: { input?: string; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [heimdallBin(), ...args],
      { cwd: options.cwd, env: { ...process.env, ...options.env }, maxBuffer: 256 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, stdout, stderr });
      },
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
  });
}

export interface HeimdallOptions {
  /** where config.yaml, registration.yaml, data and log go; made if missing */
  dir: string;
  /** the whole configuration, as in the contract; `appservice.registration` is taken relative to `dir` */
  config: HeimdallConfigInput;
  env?: NodeJS.ProcessEnv;
}

/** The configuration file's content: only what the harness itself looks at is named. */
export interface HeimdallConfigInput {
  appservice: { bind: string; port: number; url: string; registration: string };
  [key: string]: unknown;
}

/** Heimdall as a process of its own, run exactly as an admin would run it. */
export class HeimdallProcess {
  readonly configFile: string;
  readonly registrationFile: string;
  /** base URL of its own HTTP door */
  readonly url: string;
  private readonly child: Child;

  constructor(private readonly options: HeimdallOptions) {
    const dir = path.resolve(options.dir);
    mkdirSync(dir, { recursive: true });
    this.configFile = path.join(dir, 'config.yaml');
    this.registrationFile = path.resolve(dir, options.config.appservice.registration);
    this.url = `http://${options.config.appservice.bind}:${options.config.appservice.port}`;
    this.writeConfig(options.config);
    this.child = new Child({
      name: 'Heimdall',
      command: process.execPath,
      args: [
        '--import',
        pathToFileURL(path.join(cloneRoot(), 'sandbox', 'die-with-parent.mjs')).href,
        heimdallBin(),
        'run',
        '--config',
        this.configFile,
      ],
      cwd: dir,
      env: { ...process.env, ...options.env },
      logFile: path.join(dir, 'heimdall.log'),
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get running(): boolean {
    return this.child.running;
  }

  get exitCode(): number | null {
    return this.child.exitCode;
  }

  /** Writes the configuration anew; it counts from the next start on. */
  writeConfig(config: HeimdallConfigInput): void {
    writeFileSync(this.configFile, stringify(config));
  }

  /** `heimdall register`: writes the registration file that the homeserver needs. */
  async register(): Promise<void> {
    if (!existsSync(heimdallBin())) throw new Error('Heimdall is not built: run "npm run build" first.');
    const { code, stdout, stderr } = await runHeimdall(
      ['register', '--config', this.configFile, '--output', this.registrationFile],
      { env: this.options.env },
    );
    if (code !== 0) throw new Error(`heimdall register ended with ${code}:\n${stderr || stdout}`);
  }

  /** Starts it without waiting. */
  launch(): void {
    this.child.start();
  }

  /** Starts it and resolves when /readyz says 200. Rejects with the end of its log when it ends or takes too long. */
  async start(timeoutMs = 60_000): Promise<void> {
    this.launch();
    await this.waitUntilReady(timeoutMs);
  }

  /** Resolves when /readyz says 200. */
  async waitUntilReady(timeoutMs = 60_000): Promise<void> {
    let reason = 'no answer';
    let gone = false;
    await waitFor(
      async () => {
        gone = !this.child.running;
        if (gone) return true;
        const response = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(5000) });
        if (!response.ok) reason = (await response.text()).slice(0, 300);
        return response.ok;
      },
      { timeoutMs, everyMs: 50, what: '/readyz' },
    ).catch((error: unknown) => {
      throw new Error(`Heimdall was not ready after ${timeoutMs / 1000} s (${reason}):\n${this.child.logTail()}`, {
        cause: error,
      });
    });
    if (gone) throw new Error(`Heimdall ended with ${this.child.exitCode}:\n${this.child.logTail()}`);
  }

  /** SIGTERM; resolves with true when it finished in order within 10 s. */
  stop(): Promise<boolean> {
    return this.child.stop(10_000);
  }

  /** SIGKILL, at any moment. */
  kill9(): Promise<void> {
    return this.child.kill();
  }

  /** What it wrote since its last start: pino's JSON lines. */
  log(): string {
    return this.child.log();
  }

  logTail(lines?: number): string {
    return this.child.logTail(lines);
  }
}
