/** Half a surrogate pair without its other half: ids of strangers may hold one, JSON lets it through. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * encodeURIComponent for text of strangers. The bare one throws at a lone surrogate, which has no UTF-8 form, and what
 * is made of such a text would fail for ever; here U+FFFD stands for it, as in all UTF-8 that JavaScript writes.
 */
export function encodePart(text: string): string {
  return encodeURIComponent(text.replace(LONE_SURROGATE, '\ufffd'));
}
