import type { StubEvent, StubHomeserver } from '../../test/support/stub-homeserver.js';
import type { RunningHeimdall } from './process.js';

type Addressee = Pick<RunningHeimdall, 'url' | 'registration'>;

const MOST_EVENTS = 100;
const AGAIN_MS = 100;

/** Hands a homeserver's events on as Synapse does: in order, one transaction at a time, again until it is taken. */
export class Feed {
  readonly #queue: object[] = [];
  #heimdall: Addressee | undefined;
  #number = 0;
  #ended = false;
  #work: Promise<void> = Promise.resolve();

  /** Every event of the stub goes through here, those of the bot too. */
  follow(stub: StubHomeserver): void {
    stub.onEvent((event: StubEvent) => void this.#queue.push(event));
  }

  /** What was sent before anybody followed. */
  add(event: object): void {
    this.#queue.push(event);
  }

  get left(): number {
    return this.#queue.length;
  }

  start(heimdall: Addressee): void {
    this.#heimdall = heimdall;
    this.#work = this.#run();
  }

  /** What was happening is sent to the end. */
  async stop(): Promise<void> {
    this.#ended = true;
    await this.#work;
  }

  async #run(): Promise<void> {
    while (!this.#ended) {
      const events = this.#queue.slice(0, MOST_EVENTS);
      if (events.length > 0 && (await sendTransaction(this.#heimdall!, this.#number, events))) {
        this.#number += 1;
        this.#queue.splice(0, events.length);
      } else await new Promise((resolve) => setTimeout(resolve, events.length === 0 ? 5 : AGAIN_MS));
    }
  }
}

/** One transaction; says whether it was taken. */
export async function sendTransaction(
  { url, registration }: Addressee,
  id: number | string,
  events: readonly object[],
): Promise<boolean> {
  const answer = await fetch(`${url}/_matrix/app/v1/transactions/${id}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${registration.hs_token}` },
    body: JSON.stringify({ events }),
  }).catch(() => undefined);
  return answer?.status === 200;
}

let counter = 0;
/** A join as the homeserver passes it on. */
export function join(roomId: string, userId: string, content: Record<string, unknown> = {}): StubEvent {
  return {
    type: 'm.room.member',
    event_id: `$bench${(counter += 1)}`,
    room_id: roomId,
    sender: userId,
    state_key: userId,
    origin_server_ts: Date.now(),
    content: { membership: 'join', ...content },
  };
}
