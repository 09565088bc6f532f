import type { KeptRow, Memory } from '../types.js';
import { isSamePicture, readPrint, writtenPrint, type PicturePrints } from './print.js';

/** A quarantined picture and its fingerprints. */
export interface KnownPicture {
  mxc: string;
  prints: PicturePrints;
  /** user id of the moderator who quarantined it, or `takedown` */
  by: string;
  /** when, ms since the epoch */
  at: number;
  /** expiry, ms since the epoch */
  until: number;
}

/** How many pictures are remembered; beyond that the oldest is dropped. */
const MOST = 500;

/**
 * The pictures that moderators have quarantined. Each is stored once, when it is added, so that what was erased from
 * the ledger stays erased.
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

  /** The remembered picture with this URI. */
  get(mxc: string, now: number): KnownPicture | undefined {
    const picture = this.#pictures.get(mxc);
    return picture !== undefined && picture.until > now ? picture : undefined;
  }

  /** The remembered picture that looks the same. */
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

/** The stored row; a removed picture has an expiry in the past. */
function rowOf(mxc: string, picture: KnownPicture | undefined): KeptRow {
  if (picture === undefined) return { key: mxc, data: null, expiresAt: 0 };
  const { prints, by, at, until } = picture;
  return { key: mxc, data: { prints: prints.map(writtenPrint), by, at }, expiresAt: until };
}
