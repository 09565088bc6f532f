import { AVATAR_GRID, avatarPrint, type AvatarPrint } from '../detection/avatar.js';
import { imageFormat, loadSharp, MOST_PIXELS } from '../util/sharp.js';

/**
 * Fingerprints of a picture on a light and on a dark background; one when it is opaque. Empty: too plain to be
 * distinguished from others.
 */
export type ImageFingerprints = readonly AvatarPrint[];

const FORMATS: readonly string[] = ['png', 'jpeg', 'gif', 'webp'];

/** Why pictures cannot be read on this machine; undefined when they can. */
export async function imageSupportError(): Promise<string | undefined> {
  const sharp = await loadSharp();
  return typeof sharp === 'string' ? sharp : undefined;
}

/**
 * Decodes a picture (the first frame of an animation) and computes its fingerprints.
 * @param fit `cover`: of its middle, as clients show avatars; `fill`: of all of it, squeezed into a square, so that
 * copies of other proportions are equal; a single view, and none of a square, whose middle is all of it
 * @returns undefined when it is not a supported picture, or sharp is missing. Never throws because of the file's
 * content.
 */
export async function imageFingerprints(
  bytes: Uint8Array,
  fit: 'cover' | 'fill' = 'cover',
): Promise<ImageFingerprints | undefined> {
  const sharp = await loadSharp();
  if (typeof sharp === 'string' || imageFormat(bytes) === undefined) return undefined;
  try {
    const open = () => sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error', pages: 1, sequentialRead: true });
    const { format, hasAlpha, width, height } = await open().metadata();
    if (!FORMATS.includes(format)) return undefined;
    if (fit === 'fill' && width === height) return [];
    const prints: AvatarPrint[] = [];
    for (const background of hasAlpha ? ['#ffffff', '#000000'] : ['#ffffff']) {
      const pixels = await open()
        .rotate()
        .toColourspace('srgb')
        .flatten({ background })
        .resize(AVATAR_GRID, AVATAR_GRID, { fit })
        .removeAlpha()
        .raw()
        .toBuffer();
      const print = pixels.length === AVATAR_GRID * AVATAR_GRID * 3 ? avatarPrint(pixels) : undefined;
      if (print !== undefined) prints.push(fit === 'fill' ? { views: print.views.slice(0, 1) } : print);
    }
    return prints;
  } catch {
    // broken, too large, or not what its first bytes say
    return undefined;
  }
}
