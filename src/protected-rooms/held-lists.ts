import { z } from 'zod';
import type { Clock } from '../util/clock.js';

export interface HeldListsOptions {
  /** a change in a foreign list may lift at most this many bans; `lists.most_lifted` */
  most: number;
  /** how many bans this list may lift at once; default: `most` */
  mostOf?: (roomId: string) => number | undefined;
  clock: Clock;
  /** whether a list is watched and is neither ours nor the default list for our rules */
  isForeign: (roomId: string) => boolean;
  /** called when a list becomes held or released, so that this is saved and announced */
  onChange: (held: ReadonlyMap<string, number>) => void;
}

/** The servers that a held list had denied and would let in again; undefined: not recorded. */
type Servers = ReadonlySet<string> | undefined;

/** Changes within this time count as one, so that a list that is emptied rule by rule is noticed. */
const WINDOW_MS = 600_000;

/**
 * Foreign lists whose latest changes would lift many bans at once: they may have been hijacked, or their maintainers
 * made a mistake. Those bans stay until a moderator decides; new bans by these lists act as usual.
 */
export class HeldLists {
  readonly #options: HeldListsOptions;
  readonly #held = new Map<string, number>();
  readonly #lifts = new Map<string, Map<string, number>>();
  readonly #servers = new Map<string, Servers>();
  #passing: string | undefined;

  constructor(options: HeldListsOptions) {
    this.#options = options;
  }

  /** Restores what was held before a restart. */
  restore(before: readonly HeldBefore[]): void {
    for (const { roomId, count, servers } of before) {
      this.#held.set(roomId, count);
      this.#servers.set(roomId, servers === undefined ? undefined : new Set(servers));
    }
    if (before.length > 0) this.#options.onChange(this.#held);
  }

  /** The state to save, so that lists stay held after a restart. */
  noted(): HeldBefore[] {
    return [...this.#held].map(([roomId, count]) => {
      const servers = this.#servers.has(roomId) ? this.#servers.get(roomId) : new Set<string>();
      return servers === undefined ? { roomId, count } : { roomId, count, servers: [...servers] };
    });
  }

  /** Whether a held list would let in a server by one of these names (its own, or its hash). */
  keepsServer(names: readonly string[]): boolean {
    for (const roomId of this.#held.keys()) {
      if (!this.isHeld(roomId) || !this.#servers.has(roomId)) continue;
      const servers = this.#servers.get(roomId);
      if (servers === undefined || names.some((name) => servers.has(name))) return true;
    }
    return false;
  }

  /** Like `mayLift` for servers: those that may not be let in stay denied. */
  mayLetIn(roomId: string, servers: readonly string[]): boolean {
    const may = this.mayLift(
      roomId,
      servers.map((name) => `server ${name}`),
    );
    if (may) return true;
    const known = this.#servers.get(roomId);
    if (known === undefined && this.#servers.has(roomId)) return false;
    this.#servers.set(roomId, new Set([...(known ?? []), ...servers]));
    this.#options.onChange(this.#held);
    return false;
  }

  isHeld(roomId: string | undefined): boolean {
    return roomId !== undefined && this.#held.has(roomId) && roomId !== this.#passing;
  }

  /** The lists that are held, with how many bans each would lift. */
  all(): ReadonlyMap<string, number> {
    return this.#held;
  }

  /**
   * Records the bans that a list's change would lift, by unique names; returns whether they may be lifted. The bans of
   * one call share the result.
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

  /** A moderator has released this list: what `plan` lifts for it is lifted. */
  release<T>(roomId: string, plan: () => T): T {
    this.#passing = roomId;
    try {
      this.forget(roomId);
      return plan();
    } finally {
      this.#passing = undefined;
    }
  }

  /** The list is no longer watched, or was released. */
  forget(roomId: string): void {
    this.#lifts.delete(roomId);
    this.#servers.delete(roomId);
    if (this.#held.delete(roomId)) this.#options.onChange(this.#held);
  }
}

/** A held list, as saved. */
export interface HeldBefore {
  roomId: string;
  count: number;
  servers?: readonly string[] | undefined;
}

const heldSchema = z.array(
  z.object({ roomId: z.string(), count: z.number(), servers: z.array(z.string()).optional() }),
);
/** The saved form from before servers were recorded. */
const countSchema = z.array(z.tuple([z.string(), z.number()]));

/** Parses what was saved before a restart. */
export function heldBefore(stored: string | undefined): HeldBefore[] {
  try {
    const noted: unknown = JSON.parse(stored ?? '[]');
    const read = heldSchema.safeParse(noted);
    if (read.success) return read.data;
    return (countSchema.safeParse(noted).data ?? []).map(([roomId, count]) => ({ roomId, count }));
  } catch {
    return [];
  }
}
