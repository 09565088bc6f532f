import { AVATAR_GRID, avatarPrint, type AvatarPrint } from '../detection/avatar.js';
import { imageFormat, loadSharp, MOST_PIXELS } from '../util/sharp.js';

/**
 * A picture as it looks on a light and on a dark ground; one print when it is opaque. Empty: it is too plain to be told
 * from others.
 */
export type ImageFingerprints = readonly AvatarPrint[];

const FORMATS: readonly string[] = ['png', 'jpeg', 'gif', 'webp'];

/** Why pictures cannot be read on this machine; undefined when they can. */
export async function imageSupportError(): Promise<string | undefined> {
  const sharp = await loadSharp();
  return typeof sharp === 'string' ? sharp : undefined;
}

/**
 * Decodes a picture (of an animation the first frame) and makes its prints.
 * @returns undefined when it is not a picture that we read, or sharp is not there. Never throws for what stands in the
 * file.
 */
export async function imageFingerprints(bytes: Uint8Array): Promise<ImageFingerprints | undefined> {
  const sharp = await loadSharp();
  if (typeof sharp === 'string' || imageFormat(bytes) === undefined) return undefined;
  try {
    const open = () => sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error', pages: 1, sequentialRead: true });
    const { format, hasAlpha } = await open().metadata();
    if (!FORMATS.includes(format)) return undefined;
    const prints: AvatarPrint[] = [];
    for (const background of hasAlpha ? ['#ffffff', '#000000'] : ['#ffffff']) {
      const pixels = await open()
        .rotate()
        .toColourspace('srgb')
        .flatten({ background })
        .resize(AVATAR_GRID, AVATAR_GRID, { fit: 'cover' })
        .removeAlpha()
        .raw()
        .toBuffer();
      const print = pixels.length === AVATAR_GRID * AVATAR_GRID * 3 ? avatarPrint(pixels) : undefined;
      if (print !== undefined) prints.push(print);
    }
    return prints;
  } catch {
    // broken, too large, or not what its first bytes say
    return undefined;
  }
}
