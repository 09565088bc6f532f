import { compareAvatars, type AvatarPrint } from '../../detection/avatar.js';

/** How one picture looks, on a light and on a dark ground where it is not opaque. */
export type PicturePrints = readonly AvatarPrint[];

/** Cells along each side of a view, which prints are made of. */
const SIDE = 24;
/** … and of what is fine in them. */
const FINE_SIDE = SIDE - 2;
const COLOURS = 72;
const BYTES_OF_A_VIEW = SIDE * SIDE + 2 * COLOURS;

/**
 * What a print must hold to be remembered, in grey levels from a cell to the mean of those around it. A blank page, a
 * gradient and an icon on an even ground hold less, and are alike by chance.
 */
const LEAST_FINE_DETAIL = 2.5;
/** … and in how many of its cells something stands out: one edge is not enough. */
const BUSY = 2;
const LEAST_BUSY = 0.2;
/** How much of what is fine in one picture must be in the other. */
const SAME_FINE_DETAIL = 0.8;
/** Whatever is less alike cell by cell, moved nowhere, is not looked at closely. */
const WORTH_A_LOOK = 0.65;

/**
 * Says whether two pictures are the same to the eye: recompressed, resized, brighter, cut at its sides or framed. It is
 * stricter than the comparison of avatars, because what follows hits people who only showed a picture: two screenshots
 * of one program are alike in their large areas, and differ in what is fine.
 */
export function isSamePicture(one: PicturePrints, other: PicturePrints): boolean {
  return one.some((a) => other.some((b) => pairsOf(a, b).some(([x, y]) => isSameView(x, y))));
}

type View = AvatarPrint['views'][number];

/** Each picture whole beside the other whole, and beside its insides: one of them may have been cut. */
function pairsOf(a: AvatarPrint, b: AvatarPrint): [View, View][] {
  const [wholeA, ...insidesOfA] = a.views;
  const [wholeB, ...insidesOfB] = b.views;
  if (wholeA === undefined || wholeB === undefined) return [];
  return [
    [wholeA, wholeB],
    ...insidesOfA.map((view): [View, View] => [view, wholeB]),
    ...insidesOfB.map((view): [View, View] => [wholeA, view]),
  ];
}

function isSameView(a: View, b: View): boolean {
  return (
    correlation(a.light, b.light) >= WORTH_A_LOOK &&
    compareAvatars({ views: [a] }, { views: [b] }) === 'same' &&
    movedCorrelation(fineOf(a.light), fineOf(b.light)) >= SAME_FINE_DETAIL
  );
}

/** The prints by which a picture can be known again; none for one that says too little. */
export function tellingPrints(prints: PicturePrints): PicturePrints {
  return prints.filter((print) => {
    const fine = fineOf(lightOf(print));
    const busy = fine.filter((value) => Math.abs(value) >= BUSY).length / fine.length;
    return deviation(fine) >= LEAST_FINE_DETAIL && busy >= LEAST_BUSY;
  });
}

/** A print as it is kept: the bytes of its views, in letters. */
export function writtenPrint({ views }: AvatarPrint): string {
  const bytes = Buffer.alloc(views.length * BYTES_OF_A_VIEW);
  views.forEach(({ light, colours }, index) => {
    bytes.set(light, index * BYTES_OF_A_VIEW);
    colours.forEach((value, at) => bytes.writeInt16LE(value, index * BYTES_OF_A_VIEW + SIDE * SIDE + 2 * at));
  });
  return bytes.toString('base64');
}

/** A print as it was kept; undefined when it is none. */
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

/** What stands out of its surroundings: each cell less the mean of the nine around it, those at the border left out. */
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

/** How well what is fine in one picture fits the other, moved by a cell at most: a cut never ends where a cell does. */
function movedCorrelation(a: Float64Array, b: Float64Array): number {
  let best = 0;
  for (const dy of [-1, 0, 1])
    for (const dx of [-1, 0, 1]) best = Math.max(best, correlation(inside(a, 0, 0), inside(b, dx, dy)));
  return best;
}

/** All but the cells at the border, moved. */
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
