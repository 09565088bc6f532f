/** Server names and Matrix ids have at most 255 bytes; longer text is truncated. */
const LONGEST = 255;

/**
 * An untrusted text for display: quoted, with invisible and direction-changing characters made visible, and bounded in
 * length.
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
