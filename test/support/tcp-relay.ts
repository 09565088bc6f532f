import net from 'node:net';
import type { AddressInfo } from 'node:net';

/**
 * A wire between a client and a server that can be cut: then nothing arrives any more on either side, and nobody is
 * told, as when a cable is pulled.
 */
export class TcpRelay {
  #cut = false;
  #held = 0;
  readonly #waiting = new Set<net.Socket>();
  readonly #pairs = new Set<{ near: net.Socket; far: net.Socket }>();

  private constructor(
    private readonly server: net.Server,
    private readonly target: { host: string; port: number },
  ) {
    server.on('connection', (near) => this.#connect(near));
  }

  static async to(target: { host: string; port: number }): Promise<TcpRelay> {
    const server = net.createServer();
    const relay = new TcpRelay(server, target);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  #connect(near: net.Socket): void {
    near.on('error', () => undefined);
    // taken by the kernel, and never answered
    if (this.#cut) return this.#keepWaiting(near);
    const far = net.connect(this.target);
    const pair = { near, far };
    this.#pairs.add(pair);
    far.on('error', () => near.destroy());
    near.on('data', (data) => {
      if (this.#cut) this.#held += 1;
      else far.write(data);
    });
    far.on('data', (data) => void (this.#cut || near.write(data)));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const)
      one.on('close', () => {
        this.#pairs.delete(pair);
        if (!this.#cut) other.destroy();
      });
  }

  /** What clients said, or connections that they tried, since it was cut first. */
  get held(): number {
    return this.#held;
  }

  #keepWaiting(near: net.Socket): void {
    this.#held += 1;
    near.pause();
    this.#waiting.add(near);
    near.on('close', () => this.#waiting.delete(near));
  }

  cut(): void {
    this.#cut = true;
  }

  /** New connections go through again; those from before are reset now, as a router does that knows nothing of them. */
  mend(): void {
    this.#cut = false;
    for (const near of this.#waiting) near.destroy();
    for (const { near, far } of [...this.#pairs]) {
      near.destroy();
      far.destroy();
    }
  }

  async close(): Promise<void> {
    this.mend();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
