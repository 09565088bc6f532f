/** The part of npm `unicode-name` that is used; the package has no types. */
declare module 'unicode-name' {
  /**
   * @returns the name of one character, or a label such as `<private-use-E000>`; undefined for what is not a single
   * character
   */
  export function unicodeName(character: string): string | undefined;
}
