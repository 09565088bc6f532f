import { visualOrder } from '../detection/fold/bidi.js';

const RIGHT_TO_LEFT = '\u202e';
/** How many units of a reversed text are read. */
const MOST_TURNED = 2000;

const ASCII = /^[\0-\x7f]*$/;

/** Upside-down letters. */
const ON_ITS_HEAD = /[ɐɔǝɟƃɓɥᴉɾʞɯɹʇʌʍʎ]/;

/** The texts, plus reversed versions of those with an override (U+202E) or upside-down letters. */
export function withTurned(texts: readonly string[]): readonly string[] {
  // nothing is reversed in ASCII, which is what most people write; all of a long text is not worth reading
  if (texts.every((text) => text.length <= MOST_TURNED && ASCII.test(text))) return texts;
  const upside = texts.flatMap((text) => {
    const beginning = text.slice(0, MOST_TURNED);
    return ON_ITS_HEAD.test(beginning) ? (visualOrder(beginning) ?? []) : [];
  });
  if (upside.length > 0) return [...texts, ...upside];
  if (!texts.some((text) => text.includes(RIGHT_TO_LEFT))) return texts;
  const turned = texts.flatMap((text) => {
    const at = text.indexOf(RIGHT_TO_LEFT);
    if (at < 0) return [];
    const [line = ''] = text.slice(at + 1, at + 1 + MOST_TURNED).split(/[\u202c\n]/, 1);
    return [reversed(line)];
  });
  return [...texts, ...turned];
}

/** Reverses a text character by character. */
function reversed(text: string): string {
  const units = new Uint16Array(text.length);
  for (let at = 0, to = text.length - 1; at < text.length; at++, to--) {
    const unit = text.charCodeAt(at);
    const isPair = unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
    // surrogate pairs keep their order
    if (isPair) units[to--] = text.charCodeAt(++at);
    units[to] = unit;
  }
  return Buffer.from(units.buffer).toString('utf16le');
}
