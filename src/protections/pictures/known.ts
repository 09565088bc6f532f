import type { KeptRow, Memory } from '../types.js';
import { isSamePicture, readPrint, writtenPrint, type PicturePrints } from './print.js';

/** A picture that was quarantined, and how it looked. */
export interface KnownPicture {
  mxc: string;
  prints: PicturePrints;
  /** user id of the moderator who quarantined it, or `takedown` */
  by: string;
  /** when, ms since the epoch */
  at: number;
  /** ms since the epoch: from then on it is forgotten */
  until: number;
}

/** Pictures that are remembered; beyond that the oldest is forgotten. */
const MOST = 500;

/**
 * The pictures that moderators have quarantined. Each is written down when it is remembered and never again, so that
 * what was erased from the ledger stays erased.
 */
export class KnownPictures implements Memory {
  readonly #pictures = new Map<string, KnownPicture>();
  readonly #changed = new Set<string>();

  get isEmpty(): boolean {
    return this.#pictures.size === 0;
  }

  remember(picture: KnownPicture): void {
    this.forget(picture.mxc);
    const oldest = this.#pictures.keys().next().value;
    if (this.#pictures.size >= MOST && oldest !== undefined) this.forget(oldest);
    this.#pictures.set(picture.mxc, picture);
    this.#changed.add(picture.mxc);
  }

  forget(mxc: string): boolean {
    const was = this.#pictures.delete(mxc);
    if (was) this.#changed.add(mxc);
    return was;
  }

  /** The remembered picture of this address. */
  get(mxc: string, now: number): KnownPicture | undefined {
    const picture = this.#pictures.get(mxc);
    return picture !== undefined && picture.until > now ? picture : undefined;
  }

  /** The remembered picture that is the same to the eye. */
  like(prints: PicturePrints, now: number): KnownPicture | undefined {
    for (const picture of this.#pictures.values())
      if (picture.until > now && isSamePicture(picture.prints, prints)) return picture;
    return undefined;
  }

  takeChanged(): KeptRow[] {
    const rows = [...this.#changed].map((mxc) => rowOf(mxc, this.#pictures.get(mxc)));
    this.#changed.clear();
    return rows;
  }

  all(): KeptRow[] {
    return [];
  }

  restore(rows: readonly KeptRow[], now: number): void {
    for (const { key: mxc, data, expiresAt } of rows) {
      const { prints, by, at } = (data ?? {}) as { prints?: unknown; by?: unknown; at?: unknown };
      if (!Array.isArray(prints) || typeof by !== 'string' || typeof at !== 'number' || expiresAt <= now) continue;
      const read = prints.flatMap((print) => readPrint(print) ?? []);
      if (read.length > 0) this.#pictures.set(mxc, { mxc, prints: read, by, at, until: expiresAt });
    }
  }
}

/** As it is kept; one that is to be forgotten is worth nothing from the beginning of time on. */
function rowOf(mxc: string, picture: KnownPicture | undefined): KeptRow {
  if (picture === undefined) return { key: mxc, data: null, expiresAt: 0 };
  const { prints, by, at, until } = picture;
  return { key: mxc, data: { prints: prints.map(writtenPrint), by, at }, expiresAt: until };
}
