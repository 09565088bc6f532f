import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { AVATAR_GRID, avatarPrint, compareAvatars } from '../../src/detection/avatar.js';
import { imageFingerprints, imageSupportError } from '../../src/impersonation/picture.js';
import { imageFormat } from '../../src/util/sharp.js';
import { CHANGES, fromSvg, officialPicture, randomFrom, randomPicture } from '../support/pictures.js';

async function print(picture: Buffer) {
  const [first] = (await imageFingerprints(picture)) ?? [];
  if (first === undefined) throw new Error('plain, or no picture');
  return first;
}

describe('avatars', () => {
  it('can be read on this machine', async () => {
    expect(await imageSupportError()).toBeUndefined();
  });

  it.each(Object.entries(CHANGES))('stay near themselves when %s', async (_name, change) => {
    const random = randomFrom(5);
    const pictures = [
      await officialPicture(),
      ...(await Promise.all(Array.from({ length: 10 }, (_, index) => randomPicture(random, index)))),
    ];
    const missed: number[] = [];
    for (const [index, picture] of pictures.entries())
      if (compareAvatars(await print(picture), await print(await change(picture))) === undefined) missed.push(index);
    expect(missed).toEqual([]);
  });

  it('that are other pictures are not near: none of 200 for each of three official ones', async () => {
    const random = randomFrom(77);
    const official = [
      await print(await officialPicture()),
      await print(await randomPicture(random, 0)),
      await print(await randomPicture(random, 4)),
    ];
    const near: number[] = [];
    for (let index = 0; index < 200; index++) {
      const [other] = (await imageFingerprints(await randomPicture(random, index))) ?? [];
      if (other !== undefined && official.some((one) => compareAvatars(one, other) !== undefined)) near.push(index);
    }
    expect(near).toEqual([]);
  });

  it('in other colours are other pictures', async () => {
    const turned = await sharp(await officialPicture())
      .modulate({ hue: 120 })
      .png()
      .toBuffer();
    expect(compareAvatars(await print(await officialPicture()), await print(turned))).toBeUndefined();
    const negative = await sharp(await officialPicture())
      .negate({ alpha: false })
      .png()
      .toBuffer();
    expect(compareAvatars(await print(await officialPicture()), await print(negative))).toBeUndefined();
  });

  it('that are plain say nothing: one colour, an even slope, a breath of a drawing, nothing at all', async () => {
    const slope =
      '<defs><linearGradient id="g" x1="0.1" y1="0" x2="1" y2="0.8"><stop offset="0" stop-color="#204080"/><stop offset="1" stop-color="#e0e0ff"/></linearGradient></defs><rect width="256" height="256" fill="url(#g)"/>';
    for (const inside of [
      '<rect width="256" height="256" fill="#c03030"/>',
      slope,
      '<rect width="256" height="256" fill="#ffffff"/><circle cx="128" cy="128" r="70" fill="#f4f4f4"/>',
      '',
    ]) {
      expect([inside, await imageFingerprints(await fromSvg(inside))]).toEqual([inside, []]);
    }
  });

  it('with a transparent ground are known on a light and on a dark one', async () => {
    const logo = await fromSvg(
      '<path d="M40 210 L128 30 L216 210 Z" fill="#d04020"/><circle cx="128" cy="150" r="36" fill="#f0e0c0"/>',
    );
    const official = (await imageFingerprints(logo)) ?? [];
    expect(official).toHaveLength(2);
    for (const background of ['#ffffff', '#000000']) {
      const flat = await print(await sharp(logo).flatten({ background }).jpeg().toBuffer());
      expect(official.map((one) => compareAvatars(one, flat))).toContain('same');
    }
  });
});

describe('what a stranger calls a picture', () => {
  it('is told by its first bytes; SVG, PDF, HTML and the like are never read', async () => {
    const png = await officialPicture();
    expect(['png', 'jpeg', 'gif', 'webp']).toEqual(
      [
        png,
        await sharp(png).jpeg().toBuffer(),
        await sharp(png).gif().toBuffer(),
        await sharp(png).webp().toBuffer(),
      ].map(imageFormat),
    );
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    );
    for (const bytes of [
      svg,
      await sharp(png).tiff().toBuffer(),
      await sharp(png).avif().toBuffer(),
      Buffer.from('%PDF-1.7'),
      Buffer.from('<html>'),
      Buffer.alloc(0),
      Buffer.from('GIF8'),
    ]) {
      expect(imageFormat(bytes)).toBeUndefined();
      expect(await imageFingerprints(bytes)).toBeUndefined();
    }
  });

  it('is nothing when it is broken, cut short, or a bomb', async () => {
    const png = await officialPicture();
    expect(await imageFingerprints(png.subarray(0, 400))).toBeUndefined();
    expect(await imageFingerprints(Buffer.concat([png.subarray(0, 60), Buffer.alloc(2000, 7)]))).toBeUndefined();
    // an SVG behind a GIF's first bytes
    expect(await imageFingerprints(Buffer.from('GIF89a<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBeUndefined();
    // 10,000 by 10,000 pixels in a few kilobytes
    const bomb = await sharp({ create: { width: 10_000, height: 10_000, channels: 3, background: '#00f' } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    expect(bomb.length).toBeLessThan(2 * 1024 * 1024);
    expect(await imageFingerprints(bomb)).toBeUndefined();
  });

  it('of another size than the grid is refused by the pure part', () => {
    expect(() => avatarPrint(new Uint8Array(AVATAR_GRID))).toThrow(RangeError);
  });
});
