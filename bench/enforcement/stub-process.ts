import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startStubHomeserver } from '../../test/support/stub-homeserver.js';

/** The stub homeserver in a process of its own, so that its work is not counted as ours. */
export interface StubProcess {
  url: string;
  /** how many requests that write came since the last call */
  writes(): Promise<number>;
  stop(): void;
}

const FILE = fileURLToPath(import.meta.url);

/** Starts it with these rooms; every answer takes `roundTripMs`. */
export async function startStubProcess(roomIds: readonly string[], roundTripMs: number): Promise<StubProcess> {
  const child: ChildProcess = fork(FILE, ['serve', String(roundTripMs)], { stdio: 'inherit', execArgv: [] });
  const ask = <T>(question: unknown): Promise<T> =>
    new Promise((resolve) => {
      child.once('message', (answer) => resolve(answer as T));
      child.send(question as object);
    });
  const url = await ask<string>({ rooms: roomIds });
  return { url, writes: () => ask<number>({ count: true }), stop: () => void child.kill() };
}

async function serve(roundTripMs: number): Promise<void> {
  const stub = await startStubHomeserver({ botUserId: '@heimdall:example.org', roundTripMs });
  process.on('message', (question: { rooms?: string[] }) => {
    if (question.rooms === undefined) {
      const writes = stub.writes().length;
      stub.requests.length = 0;
      return void process.send?.(writes);
    }
    for (const roomId of question.rooms) stub.setState(roomId, 'm.room.create', '', { room_version: '11' });
    return void process.send?.(stub.url);
  });
  process.on('disconnect', () => process.exit(0));
}

if (process.argv[1] === FILE && process.argv[2] === 'serve') await serve(Number(process.argv[3]));
