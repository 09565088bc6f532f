import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { heimdallBin } from '../../../sandbox/heimdall.js';
import { cloneRoot } from '../../../sandbox/root.js';

export interface Block {
  /** the heading above it */
  under: string;
  language: string;
  text: string;
}

/** The code blocks of a page of the documentation, in order. */
export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let under = '';
  let open: (Block & { indent: number }) | undefined;
  for (const line of readFileSync(path.join(cloneRoot(), page), 'utf8').split('\n')) {
    const fence = /^( *)```(\w*)$/.exec(line);
    if (open !== undefined) {
      if (fence !== null && fence[2] === '') {
        blocks.push({ under: open.under, language: open.language, text: open.text });
        open = undefined;
      } else open.text += `${line.slice(open.indent)}\n`;
    } else if (fence !== null) open = { under, language: fence[2] ?? '', text: '', indent: (fence[1] ?? '').length };
    else under = /^##+ (.*)$/.exec(line)?.[1] ?? under;
  }
  return blocks;
}

/** A shell of an admin who follows a page: `npx heimdall` is the program that was built here. */
export class AdminShell {
  readonly #running = new Set<ChildProcess>();
  readonly #env: NodeJS.ProcessEnv;

  constructor(
    readonly folder: string,
    env: NodeJS.ProcessEnv,
  ) {
    const bin = path.join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    const npx = path.join(bin, 'npx');
    writeFileSync(npx, `#!/bin/sh\nshift\nexec ${process.execPath} ${heimdallBin()} "$@"\n`);
    chmodSync(npx, 0o755);
    this.#env = { ...process.env, ...env, PATH: `${bin}:${process.env.PATH ?? ''}` };
  }

  /** Runs a block to its end; resolves with the exit code and all that it wrote. */
  run(text: string): Promise<{ code: number | null; output: string }> {
    const child = this.#spawn(text);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += String(data)));
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
  }

  /** Runs a block that does not end by itself. */
  begin(text: string): void {
    this.#spawn(`exec ${text}`);
  }

  /** Ends what was begun. */
  async end(): Promise<void> {
    await Promise.all(
      [...this.#running].map(
        (child) =>
          new Promise<void>((resolve) => {
            child.on('close', () => resolve());
            child.kill('SIGTERM');
          }),
      ),
    );
  }

  #spawn(text: string): ChildProcess {
    const child = spawn('sh', ['-ec', text], { cwd: this.folder, env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout?.resume();
    child.stderr?.resume();
    this.#running.add(child);
    child.on('close', () => this.#running.delete(child));
    return child;
  }
}
