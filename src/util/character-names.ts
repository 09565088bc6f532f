/** Unicode character names. The table is large (1.6 MB of source) and rarely needed, so it is loaded on first use. */
let loaded: Promise<(character: string) => string | undefined> | undefined;

/**
 * @returns a function that names a character: `CYRILLIC SMALL LETTER DZE`; undefined for what is not a single character
 */
export function characterNames(): Promise<(character: string) => string | undefined> {
  return (loaded ??= import('unicode-name').then(({ unicodeName }) => unicodeName));
}
