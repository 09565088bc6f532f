/** The first `most` code points of a text, with an ellipsis if there were more. A long text is not read to its end. */
export function cutText(text: string, most: number): string {
  const points = [...text.slice(0, 2 * most + 2)];
  return points.length <= most ? text : `${points.slice(0, most).join('')}…`;
}
