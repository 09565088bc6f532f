import type SharpType from 'sharp';
import { AVATAR_GRID, avatarPrint, type AvatarPrint } from '../detection/avatar.js';
import { messageOf } from '../util/errors.js';

/**
 * A picture as it looks on a light and on a dark ground; one print when it is opaque. Empty: it is too plain to be told
 * from others.
 */
export type ImageFingerprints = readonly AvatarPrint[];

type Sharp = typeof SharpType;

/** Pictures of more pixels than this are not decoded: 4,096 by 4,096. */
const MOST_PIXELS = 4096 * 4096;
const FORMATS: readonly string[] = ['png', 'jpeg', 'gif', 'webp'];

let loading: Promise<Sharp | string> | undefined;

/** sharp, or why it does not load: it is optional, and some platforms have no build of it. */
function loadSharp(): Promise<Sharp | string> {
  loading ??= import('sharp').then(
    ({ default: sharp }) => {
      // few small pictures, one at a time: threads and caches would only cost memory
      sharp.concurrency(1);
      sharp.cache(false);
      return sharp;
    },
    (error: unknown) => messageOf(error).split('\n')[0] ?? 'unknown error',
  );
  return loading;
}

/** Why pictures can not be read on this machine; undefined when they can. */
export async function imageSupportError(): Promise<string | undefined> {
  const sharp = await loadSharp();
  return typeof sharp === 'string' ? sharp : undefined;
}

/**
 * The kind of image by its first bytes, whatever anybody calls it; undefined for all that we do not read, such as SVG.
 */
export function imageFormat(bytes: Uint8Array): 'png' | 'jpeg' | 'gif' | 'webp' | undefined {
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (text(0, 3) === '\xff\xd8\xff') return 'jpeg';
  if (/^GIF8[79]a$/.test(text(0, 6))) return 'gif';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'webp';
  return undefined;
}

/**
 * Decodes a picture (of an animation the first frame) and makes its prints.
 * @returns undefined when it is no picture that we read, or sharp is not there. Never throws for what stands in the
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
