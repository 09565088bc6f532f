import { parsePermalink, type MatrixLink } from '../../matrix/permalinks.js';
import type { Piece } from './html.js';

/** A word of a command, as it was meant. */
export interface Word {
  /** without quotes, and without unseen characters around it; of a pill what people see of it */
  text: string;
  /** the same with unseen characters around it, where there are any: in a name they count */
  untrimmed?: string;
  /** stood in quotes or back-ticks: then it is not an option and no list */
  quoted: boolean;
  /** as it was written, where that says more: with its quotation marks */
  written?: string;
  /** begins a line of the message that is not a command of its own */
  line?: boolean;
  /** the word is a link or a pill, or holds just one */
  link?: MatrixLink;
  /** the link's text is something else than the link itself: what a pill shows */
  label?: string;
  /** something else was glued to the link: it names nobody for certain */
  glued?: boolean;
}

const SPACE = /\s/;
/** Marks of direction, isolates, and characters of no width, which copying from a message takes along. */
const UNSEEN = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufe00-\ufe0f]/;
const DOUBLE = '"“”„‟«»＂';
const SINGLE = "'‘’‚‛‹›";
/** After a word, none of these is part of it. */
const CLOSING = /^[,;.:!?)\]}>"”“»'’›…]*$/;
const OPENING = /^[([{<"“„«'‘‚‹]*$/;

type Item = string | { label: string; link: MatrixLink };

/**
 * Splits one line into words at white space of every kind. Quotes, straight and curly ones, and back-ticks hold words
 * together; so do pills, whatever they show.
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

/** A word in quotes or back-ticks that begins here; undefined when they do not close on this line. */
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
    // An apostrophe inside a word does not end it; neither do quotes that open the next word.
    if (after === undefined) continue;
    const written = items.slice(at, after).map(textOf).join('');
    return { word: { ...wordOf(items.slice(begin, end)), quoted: true, written }, next: after };
  }
  return undefined;
}

function textOf(item: Item): string {
  return typeof item === 'string' ? item : item.label;
}

/** Where the word ends when only punctuation follows; undefined when it goes on. */
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

/** The word that these items make. */
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

/** A bare link, perhaps in brackets or with punctuation after it. */
function linkIn(text: string): { link?: MatrixLink } {
  if (!text.includes(':')) return {};
  const bare = text.replace(/^[([{<]+/, '');
  const inBrackets = bare !== text;
  const cut = bare.replace(inBrackets ? /[,;.:!?)\]}>]+$/ : /[,;.:!?]+$|[)>\]]+[,;.:!?]*$/, '');
  const link = parsePermalink(cut);
  return link === undefined ? {} : { link };
}

/** `"Name" (https://matrix.to/#/@u:s)`, as old Element for Android writes a mention, is one word. */
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

/** Without unseen characters, and without signs of Markdown that a name holds. */
function bareSigns(text: string): string {
  return text
    .replace(new RegExp(UNSEEN, 'g'), '')
    .replace(/[*_~`\\]/g, '')
    .trim();
}

/** Without what cannot be seen at its ends; inside an id such a character is part of it. */
export function trimmed(text: string): string {
  let from = 0;
  let to = text.length;
  const blank = (character: string): boolean => UNSEEN.test(character) || SPACE.test(character);
  while (from < to && blank(text.charAt(from))) from += 1;
  while (to > from && blank(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}
