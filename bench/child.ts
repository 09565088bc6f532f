import { fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs a bench file again, in a process of its own, and resolves with the first message it sends: a clean heap, and no
 * code that the other side of the comparison has warmed up or spoiled.
 */
export async function inChild<T>(file: string, ...args: readonly string[]): Promise<T> {
  const child = fork(file, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: ['--expose-gc'] });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`${file} ${args.join(' ')} ended with ${String(code)} and no figure`);
  });
  const [message] = (await Promise.race([once(child, 'message'), failed])) as [T];
  failed.catch(() => undefined);
  child.kill();
  return message;
}
