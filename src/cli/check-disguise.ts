/** A disguise for the terminal: a table of its characters. */
import { effectOf, type Explanation } from '../detection/index.js';
import { checkTexts } from './texts.js';

/** Each field's sentence, followed by its characters with code point, appearance and name. */
export function renderDisguise(explanations: readonly Explanation[]): string {
  return explanations
    .map(({ sentence, characters, more }) => {
      const rows = characters.map((one) => [
        one.kind === 'letter' || one.kind === 'mark' ? one.shown : '',
        one.codePoint,
        `${effectOf(one)}${one.times > 1 ? ` ×${one.times}` : ''}`,
        one.name ?? '',
      ]);
      const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => widthOf(row[column]!))));
      const lines = rows.map(
        (row) =>
          `      ${row
            .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell))))
            .join('  ')
            .trimEnd()}\n`,
      );
      return `\n    ${sentence}\n${lines.join('')}${more > 0 ? `      ${checkTexts.moreCharacters(more)}\n` : ''}`;
    })
    .join('');
}

/** Columns on a terminal, approximately: marks and isolates take none, wide characters two. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/[\p{M}\u2068\u2069]/u.test(character)) continue;
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60\u{1f300}-\u{1faff}]/u.test(character)
      ? 2
      : 1;
  }
  return width;
}
