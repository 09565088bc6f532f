import { readFile } from 'node:fs/promises';
import type { HomeserverReader } from '../../matrix/types.js';
import type { PagesDeps } from './deps.js';
import { imageFormat, loadSharp, MOST_PIXELS } from '../../util/sharp.js';

/** How long a page waits for a picture. */
const LIMITS = { maxBytes: 2 * 1024 * 1024, timeoutMs: 8_000 };
const SIDE = 96;
/** Width and height of a blurred picture in pixels: colours remain, and nothing disturbing. */
const BLURRED_SIDE = 6;

/**
 * A picture re-encoded as PNG: untrusted uploads never reach a moderator's browser unchanged. Undefined when it is
 * missing, not a supported picture, or sharp is not available.
 * @param source an mxc:// URI; for an official account also a configured file name
 */
export async function pictureOf(
  homeserver: Pick<HomeserverReader, 'picture'>,
  source: string,
  { blurred, official }: { blurred: boolean; official: boolean },
): Promise<Buffer | undefined> {
  const sharp = await loadSharp();
  const isMedia = source.startsWith('mxc://');
  // an untrusted value is never used as a file name
  if (typeof sharp === 'string' || (!isMedia && !official)) return undefined;
  try {
    const bytes = isMedia ? await homeserver.picture(source, LIMITS) : await readFile(source);
    if (imageFormat(bytes) === undefined) return undefined;
    const small = blurred ? BLURRED_SIDE : SIDE;
    const picture = await sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error', pages: 1 })
      .rotate()
      .resize(small, small, { fit: 'cover' })
      .png()
      .toBuffer();
    return blurred
      ? await sharp(picture).resize(SIDE, SIDE, { kernel: 'cubic' }).png({ palette: true }).toBuffer()
      : picture;
  } catch {
    // unavailable or corrupt: the page says that there is none
    return undefined;
  }
}

const FRESH_MS = 60 * 60_000;
const FAILED_MS = 60_000;

/** The public pictures of official accounts, each encoded at most once an hour. */
export class OfficialPictures {
  readonly #made = new Map<string, { until: number; picture: Promise<Buffer | undefined> }>();

  constructor(private readonly deps: Pick<PagesDeps, 'config' | 'homeserver' | 'clock'>) {}

  /** The picture of an official account; undefined when it has none, or it is unavailable. */
  of(userId: string): Promise<Buffer | undefined> {
    const { config, homeserver, clock } = this.deps;
    const source = config.protected_identities.find(({ user_id: official }) => official === userId)?.avatars[0];
    if (source === undefined) return Promise.resolve(undefined);
    const now = clock();
    const known = this.#made.get(source);
    if (known !== undefined && now < known.until) return known.picture;
    const made = { until: now + FRESH_MS, picture: pictureOf(homeserver, source, { blurred: false, official: true }) };
    this.#made.set(source, made);
    void made.picture.then((picture) => {
      if (picture === undefined) made.until = now + FAILED_MS;
    });
    return made.picture;
  }
}
