import { compareAvatars, type AvatarPrint } from '../../detection/avatar.js';

/** A picture's fingerprint, on a light and a dark background if it is not opaque. */
export type PicturePrints = readonly AvatarPrint[];

/** Cells along each side of the grid from which fingerprints are computed. */
const SIDE = 24;
/** … and of the grid of fine detail. */
const FINE_SIDE = SIDE - 2;
const COLOURS = 72;
const BYTES_OF_A_VIEW = SIDE * SIDE + 2 * COLOURS;

/**
 * The minimum contrast of a fingerprint, in grey levels between a cell and the mean of its neighbours. A blank page, a
 * gradient and an icon on an even background have less, and match by chance.
 */
const LEAST_FINE_DETAIL = 2.5;
/** … and the minimum number of cells with contrast: one edge is not enough. */
const BUSY = 2;
const LEAST_BUSY = 0.2;
/** How much of one picture's fine detail must occur in the other. */
const SAME_FINE_DETAIL = 0.8;
/** Colour of what counts as grey: what compression leaves. */
const MOST_GREY = 4;
/** Pictures less similar than this, cell by cell and unshifted, are not compared in detail. */
const WORTH_A_LOOK = 0.65;

/**
 * Whether two pictures look the same: recompressed, resized, brighter, cropped, framed or in grey. It is stricter than
 * the comparison of avatars, because it affects people who merely posted a picture: two screenshots of one program
 * share their large areas, and differ in fine detail.
 */
export function isSamePicture(one: PicturePrints, other: PicturePrints): boolean {
  return one.some((a) => other.some((b) => pairsOf(a, b).some(([x, y]) => isSameView(x, y))));
}

type View = AvatarPrint['views'][number];

/** Each whole picture with the other one and with its inner crops: one of the two may have been cropped. */
function pairsOf(a: AvatarPrint, b: AvatarPrint): [View, View][] {
  const [wholeA, ...insidesOfA] = a.views;
  const [wholeB, ...insidesOfB] = b.views;
  if (wholeA === undefined || wholeB === undefined) return [];
  // a picture squeezed into a square has no crops, and a crop would be of other proportions
  if (insidesOfA.length === 0 || insidesOfB.length === 0) return [[wholeA, wholeB]];
  return [
    [wholeA, wholeB],
    ...insidesOfA.map((view): [View, View] => [view, wholeB]),
    ...insidesOfB.map((view): [View, View] => [wholeA, view]),
  ];
}

function isSameView(a: View, b: View): boolean {
  // a copy in grey has no colours to compare; all the detail must be there nevertheless
  const colours = isGrey(a) ? b.colours : a.colours;
  const other = isGrey(b) ? { light: b.light, colours } : b;
  return (
    correlation(a.light, b.light) >= WORTH_A_LOOK &&
    compareAvatars({ views: [{ light: a.light, colours }] }, { views: [other] }) === 'same' &&
    movedCorrelation(fineOf(a.light), fineOf(b.light)) >= SAME_FINE_DETAIL
  );
}

function isGrey({ colours }: View): boolean {
  return colours.every((value) => Math.abs(value) <= MOST_GREY);
}

/** The fingerprints by which a picture can be recognised; empty if it is too plain. */
export function tellingPrints(prints: PicturePrints): PicturePrints {
  return prints.filter((print) => {
    const fine = fineOf(lightOf(print));
    const busy = fine.filter((value) => Math.abs(value) >= BUSY).length / fine.length;
    return deviation(fine) >= LEAST_FINE_DETAIL && busy >= LEAST_BUSY;
  });
}

/** A fingerprint in storage form: the encoded bytes of its views. */
export function writtenPrint({ views }: AvatarPrint): string {
  const bytes = Buffer.alloc(views.length * BYTES_OF_A_VIEW);
  views.forEach(({ light, colours }, index) => {
    bytes.set(light, index * BYTES_OF_A_VIEW);
    colours.forEach((value, at) => bytes.writeInt16LE(value, index * BYTES_OF_A_VIEW + SIDE * SIDE + 2 * at));
  });
  return bytes.toString('base64');
}

/** Parses a stored fingerprint; undefined if invalid. */
export function readPrint(text: unknown): AvatarPrint | undefined {
  if (typeof text !== 'string') return undefined;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 0 || bytes.length % BYTES_OF_A_VIEW !== 0) return undefined;
  const views = Array.from({ length: bytes.length / BYTES_OF_A_VIEW }, (_, index) => {
    const from = index * BYTES_OF_A_VIEW;
    const colours = Int16Array.from({ length: COLOURS }, (_unused, at) =>
      bytes.readInt16LE(from + SIDE * SIDE + 2 * at),
    );
    return { light: Uint8Array.from(bytes.subarray(from, from + SIDE * SIDE)), colours };
  });
  return { views };
}

function lightOf({ views }: AvatarPrint): ArrayLike<number> {
  return views[0]?.light ?? [];
}

/** Local contrast: each cell minus the mean of the nine around it, without the border. */
function fineOf(light: ArrayLike<number>): Float64Array {
  const fine = new Float64Array(FINE_SIDE * FINE_SIDE);
  for (let y = 0; y < FINE_SIDE; y++)
    for (let x = 0; x < FINE_SIDE; x++) {
      let sum = 0;
      for (let dy = 0; dy < 3; dy++) for (let dx = 0; dx < 3; dx++) sum += light[(y + dy) * SIDE + x + dx] ?? 0;
      fine[y * FINE_SIDE + x] = (light[(y + 1) * SIDE + x + 1] ?? 0) - sum / 9;
    }
  return fine;
}

function deviation(values: ArrayLike<number>): number {
  let [sum, squares] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    sum += values[at]!;
    squares += values[at]! ** 2;
  }
  return Math.sqrt(Math.max(0, squares / values.length - (sum / values.length) ** 2));
}

/** How well the fine detail matches, shifted by one cell at most: a crop rarely ends at the edge of a cell. */
function movedCorrelation(a: Float64Array, b: Float64Array): number {
  let best = 0;
  for (const dy of [-1, 0, 1])
    for (const dx of [-1, 0, 1]) best = Math.max(best, correlation(inside(a, 0, 0), inside(b, dx, dy)));
  return best;
}

/** All but the border cells, shifted. */
function inside(fine: Float64Array, dx: number, dy: number): Float64Array {
  const side = FINE_SIDE - 2;
  return Float64Array.from({ length: side * side }, (_, at) => {
    const [x, y] = [at % side, Math.floor(at / side)];
    return fine[(y + 1 + dy) * FINE_SIDE + x + 1 + dx]!;
  });
}

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = Math.min(a.length, b.length);
  let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
  for (let at = 0; at < n; at++) {
    const [x, y] = [a[at]!, b[at]!];
    sa += x;
    sb += y;
    saa += x * x;
    sbb += y * y;
    sab += x * y;
  }
  const spread = Math.sqrt(Math.max(0, saa - sa ** 2 / n) * Math.max(0, sbb - sb ** 2 / n));
  return spread === 0 ? 0 : (sab - (sa * sb) / n) / spread;
}
