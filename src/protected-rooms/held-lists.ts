import { z } from 'zod';
import type { Clock } from '../util/clock.js';

export interface HeldListsOptions {
  /** more bans than this are not lifted because a foreign list has changed; `lists.most_lifted` */
  most: number;
  /** how many bans this list may lift at once; default: `most` */
  mostOf?: (roomId: string) => number | undefined;
  clock: Clock;
  /** says whether a list is watched and neither ours nor where our rules go by default */
  isForeign: (roomId: string) => boolean;
  /** called when a list is held from now on, or not any more: it is to be remembered and told */
  onChange: (held: ReadonlyMap<string, number>) => void;
}

/** Changes one after another are one change: a list that is emptied rule by rule is emptied. */
const WINDOW_MS = 600_000;

/**
 * Foreign lists whose last changes would lift many bans at once: somebody has got hold of them, or their maintainers
 * made a mistake. What they would lift stays until a moderator says so; what they ban acts as always.
 */
export class HeldLists {
  readonly #options: HeldListsOptions;
  readonly #held = new Map<string, number>();
  readonly #lifts = new Map<string, Map<string, number>>();
  #passing: string | undefined;

  constructor(options: HeldListsOptions) {
    this.#options = options;
  }

  /** Takes what was held before a restart. */
  restore(held: ReadonlyMap<string, number>): void {
    for (const [roomId, count] of held) this.#held.set(roomId, count);
    if (held.size > 0) this.#options.onChange(this.#held);
  }

  isHeld(roomId: string | undefined): boolean {
    return roomId !== undefined && this.#held.has(roomId) && roomId !== this.#passing;
  }

  /** The lists that are held, with how many bans each would lift. */
  all(): ReadonlyMap<string, number> {
    return this.#held;
  }

  /**
   * Notes bans that a list's change would lift, by names of their own; says whether they may be lifted. All of one call
   * stand or fall together.
   */
  mayLift(roomId: string | undefined, bans: readonly string[]): boolean {
    if (roomId === undefined || roomId === this.#passing || !this.#options.isForeign(roomId)) return true;
    const now = this.#options.clock();
    const lifts = this.#lifts.get(roomId) ?? new Map<string, number>();
    for (const [ban, at] of lifts) if (now - at > WINDOW_MS) lifts.delete(ban);
    for (const ban of bans) lifts.set(ban, now);
    this.#lifts.set(roomId, lifts);
    if (this.#held.has(roomId) || lifts.size > (this.#options.mostOf?.(roomId) ?? this.#options.most)) {
      if (this.#held.get(roomId) !== lifts.size) {
        this.#held.set(roomId, lifts.size);
        this.#options.onChange(this.#held);
      }
      return false;
    }
    return true;
  }

  /** A moderator has decided: what `plan` lifts of this list is lifted. */
  release<T>(roomId: string, plan: () => T): T {
    this.#passing = roomId;
    try {
      this.forget(roomId);
      return plan();
    } finally {
      this.#passing = undefined;
    }
  }

  /** The list is watched no more, or what it would lift may be lifted. */
  forget(roomId: string): void {
    this.#lifts.delete(roomId);
    if (this.#held.delete(roomId)) this.#options.onChange(this.#held);
  }
}

const heldSchema = z.array(z.tuple([z.string(), z.number()]));

/** What was noted as held before a restart. */
export function heldBefore(stored: string | undefined): Map<string, number> {
  try {
    return new Map(heldSchema.safeParse(JSON.parse(stored ?? '[]')).data ?? []);
  } catch {
    return new Map();
  }
}
