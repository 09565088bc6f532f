/**
 * Whether two avatars look the same. Fingerprints of a small grid of pixels are compared; decoding the file happens
 * elsewhere, this is pure. The comparison is coarse: brightness across the picture, and its colours. So a picture still
 * matches itself when recompressed, resized, brightened, slightly cropped, framed, or given a badge.
 *
 * Hashes of signs (dHash, pHash) were tried first: in the even areas of logos their bits are noise, and they found only
 * two thirds of recompressed ones. A print is a kilobyte and a half, and so few are compared that this costs nothing.
 */

/** Width and height of the grid from which fingerprints are computed. */
export const AVATAR_GRID = 64;

/** A picture's fingerprint, small enough to store. */
export interface AvatarPrint {
  /** the whole picture first, then several inner crops, so that a frame or cropping does not hide it */
  views: readonly AvatarView[];
}

interface AvatarView {
  /** lightness of SIDE² cells, 0 to 255 */
  light: Uint8Array;
  /** two chroma values for each of COLOUR_SIDE² cells */
  colours: Int16Array;
}

export type AvatarLikeness = 'same' | 'near';

const SIDE = 24;
const COLOUR_SIDE = 6;
/** Shares cropped from each side for the further views. */
const CROPS = [0, 0.03, 0.06, 0.1, 0.14];
/** How many cells one picture may be shifted against the other; as many are ignored at each border. */
const SHIFT = 1;
/** Minimum difference, in grey levels, from a plain surface or an even gradient. */
const LEAST_DETAIL = 8;
/** The share of cells that may differ arbitrarily: a badge, a ribbon. */
const TRIMMED = 0.08;
/**
 * The ignored cells must not be the picture itself: this much of its detail must remain, and the whole must match this
 * well including them.
 */
const DETAIL_KEPT = 0.7;
const LEAST_WHOLE_FIT = 0.7;
/** How well the rest must match (correlation of lightness), and the maximum mean colour distance. */
const SAME = { fit: 0.985, colour: 14 };
const NEAR = { fit: 0.96, colour: 30 };

/**
 * Computes a picture's fingerprint; undefined for a plain or nearly plain one (a single colour, an even gradient),
 * since such pictures match by chance.
 * @param rgb AVATAR_GRID² pixels, three bytes each, row by row
 */
export function avatarPrint(rgb: Uint8Array): AvatarPrint | undefined {
  if (rgb.length !== AVATAR_GRID * AVATAR_GRID * 3)
    throw new RangeError(`heimdall: an avatar is ${AVATAR_GRID} by ${AVATAR_GRID} pixels of three bytes`);
  const views = CROPS.map((crop) => viewOf(rgb, crop));
  return detailOf(views[0]!.light) < LEAST_DETAIL
    ? undefined
    : { views: views.filter(({ light }) => detailOf(light) >= LEAST_DETAIL) };
}

/** Compares two fingerprints; undefined when the pictures do not look the same. */
export function compareAvatars(a: AvatarPrint, b: AvatarPrint): AvatarLikeness | undefined {
  const pairs = [
    ...a.views.map((view): [AvatarView, AvatarView] => [view, b.views[0]!]),
    ...b.views.slice(1).map((view): [AvatarView, AvatarView] => [a.views[0]!, view]),
  ];
  const found = pairs.map(([one, other]) => compareViews(one, other));
  return found.includes('same') ? 'same' : found.includes('near') ? 'near' : undefined;
}

function compareViews(a: AvatarView, b: AvatarView): AvatarLikeness | undefined {
  const colour = colourDistance(a.colours, b.colours);
  if (colour > NEAR.colour) return undefined;
  let fit = 0;
  for (let dy = -SHIFT; dy <= SHIFT; dy++)
    for (let dx = -SHIFT; dx <= SHIFT; dx++) fit = Math.max(fit, fitOf(a.light, b.light, dx, dy));
  if (fit >= SAME.fit && colour <= SAME.colour) return 'same';
  return fit >= NEAR.fit ? 'near' : undefined;
}

const INNER = SIDE - 2 * SHIFT;
const KEPT = Math.round(INNER * INNER * (1 - TRIMMED));

/** How well b, shifted by (dx, dy), matches a darker or brighter a: the correlation of the best-matching cells. */
function fitOf(a: Uint8Array, b: Uint8Array, dx: number, dy: number): number {
  const xs = new Float64Array(INNER * INNER);
  const ys = new Float64Array(INNER * INNER);
  for (let y = 0; y < INNER; y++) {
    for (let x = 0; x < INNER; x++) {
      xs[y * INNER + x] = a[(y + SHIFT) * SIDE + x + SHIFT]!;
      ys[y * INNER + x] = b[(y + SHIFT + dy) * SIDE + x + SHIFT + dx]!;
    }
  }
  const all = line(xs, ys, undefined);
  if (all.correlation < LEAST_WHOLE_FIT) return 0;
  const rest = Float64Array.from(xs, (value, index) => Math.abs(ys[index]! - all.slope * value - all.offset));
  const limit = Float64Array.from(rest).sort()[KEPT - 1]!;
  const kept = line(xs, ys, (index) => rest[index]! <= limit);
  return kept.detail < DETAIL_KEPT * all.detail ? all.correlation : kept.correlation;
}

/** The line through points, its correlation, and how much the xs vary. */
function line(
  xs: Float64Array,
  ys: Float64Array,
  keep: ((index: number) => boolean) | undefined,
): { slope: number; offset: number; correlation: number; detail: number } {
  let [n, sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0, 0];
  for (let index = 0; index < xs.length; index++) {
    if (keep !== undefined && !keep(index)) continue;
    const [x, y] = [xs[index]!, ys[index]!];
    n++;
    sx += x;
    sy += y;
    sxx += x * x;
    syy += y * y;
    sxy += x * y;
  }
  const [vx, vy, cov] = [sxx / n - (sx / n) ** 2, syy / n - (sy / n) ** 2, sxy / n - (sx / n) * (sy / n)];
  const slope = vx > 0 ? cov / vx : 0;
  return {
    slope,
    offset: sy / n - (slope * sx) / n,
    correlation: vx > 0 && vy > 0 ? cov / Math.sqrt(vx * vy) : 0,
    detail: Math.sqrt(Math.min(vx, vy)),
  };
}

function viewOf(rgb: Uint8Array, crop: number): AvatarView {
  const light = shrink(rgb, crop, SIDE, (r, g, b) => 0.299 * r + 0.587 * g + 0.114 * b);
  const chroma = [
    shrink(rgb, crop, COLOUR_SIDE, (r, g) => r - g),
    shrink(rgb, crop, COLOUR_SIDE, (r, g, b) => (r + g) / 2 - b),
  ];
  return {
    light: Uint8Array.from(light, Math.round),
    colours: Int16Array.from(
      chroma.flatMap((values) => [...values]),
      Math.round,
    ),
  };
}

/** Cell means over the inner picture, each pixel weighted by its overlap with the cell. */
function shrink(
  rgb: Uint8Array,
  crop: number,
  side: number,
  value: (r: number, g: number, b: number) => number,
): Float64Array {
  const shares = sharesOf(crop, side);
  const cells = new Float64Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let [sum, weight] = [0, 0];
      for (const [row, rowShare] of shares[y]!) {
        for (const [column, columnShare] of shares[x]!) {
          const at = (row * AVATAR_GRID + column) * 3;
          sum += value(rgb[at]!, rgb[at + 1]!, rgb[at + 2]!) * rowShare * columnShare;
          weight += rowShare * columnShare;
        }
      }
      cells[y * side + x] = sum / weight;
    }
  }
  return cells;
}

/** For each cell along one side: the pixels in it, with their shares. */
function sharesOf(crop: number, cells: number): [number, number][][] {
  const start = crop * AVATAR_GRID;
  const step = (AVATAR_GRID - 2 * start) / cells;
  return Array.from({ length: cells }, (_, cell) => {
    const [from, to] = [start + cell * step, start + (cell + 1) * step];
    const shares: [number, number][] = [];
    for (let pixel = Math.floor(from); pixel < Math.min(AVATAR_GRID, Math.ceil(to - 1e-9)); pixel++)
      shares.push([pixel, Math.min(to, pixel + 1) - Math.max(from, pixel)]);
    return shares;
  });
}

/** Standard deviation from the best-fitting plane: 0 for one colour and for an even gradient. */
function detailOf(light: Uint8Array): number {
  const middle = (SIDE - 1) / 2;
  let [sum, byX, byY, squares] = [0, 0, 0, 0];
  for (let index = 0; index < light.length; index++) {
    const [x, y] = [(index % SIDE) - middle, Math.floor(index / SIDE) - middle];
    sum += light[index]!;
    byX += light[index]! * x;
    byY += light[index]! * y;
    squares += x * x;
  }
  const [mean, slopeX, slopeY] = [sum / light.length, byX / squares, byY / squares];
  let rest = 0;
  for (let index = 0; index < light.length; index++) {
    const [x, y] = [(index % SIDE) - middle, Math.floor(index / SIDE) - middle];
    rest += (light[index]! - mean - slopeX * x - slopeY * y) ** 2;
  }
  return Math.sqrt(rest / light.length);
}

/** Mean colour distance of the cells, without those that differ most. */
function colourDistance(a: Int16Array, b: Int16Array): number {
  const cells = COLOUR_SIDE * COLOUR_SIDE;
  const distances = Float64Array.from(
    { length: cells },
    (_, index) => (Math.abs(a[index]! - b[index]!) + Math.abs(a[cells + index]! - b[cells + index]!)) / 2,
  ).sort();
  const kept = distances.subarray(0, Math.round(cells * (1 - 3 * TRIMMED)));
  return kept.reduce((sum, distance) => sum + distance, 0) / kept.length;
}
