import { parsePermalink, type MatrixLink } from '../../matrix/permalinks.js';
import type { Piece } from './html.js';

/** A word of a command, as intended. */
export interface Word {
  /** without quotes and surrounding invisible characters; for a pill its visible text */
  text: string;
  /** the same with surrounding invisible characters, if any, since they count in a name */
  untrimmed?: string;
  /** was in quotes or back-ticks, so it is neither an option nor a list */
  quoted: boolean;
  /** as written, if different: with its quotation marks */
  written?: string;
  /** starts a line of the message that is not a separate command */
  line?: boolean;
  /** the word is, or contains only, a link or a pill */
  link?: MatrixLink;
  /** the link's text, if it differs from the link: what a pill shows */
  label?: string;
  /** something else was attached to the link, so it does not certainly name anybody */
  glued?: boolean;
}

const SPACE = /\s/;
/** Direction marks, isolates and zero-width characters, which are copied along from a message. */
const UNSEEN = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufe00-\ufe0f]/;
const DOUBLE = '"“”„‟«»＂';
const SINGLE = "'‘’‚‛‹›";
/** Trailing punctuation, which is not part of a word. */
const CLOSING = /^[,;.:!?)\]}>"”“»'’›…]*$/;
const OPENING = /^[([{<"“„«'‘‚‹]*$/;

type Item = string | { label: string; link: MatrixLink };

/**
 * Splits one line into words at any white space. Straight and curly quotes and back-ticks hold words together; so do
 * pills, whatever they show.
 */
export function wordsOf(pieces: readonly Piece[]): Word[] {
  const items = itemsOf(pieces);
  const words: Word[] = [];
  for (let at = 0; at < items.length;) {
    const item = items[at];
    if (typeof item === 'string' && SPACE.test(item)) at += 1;
    else {
      const { word, next } = quotedAt(items, pastUnseen(items, at)) ?? plainAt(items, at);
      if (word.text !== '' || word.link !== undefined || word.quoted) words.push(word);
      at = next;
    }
  }
  return joinNamesWithLinks(words);
}

function itemsOf(pieces: readonly Piece[]): Item[] {
  return pieces.flatMap((piece): Item[] => (typeof piece === 'string' ? withMarkdownLinks(piece) : [piece]));
}

/** Markdown links to Matrix, `[Name](https://matrix.to/#/@u:s)`, are pills too. */
function withMarkdownLinks(text: string): Item[] {
  const items: Item[] = [];
  let from = 0;
  for (const match of text.matchAll(/\[((?:\\.|[^\]\\\n]){0,1000})\]\(<?([^\s<>()]{1,2000})>?\)/g)) {
    const link = parsePermalink(match[2] ?? '');
    if (link === undefined) continue;
    items.push(...text.slice(from, match.index), { label: (match[1] ?? '').replace(/\\(.)/g, '$1'), link });
    from = match.index + match[0].length;
  }
  items.push(...text.slice(from));
  return items;
}

function pastUnseen(items: readonly Item[], at: number): number {
  let next = at;
  for (let item = items[next]; typeof item === 'string' && UNSEEN.test(item); item = items[next]) next += 1;
  return next;
}

/** A word in quotes or back-ticks that starts here; undefined if they are not closed on this line. */
function quotedAt(items: readonly Item[], at: number): { word: Word; next: number } | undefined {
  const open = items[at];
  if (typeof open !== 'string') return undefined;
  const family = DOUBLE.includes(open) ? DOUBLE : SINGLE.includes(open) ? SINGLE : open === '`' ? '`' : undefined;
  if (family === undefined) return undefined;
  let begin = at + 1;
  while (open === '`' && items[begin] === '`') begin += 1;
  for (let end = begin; end < items.length; end++) {
    const item = items[end];
    if (typeof item !== 'string' || !family.includes(item)) continue;
    let next = end + 1;
    while (open === '`' && items[next] === '`') next += 1;
    const after = closingAfter(items, next);
    // An apostrophe inside a word does not end it; nor do quotes that open the next word.
    if (after === undefined) continue;
    const written = items.slice(at, after).map(textOf).join('');
    return { word: { ...wordOf(items.slice(begin, end)), quoted: true, written }, next: after };
  }
  return undefined;
}

function textOf(item: Item): string {
  return typeof item === 'string' ? item : item.label;
}

/** The end of the word if only punctuation follows; undefined if it continues. */
function closingAfter(items: readonly Item[], at: number): number | undefined {
  for (let next = at; next < items.length; next++) {
    const item = items[next] ?? ' ';
    if (typeof item !== 'string') return undefined;
    if (SPACE.test(item)) return next;
    if (!UNSEEN.test(item) && !CLOSING.test(item)) return undefined;
  }
  return items.length;
}

function plainAt(items: readonly Item[], at: number): { word: Word; next: number } {
  let next = at;
  while (next < items.length) {
    const item = items[next];
    if (typeof item === 'string' && SPACE.test(item)) break;
    next += 1;
  }
  return { word: wordOf(items.slice(at, next)), next };
}

/** The word formed by these items. */
function wordOf(items: readonly Item[]): Word {
  const pills = items.filter((item) => typeof item !== 'string');
  const [pill] = pills;
  const text = items.map((item) => (typeof item === 'string' ? item : item.label)).join('');
  const bare = trimmed(text);
  const untrimmed = bare === text ? {} : { untrimmed: text };
  if (pill === undefined) return { text: bare, ...untrimmed, quoted: false, ...linkIn(bare) };
  const before = items.slice(0, items.indexOf(pill)).join('');
  const after = items
    .slice(items.indexOf(pill) + 1)
    .map((item) => (typeof item === 'string' ? item : item.label))
    .join('');
  const glued = pills.length > 1 || !OPENING.test(bareSigns(before)) || !CLOSING.test(bareSigns(after));
  return {
    text: trimmed(text),
    quoted: false,
    link: pill.link,
    label: trimmed(pill.label),
    ...(glued ? { glued } : {}),
  };
}

/** A bare link, possibly in brackets or with trailing punctuation. */
function linkIn(text: string): { link?: MatrixLink } {
  if (!text.includes(':')) return {};
  const bare = text.replace(/^[([{<]+/, '');
  const inBrackets = bare !== text;
  const cut = bare.replace(inBrackets ? /[,;.:!?)\]}>]+$/ : /[,;.:!?]+$|[)>\]]+[,;.:!?]*$/, '');
  const link = parsePermalink(cut);
  return link === undefined ? {} : { link };
}

/** `"Name" (https://matrix.to/#/@u:s)`, as old versions of Element for Android write a mention, is one word. */
function joinNamesWithLinks(words: readonly Word[]): Word[] {
  const joined: Word[] = [];
  for (const word of words) {
    const before = joined.at(-1);
    const isLinkOfName =
      word.link !== undefined && word.label === undefined && word.text.startsWith('(') && before?.quoted === true;
    if (isLinkOfName && before.link === undefined)
      joined[joined.length - 1] = { ...word, text: before.text, label: before.text };
    else joined.push(word);
  }
  return joined;
}

/** Without invisible characters and without Markdown characters in a name. */
function bareSigns(text: string): string {
  return text
    .replace(new RegExp(UNSEEN, 'g'), '')
    .replace(/[*_~`\\]/g, '')
    .trim();
}

/** Without invisible characters at the ends; inside an id they are part of it. */
export function trimmed(text: string): string {
  let from = 0;
  let to = text.length;
  const blank = (character: string): boolean => UNSEEN.test(character) || SPACE.test(character);
  while (from < to && blank(text.charAt(from))) from += 1;
  while (to > from && blank(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}
