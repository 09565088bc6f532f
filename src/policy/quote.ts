/** Server names and Matrix ids have at most 255 bytes; what is longer is shown by its beginning. */
const LONGEST = 255;

/**
 * A text from outside for a person's eyes: quoted, invisible and direction-changing characters made visible, not
 * endless.
 */
export function quote(text: string): string {
  const points = [...text];
  const shown = points
    .slice(0, LONGEST)
    .join('')
    .replace(
      /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
      (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
    );
  return points.length > LONGEST ? `"${shown}…" (${points.length} characters)` : `"${shown}"`;
}
