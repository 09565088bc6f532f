import { readFile } from 'node:fs/promises';
import type { HomeserverReader } from '../../matrix/types.js';
import { imageFormat, loadSharp, MOST_PIXELS } from '../../util/sharp.js';

/** A page waits for a picture no longer than its reader would. */
const LIMITS = { maxBytes: 2 * 1024 * 1024, timeoutMs: 8_000 };
const SIDE = 96;
/** A blurred picture is made of so many dots by as many: colours are left, and nothing that hurts to see. */
const BLURRED_SIDE = 6;

/**
 * A picture as a PNG of our own making: what a stranger uploaded never reaches a moderator's browser as it is.
 * Undefined when there is none, or it is not a picture that we read, or sharp is not there.
 * @param source an mxc:// URI; of an official account also the name of a file, as the configuration gives it
 */
export async function pictureOf(
  homeserver: Pick<HomeserverReader, 'picture'>,
  source: string,
  { blurred, official }: { blurred: boolean; official: boolean },
): Promise<Buffer | undefined> {
  const sharp = await loadSharp();
  const isMedia = source.startsWith('mxc://');
  // what a stranger calls their picture is never the name of a file
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
    // the homeserver does not give it, or it is broken: the page says that there is none
    return undefined;
  }
}
