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

/** The servers that a held list shut out and would let in; undefined: they were not noted. */
type Servers = ReadonlySet<string> | undefined;

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
  readonly #servers = new Map<string, Servers>();
  #passing: string | undefined;

  constructor(options: HeldListsOptions) {
    this.#options = options;
  }

  /** Takes what was held before a restart. */
  restore(before: readonly HeldBefore[]): void {
    for (const { roomId, count, servers } of before) {
      this.#held.set(roomId, count);
      this.#servers.set(roomId, servers === undefined ? undefined : new Set(servers));
    }
    if (before.length > 0) this.#options.onChange(this.#held);
  }

  /** What is to be noted, so that it waits after a restart too. */
  noted(): HeldBefore[] {
    return [...this.#held].map(([roomId, count]) => {
      const servers = this.#servers.has(roomId) ? this.#servers.get(roomId) : new Set<string>();
      return servers === undefined ? { roomId, count } : { roomId, count, servers: [...servers] };
    });
  }

  /** Says whether a held list would let in a server by one of these names (its own, or its hash). */
  keepsServer(names: readonly string[]): boolean {
    for (const roomId of this.#held.keys()) {
      if (!this.isHeld(roomId) || !this.#servers.has(roomId)) continue;
      const servers = this.#servers.get(roomId);
      if (servers === undefined || names.some((name) => servers.has(name))) return true;
    }
    return false;
  }

  /** As `mayLift`, of servers: those that may not be let in stay shut out. */
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
    this.#servers.delete(roomId);
    if (this.#held.delete(roomId)) this.#options.onChange(this.#held);
  }
}

/** A list that is held, as it is noted. */
export interface HeldBefore {
  roomId: string;
  count: number;
  servers?: readonly string[] | undefined;
}

const heldSchema = z.array(
  z.object({ roomId: z.string(), count: z.number(), servers: z.array(z.string()).optional() }),
);
/** How it was noted before servers were. */
const countSchema = z.array(z.tuple([z.string(), z.number()]));

/** What was noted as held before a restart. */
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
