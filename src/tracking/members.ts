import type { MemberState } from '../enforcement/types.js';

/**
 * The members of a room by user id, in little memory: nearly everybody joined by themselves, and of those only the
 * event's id is kept.
 */
export class Members implements ReadonlyMap<string, MemberState> {
  readonly #kept = new Map<string, string | MemberState>();

  get size(): number {
    return this.#kept.size;
  }

  get(userId: string): MemberState | undefined {
    const kept = this.#kept.get(userId);
    return kept === undefined ? undefined : stateOf(userId, kept);
  }

  has(userId: string): boolean {
    return this.#kept.has(userId);
  }

  set(userId: string, state: MemberState): this {
    const { membership, eventId, sender } = state;
    this.#kept.set(userId, membership === 'join' && sender === userId ? eventId : state);
    return this;
  }

  delete(userId: string): boolean {
    return this.#kept.delete(userId);
  }

  keys(): MapIterator<string> {
    return this.#kept.keys();
  }

  *values(): MapIterator<MemberState> {
    for (const [userId, kept] of this.#kept) yield stateOf(userId, kept);
  }

  *entries(): MapIterator<[string, MemberState]> {
    for (const [userId, kept] of this.#kept) yield [userId, stateOf(userId, kept)];
  }

  [Symbol.iterator](): MapIterator<[string, MemberState]> {
    return this.entries();
  }

  forEach(visit: (state: MemberState, userId: string, members: ReadonlyMap<string, MemberState>) => void): void {
    for (const [userId, state] of this.entries()) visit(state, userId, this);
  }
}

function stateOf(userId: string, kept: string | MemberState): MemberState {
  return typeof kept === 'string' ? { membership: 'join', eventId: kept, sender: userId } : kept;
}
