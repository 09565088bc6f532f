/**
 * The visible content of a message's HTML ("org.matrix.custom.html"): text, links and whether it has pictures. Linear
 * and bounded: only a limited amount is read, however long it is.
 */
import { Purse } from './purse.js';

/** UTF-16 units and tags of HTML that are read of each message. */
const MOST_UNITS = 12_000;
const MOST_TAGS = 256;
const MOST_LINKS = 256;
/** Savings for long ones: enough for a few of maximum length. */
const purse = new Purse(4 * 65_536);
/** The cost of a tag, in units. */
const TAG_UNITS = 16;

export interface HtmlView {
  text: string;
  /** targets of links, as written */
  links: string[];
  /** a picture that is not an emoticon */
  image: boolean;
  /** sources of these pictures, as written */
  pictures: string[];
}

/** Tags that separate words. All others may stand inside a word: clients leave out those that they do not know. */
const BLOCKS: ReadonlySet<string> = new Set(
  (
    'blockquote br caption details div h1 h2 h3 h4 h5 h6 hr img li mx-reply ol p pre summary table tbody td tfoot th ' +
    'thead tr ul'
  ).split(' '),
);
/** Most clients leave these out together with the text inside. */
const UNSHOWN: ReadonlySet<string> = new Set('noscript option script style textarea'.split(' '));
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  shy: '\u00ad',
  zwnj: '\u200c',
  zwj: '\u200d',
  period: '.',
  colon: ':',
  sol: '/',
  commat: '@',
  zerowidthspace: '\u200b',
  nobreak: '\u2060',
  invisiblecomma: '\u2063',
  ensp: ' ',
  emsp: ' ',
  thinsp: ' ',
  hairsp: ' ',
  hyphen: '-',
  dash: '-',
  lowbar: '_',
  dollar: '$',
  excl: '!',
  num: '#',
  percnt: '%',
  lpar: '(',
  rpar: ')',
  lsqb: '[',
  rsqb: ']',
  lbrack: '[',
  rbrack: ']',
  bsol: '\\',
  newline: '\n',
  tab: '\t',
};
/** Accented and styled letters: `&ccedil;`, `&cscr;`. */
const NAMED_LETTER =
  /^([a-z])(?:acute|grave|circ|uml|tilde|ring|cedil|caron|slash|breve|macr|ogon|dot|strok|scr|fr|opf)$/i;

/**
 * Reads HTML as clients show it.
 * @param isAnswer the quoted original (`<mx-reply>`) is omitted, because somebody else wrote it. Clients do this in
 * replies, and nowhere else
 */
export function readHtml(html: string, isAnswer = true): HtmlView {
  const extra = html.length > MOST_UNITS ? purse.take(html.length - MOST_UNITS) : 0;
  const end = Math.min(html.length, MOST_UNITS + extra);
  purse.save(MOST_UNITS - end);
  const view: HtmlView = { text: '', links: [], image: false, pictures: [] };
  let text = '';
  // inside of an unshown element, what stands before it; its text comes last, where it separates nothing
  let shown: string | undefined;
  let unshown = '';
  let at = 0;
  for (let tags = 0; at < end; tags++) {
    if (tags >= MOST_TAGS && purse.take(TAG_UNITS) < TAG_UNITS) break;
    const open = html.indexOf('<', at);
    if (open < 0 || open >= end) break;
    text += html.slice(at, open);
    const close = tagEnd(html, open, end);
    if (close < 0) {
      at = open;
      break;
    }
    at = close + 1;
    if (html.startsWith('<!--', open)) {
      const after = html.indexOf('-->', open + 4);
      at = after < 0 || after > end ? end : after + 3;
      continue;
    }
    const name = /^<\/?([a-z][a-z0-9-]*)/i.exec(html.slice(open, Math.min(open + 24, close + 1)))?.[1]?.toLowerCase();
    if (name === undefined) {
      // "a < b" is text
      text += html.slice(open, open + 1);
      at = open + 1;
      continue;
    }
    if (name === 'mx-reply' && isAnswer && html[open + 1] !== '/') {
      const after = html.toLowerCase().indexOf('</mx-reply>', at);
      at = after < 0 || after > end ? end : after + '</mx-reply>'.length;
      continue;
    }
    if (UNSHOWN.has(name)) {
      const ends = html[open + 1] === '/';
      if (!ends && shown === undefined) [shown, text] = [text, `${unshown}\n`];
      else if (ends && shown !== undefined) [unshown, text, shown] = [text, shown, undefined];
      continue;
    }
    if (BLOCKS.has(name)) text += '\n';
    if (name === 'a' || name === 'img' || name === 'span' || name === 'div')
      text += attributesOf(html.slice(open, close + 1), name, view);
  }
  text += html.slice(at, end);
  if (shown !== undefined) text = shown + text;
  else if (unshown !== '') text += unshown;
  view.text = decoded(text);
  return view;
}

/** The end of the tag that starts at `open`: the first `>` outside of quotes. */
function tagEnd(html: string, open: number, end: number): number {
  let close = html.indexOf('>', open);
  const quote = html.indexOf('"', open);
  if (quote < 0 || quote > close) return close < end ? close : -1;
  let inside = false;
  for (close = open; close < end; close++) {
    const unit = html.charCodeAt(close);
    if (unit === 0x22) inside = !inside;
    else if (unit === 0x3e && !inside) return close;
  }
  return html.indexOf('>', open) < end ? html.indexOf('>', open) : -1;
}

/** Collects a tag's attributes; returns their visible text. */
function attributesOf(tag: string, name: string, view: HtmlView): string {
  if (tag.length > 4000) return '';
  if (name === 'a') {
    const href = attribute(tag, 'href');
    if (href !== undefined && view.links.length < MOST_LINKS) view.links.push(decoded(href));
    return '';
  }
  if (name === 'span' || name === 'div') {
    // a spoiler's reason is shown before the text, a formula in place of it (spec "Mathematical messages")
    const shown = [attribute(tag, 'data-mx-spoiler') ?? '', attribute(tag, 'data-mx-maths') ?? ''].join(' ').trim();
    return shown === '' ? '' : ` ${shown} `;
  }
  if (!/[\s/]data-mx-emoticon\b/i.test(tag)) {
    view.image = true;
    const source = attribute(tag, 'src');
    if (source !== undefined && view.pictures.length < MOST_LINKS) view.pictures.push(decoded(source));
  }
  const [alt = '', title = ''] = [attribute(tag, 'alt'), attribute(tag, 'title')];
  return alt === '' && title === '' ? '' : ` ${alt} ${title === alt ? '' : title} `;
}

function attribute(tag: string, name: string): string | undefined {
  const at = tag.toLowerCase().search(new RegExp(`[\\s/"']${name}\\s*=`));
  if (at < 0) return undefined;
  const value = tag.slice(tag.indexOf('=', at) + 1).trimStart();
  const quote = value[0];
  if (quote === '"' || quote === "'") return value.slice(1, Math.max(1, value.indexOf(quote, 1)));
  return /^[^\s>]*/.exec(value)?.[0];
}

/** Decodes character references in text. */
export function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,20}));?/gi,
    (all, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return NAMED[name.toLowerCase()] ?? NAMED_LETTER.exec(name)?.[1] ?? all;
      const code = decimal === undefined ? parseInt(hex ?? '0', 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
    },
  );
}
