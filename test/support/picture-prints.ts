import sharp from 'sharp';
import { imageFingerprints, type ImageFingerprints } from '../../src/impersonation/picture.js';

/** A picture's fingerprints as the protections get them, of the thumbnails that a homeserver makes. */
export async function picturePrints(picture: Buffer): Promise<ImageFingerprints> {
  const cropped = await sharp(picture).resize(96, 96, { fit: 'cover' }).png().toBuffer();
  const scaled = await sharp(picture).resize(320, 240, { fit: 'inside', withoutEnlargement: true }).png().toBuffer();
  return [...((await imageFingerprints(cropped)) ?? []), ...((await imageFingerprints(scaled, 'fill')) ?? [])];
}
