/**
 * Pictures for tests, made with sharp from a seed: logos, letters, shapes, faces and blurred photographs, 256 by 256 as
 * PNG.
 */
import sharp from 'sharp';

export type Random = () => number;

export function randomFrom(seed: number): Random {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

const LETTERS = 'ABCDEFGHKMNPRSTWXZ';
const KINDS = ['logo', 'letter', 'shapes', 'face', 'photo'] as const;

export function randomPicture(random: Random, index: number): Promise<Buffer> {
  const kind = KINDS[index % KINDS.length]!;
  if (kind === 'photo') return photo(random);
  return fromSvg(`<rect width="256" height="256" fill="${colour(random)}"/>${drawing(kind, random)}`);
}

export function fromSvg(inside: string): Promise<Buffer> {
  return sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256">${inside}</svg>`))
    .png()
    .toBuffer();
}

/** A picture with enough of everything: the official avatar of the tests. */
export function officialPicture(): Promise<Buffer> {
  return fromSvg(
    '<rect width="256" height="256" fill="#12305a"/><circle cx="128" cy="118" r="86" fill="#e8c547"/><path d="M70 150 L128 40 L186 150 Z" fill="#9c2f2f"/>' +
      '<rect x="108" y="120" width="40" height="70" fill="#f4f1e8"/><rect x="20" y="206" width="216" height="22" fill="#e8c547"/>',
  );
}

function colour(random: Random): string {
  return `hsl(${Math.floor(random() * 360)},${Math.floor(30 + random() * 70)}%,${Math.floor(15 + random() * 70)}%)`;
}

function drawing(kind: Exclude<(typeof KINDS)[number], 'photo'>, random: Random): string {
  const spread = (middle: number, by: number) => middle + (random() - 0.5) * by;
  if (kind === 'letter') {
    const letter = LETTERS[Math.floor(random() * LETTERS.length)]!;
    return `<circle cx="128" cy="128" r="112" fill="${colour(random)}"/><text x="128" y="184" font-size="160" font-weight="bold" font-family="sans-serif" text-anchor="middle" fill="${colour(random)}">${letter}</text>`;
  }
  if (kind === 'logo') {
    const corners = 3 + Math.floor(random() * 5);
    const points = Array.from({ length: corners }, (_, corner) =>
      [
        128 + 95 * Math.cos((corner * 2 * Math.PI) / corners + random()),
        128 + 95 * Math.sin((corner * 2 * Math.PI) / corners + random()),
      ].join(','),
    );
    return `<polygon points="${points.join(' ')}" fill="${colour(random)}"/><circle cx="${spread(128, 60)}" cy="${spread(128, 60)}" r="${spread(35, 30)}" fill="${colour(random)}"/>`;
  }
  if (kind === 'face')
    return `<circle cx="128" cy="${spread(105, 30)}" r="${spread(55, 25)}" fill="${colour(random)}"/><ellipse cx="128" cy="250" rx="${spread(95, 30)}" ry="${spread(80, 25)}" fill="${colour(random)}"/>`;
  return Array.from(
    { length: 4 + Math.floor(random() * 5) },
    () =>
      `<ellipse cx="${random() * 256}" cy="${random() * 256}" rx="${20 + random() * 60}" ry="${20 + random() * 60}" fill="${colour(random)}"/>`,
  ).join('');
}

function photo(random: Random): Promise<Buffer> {
  const side = 5 + Math.floor(random() * 5);
  const raw = Buffer.from(Array.from({ length: side * side * 3 }, () => Math.floor(random() * 256)));
  return sharp(raw, { raw: { width: side, height: side, channels: 3 } })
    .resize(256, 256, { kernel: 'cubic' })
    .png()
    .toBuffer();
}

/** What impostors do to a picture so that it is another file, and the homeserver on the way. */
export const CHANGES: Record<string, (picture: Buffer) => Promise<Buffer>> = {
  'recompressed as poor JPEG': (picture) => sharp(picture).jpeg({ quality: 25 }).toBuffer(),
  'recompressed as poor WebP': (picture) => sharp(picture).webp({ quality: 20 }).toBuffer(),
  'made small': (picture) => sharp(picture).resize(48, 48).png().toBuffer(),
  'made large': (picture) => sharp(picture).resize(900, 900).jpeg().toBuffer(),
  'cropped by 5 % all around': (picture) =>
    sharp(picture).extract({ left: 13, top: 13, width: 230, height: 230 }).png().toBuffer(),
  'cropped by 5 % at one corner': (picture) =>
    sharp(picture).extract({ left: 13, top: 13, width: 243, height: 243 }).png().toBuffer(),
  brighter: (picture) => sharp(picture).modulate({ brightness: 1.2 }).png().toBuffer(),
  darker: (picture) => sharp(picture).modulate({ brightness: 0.8 }).png().toBuffer(),
  blurred: (picture) => sharp(picture).blur(3).png().toBuffer(),
  'turned a little': (picture) => sharp(picture).rotate(2, { background: '#888888' }).resize(256, 256).png().toBuffer(),
  'framed in white': (picture) =>
    sharp(picture).extend({ top: 14, bottom: 14, left: 14, right: 14, background: '#ffffff' }).png().toBuffer(),
  'framed in black': (picture) =>
    sharp(picture).extend({ top: 20, bottom: 20, left: 20, right: 20, background: '#111111' }).png().toBuffer(),
  'with a badge': (picture) =>
    sharp(picture)
      .composite([
        {
          input: Buffer.from(
            '<svg width="256" height="256"><circle cx="210" cy="210" r="34" fill="#1da1f2"/><path d="M195 210l10 12 20-24" stroke="#ffffff" stroke-width="8" fill="none"/></svg>',
          ),
        },
      ])
      .png()
      .toBuffer(),
  'as the first frame of a GIF': (picture) => sharp(picture).gif().toBuffer(),
};
