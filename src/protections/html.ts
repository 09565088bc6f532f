/**
 * What people see of a message's HTML ("org.matrix.custom.html"): its text, its links and whether it shows pictures.
 * Linear, and bounded: so much is looked at, however long it is.
 */

/** UTF-16 units of HTML that are looked at. */
const MOST_UNITS = 12_000;
const MOST_TAGS = 256;
const MOST_LINKS = 64;

export interface HtmlView {
  text: string;
  /** targets of links, as written */
  links: string[];
  /** a picture that is not an emoticon */
  image: boolean;
  /** addresses of these pictures, as written */
  pictures: string[];
}

/** Tags that stand amid a word without breaking it; all others begin something new. */
const INLINE: ReadonlySet<string> = new Set(
  'a abbr b bdi bdo big code del em font i ins kbd mark s small span strike strong sub sup tt u'.split(' '),
);
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
};

/** Reads HTML as clients show it. Quotes of what is answered (`<mx-reply>`) are left out: somebody else wrote them. */
export function readHtml(html: string): HtmlView {
  const end = Math.min(html.length, MOST_UNITS);
  const view: HtmlView = { text: '', links: [], image: false, pictures: [] };
  let text = '';
  let at = 0;
  for (let tags = 0; at < end && tags < MOST_TAGS; tags++) {
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
    if (name === 'mx-reply' && html[open + 1] !== '/') {
      const after = html.toLowerCase().indexOf('</mx-reply>', at);
      at = after < 0 || after > end ? end : after + '</mx-reply>'.length;
      continue;
    }
    if (!INLINE.has(name)) text += '\n';
    if (name === 'a' || name === 'img' || name === 'span')
      text += attributesOf(html.slice(open, close + 1), name, view);
  }
  text += html.slice(at, end);
  view.text = decoded(text);
  return view;
}

/** Where a tag that begins at `open` ends: the first `>` outside of quotes. */
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

/** Notes what a tag's attributes hold; returns what people read of them. */
function attributesOf(tag: string, name: string, view: HtmlView): string {
  if (tag.length > 4000) return '';
  if (name === 'a') {
    const href = attribute(tag, 'href');
    if (href !== undefined && view.links.length < MOST_LINKS) view.links.push(decoded(href));
    return '';
  }
  if (name === 'span') {
    // the reason of a spoiler is shown before the text itself
    const reason = attribute(tag, 'data-mx-spoiler');
    return reason === undefined || reason === '' ? '' : ` ${reason} `;
  }
  if (!/\sdata-mx-emoticon\b/i.test(tag)) {
    view.image = true;
    const source = attribute(tag, 'src');
    if (source !== undefined && view.pictures.length < MOST_LINKS) view.pictures.push(decoded(source));
  }
  const [alt = '', title = ''] = [attribute(tag, 'alt'), attribute(tag, 'title')];
  return alt === '' && title === '' ? '' : ` ${alt} ${title === alt ? '' : title} `;
}

function attribute(tag: string, name: string): string | undefined {
  const at = tag.toLowerCase().search(new RegExp(`\\s${name}\\s*=`));
  if (at < 0) return undefined;
  const value = tag.slice(tag.indexOf('=', at) + 1).trimStart();
  const quote = value[0];
  if (quote === '"' || quote === "'") return value.slice(1, Math.max(1, value.indexOf(quote, 1)));
  return /^[^\s>]*/.exec(value)?.[0];
}

function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));?/gi,
    (all, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return NAMED[name.toLowerCase()] ?? all;
      const code = decimal === undefined ? parseInt(hex ?? '0', 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
    },
  );
}
