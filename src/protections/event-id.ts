/**
 * An event id read once: what tells it apart from others as two numbers, and its bytes. Ids that are kept as strings
 * survive several garbage collections, each of which copies them: that costs more than reading them.
 */

/** Ids of current room versions have 44 characters (spec, "Event IDs"); longer ones are kept as strings. */
export const ID_BYTES = 64;

export class EventId {
  readonly bytes = new Uint8Array(ID_BYTES);
  id = '';
  length = 0;
  /** whether `bytes` holds all of it */
  fits = false;
  /** a hash that is the same in every process */
  hash = 0;
  /** another one, so that two ids with both in common will not occur */
  secondHash = 0;

  read(id: string): this {
    const { length } = id;
    const { bytes } = this;
    let hash = 0;
    let second = SEED;
    let beyond = 0;
    for (let at = 0; at < length; at++) {
      const unit = id.charCodeAt(at);
      if (at < ID_BYTES) bytes[at] = unit;
      beyond |= unit;
      hash = (Math.imul(hash, 31) + unit) | 0;
      second = Math.imul(second ^ unit, 0x01000193);
    }
    this.id = id;
    this.length = length;
    this.fits = length <= ID_BYTES && beyond <= 0x7f;
    this.hash = hash;
    this.secondHash = second ^ (second >>> 15);
    return this;
  }

  /**
   * The time with a fraction of a millisecond derived from the id, so that a resent event (homeservers resend
   * unanswered transactions) is recognised by its time.
   */
  stamped(sentAt: number): number {
    const { hash } = this;
    return Math.trunc(sentAt) + ((hash ^ (hash >>> 12) ^ (hash >>> 24)) & 0xfff) / 0x1000;
  }
}

/** Other in every process, so that nobody can make ids that look like one. */
const SEED = Math.floor(Math.random() * 0x7fffffff) | 1;
