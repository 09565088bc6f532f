/** What a person reads of a disguise, character by character; names are safe to print when they come here. */

const FIELDS = {
  user_id: 'The user id',
  localpart: 'The localpart',
  server_name: 'The server name',
  display_name: 'The display name',
  room_name: 'The room name',
  room_alias: 'The room alias',
  room_topic: 'The room topic',
};
const edits = (count: number): string => `${count} ${count === 1 ? 'edit' : 'edits'} away`;
const counted = (one: string, several: string) => (count: number) => `${count} ${count === 1 ? one : several}`;
const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

export const explainTexts = {
  named: (field: keyof typeof FIELDS, text: string) => `${FIELDS[field]} "${text}"`,
  counted: {
    letter: counted('look-alike character', 'look-alike characters'),
    bidi: counted('direction control', 'direction controls'),
    invisible: counted('invisible character', 'invisible characters'),
    space: counted('blank that is not a space', 'blanks that are not spaces'),
    mark: counted('mark on its letters', 'marks on its letters'),
  },
  printed: (text: string) => `, is printed as "${text}"`,
  /** @param shownAs empty, or how the text is printed */
  holds: (start: string, counts: readonly string[], shownAs: string, official: string, distance: number) =>
    `${start} has ${listed(counts)}${shownAs}; the closest official name is "${official}" (${edits(distance)}).`,
  equal: (start: string, isToTheLetter: boolean) =>
    `${start} is the official name${isToTheLetter ? '' : ' but for capitals'}.`,
  away: (start: string, shownAs: string, distance: number, official: string) =>
    `${start}${shownAs} is ${edits(distance)} from "${official}".`,
  looksLike: (letter: string) => `looks like "${letter}"`,
  turns: 'turns the text around',
  effects: {
    mark: 'a mark on a letter',
    space: 'looks like a space',
    bidi: 'steers the direction of the text',
    tag: 'cannot be seen',
    variation: 'cannot be seen',
    invisible: 'cannot be seen',
  },
  character: (shown: string, codePoint: string, name: string | undefined, effect: string, times: number) =>
    `${shown === '' ? '' : `"${shown}" `}${codePoint}${name === undefined ? '' : ` ${name}`}, ${effect}` +
    `${times > 1 ? `, ${times} times` : ''}`,
};
