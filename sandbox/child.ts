import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';

export interface ChildOptions {
  /** for people, in errors */
  name: string;
  command: string;
  args: readonly string[];
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** stdout and stderr are appended here */
  logFile: string;
}

/** Children that still run, so that none outlives us when we end in haste. */
const alive = new Set<ChildProcess>();
let exitHookSet = false;

function killAllOnExit(): void {
  if (exitHookSet) return;
  exitHookSet = true;
  process.on('exit', () => {
    for (const child of alive) child.kill('SIGKILL');
  });
}

/** One child process, its log in a file: started, stopped and killed by its own process id only. */
export class Child {
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();
  /** where in the log file the present run begins, in bytes */
  private logStart = 0;

  constructor(private readonly options: ChildOptions) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get running(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Exit code of the run that ended; null when a signal ended it or it still runs. */
  get exitCode(): number | null {
    return this.child?.exitCode ?? null;
  }

  start(extraEnv: NodeJS.ProcessEnv = {}): void {
    if (this.running) throw new Error(`${this.options.name} runs already`);
    killAllOnExit();
    const log = openSync(this.options.logFile, 'a');
    this.logStart = statSync(this.options.logFile).size;
    const child = spawn(this.options.command, [...this.options.args], {
      cwd: this.options.cwd,
      env: { ...(this.options.env ?? process.env), ...extraEnv },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.child = child;
    alive.add(child);
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        alive.delete(child);
        resolve();
      };
      child.once('exit', end);
      child.once('error', end);
    });
  }

  /** Sends a signal to the child, if it runs. */
  signal(signal: NodeJS.Signals): void {
    if (this.running) this.child?.kill(signal);
  }

  /**
   * Asks it to end (SIGTERM); after `graceMs` without an end it is killed. Resolves with true when it ended by itself.
   */
  async stop(graceMs = 15_000): Promise<boolean> {
    if (!this.running) return true;
    this.signal('SIGTERM');
    let graceful = true;
    const timer = setTimeout(() => {
      graceful = false;
      this.signal('SIGKILL');
    }, graceMs);
    await this.ended;
    clearTimeout(timer);
    return graceful;
  }

  /** Ends it at once (SIGKILL) and resolves when it is gone. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  /** What the present run wrote, from its start. */
  log(): string {
    return readFileSync(this.options.logFile).subarray(this.logStart).toString('utf8');
  }

  /** The last lines of the log, for an error message. */
  logTail(lines = 20): string {
    return this.log().trimEnd().split('\n').slice(-lines).join('\n');
  }
}
