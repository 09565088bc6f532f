import type { Clock } from '../../util/clock.js';

const ADDRESSES = 10_000;

/** A limit per hour and address, in bounded memory; the address itself is kept no longer than that hour. */
export class AddressLimit {
  readonly #used = new Map<string, number[]>();

  constructor(
    private readonly most: number,
    private readonly windowMs: number,
    private readonly clock: Clock,
  ) {}

  /** Takes one; false when none is left. IPv6 is counted by /64, which is what one subscriber has. */
  take(address: string): boolean {
    const key = networkOf(address);
    const now = this.clock();
    const recent = (this.#used.get(key) ?? []).filter((at) => at > now - this.windowMs);
    this.#used.delete(key);
    if (recent.length < this.most) recent.push(now);
    else {
      this.#used.set(key, recent);
      return false;
    }
    this.#used.set(key, recent);
    if (this.#used.size > ADDRESSES) {
      const [oldest] = this.#used.keys();
      if (oldest !== undefined) this.#used.delete(oldest);
    }
    return true;
  }
}

const EVERYBODY = 'everybody';

/** A limit per address and one for all addresses together, because a botnet has many. */
export class SharedLimit {
  readonly #each: AddressLimit;
  readonly #all: AddressLimit;

  constructor(each: number, all: number, windowMs: number, clock: Clock) {
    this.#each = new AddressLimit(each, windowMs, clock);
    this.#all = new AddressLimit(all, windowMs, clock);
  }

  take(address: string): boolean {
    return this.#each.take(address) && this.#all.take(EVERYBODY);
  }
}

function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail = ''] = plain.split('::');
  const front = head.split(':').filter((part) => part !== '');
  const back = plain.includes('::') ? tail.split(':').filter((part) => part !== '') : [];
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0');
  return [...front, ...(plain.includes('::') ? zeros : []), ...back].slice(0, 4).join(':');
}
