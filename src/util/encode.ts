/** A lone surrogate: strangers' ids may contain one, since JSON allows it. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * encodeURIComponent for untrusted text. The built-in throws at a lone surrogate, which has no UTF-8 form, and anything
 * built from such a text would fail for ever. Here U+FFFD replaces it, as in all UTF-8 that JavaScript writes.
 */
export function encodePart(text: string): string {
  return encodeURIComponent(text.replace(LONE_SURROGATE, '\ufffd'));
}
