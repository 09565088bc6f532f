import type SharpType from 'sharp';
import { messageOf } from './errors.js';
import { utilTexts } from './texts.js';

export type Sharp = typeof SharpType;

/** Pictures with more pixels than this are not decoded: 4,096 by 4,096. */
export const MOST_PIXELS = 4096 * 4096;

let loading: Promise<Sharp | string> | undefined;

/** sharp, or why it does not load: it is optional, and some platforms have no build. */
export function loadSharp(): Promise<Sharp | string> {
  loading ??= import('sharp').then(
    ({ default: sharp }) => {
      // a few small pictures, one at a time: threads and caches would only cost memory
      sharp.concurrency(1);
      sharp.cache(false);
      return sharp;
    },
    (error: unknown) => messageOf(error).split('\n')[0] ?? utilTexts.unknownReason,
  );
  return loading;
}

/** The image type by its first bytes, whatever it is declared as; undefined for unsupported types, such as SVG. */
export function imageFormat(bytes: Uint8Array): 'png' | 'jpeg' | 'gif' | 'webp' | undefined {
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (text(0, 3) === '\xff\xd8\xff') return 'jpeg';
  if (/^GIF8[79]a$/.test(text(0, 6))) return 'gif';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'webp';
  return undefined;
}
