import { parsePermalink, type MatrixLink } from '../../matrix/permalinks.js';

/** A pill: a link to an account, room or event, with its visible text. */
export interface Pill {
  label: string;
  link: MatrixLink;
}

/** Text with the pills in it. */
export type Piece = string | Pill;

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};
const BREAKS: ReadonlySet<string> = new Set(['br', 'p', 'div', 'li', 'ul', 'ol', 'pre', 'blockquote', 'tr', 'hr']);
const HEADINGS = /^h[1-6]$/;
const EMPHASIS: ReadonlySet<string> = new Set(['em', 'i', 'strong', 'b', 'del', 's', 'u']);

/** The visible content of a `formatted_body`. */
export interface SeenHtml {
  pieces: Piece[];
  /** text that Markdown may have changed by removing `*` and `_` */
  hasEmphasis: boolean;
}

/**
 * Reads the HTML of a message (spec "org.matrix.custom.html") as text and pills. A reply's fallback (`<mx-reply>`) is
 * not part of it. Tags are only interpreted; nothing of this is ever displayed.
 */
export function readHtml(html: string): SeenHtml {
  const reader = new HtmlReader();
  const tokens = /<(\/?)([a-z][a-z0-9-]*)((?:"[^"]*"|'[^']*'|[^'">])*)>|<!--.*?-->|[^<]+|</gis;
  for (const [token, closing, name, attributes] of html.matchAll(tokens)) {
    if (name !== undefined) reader.tag(name.toLowerCase(), closing === '/', attributes ?? '');
    else if (!token.startsWith('<!--')) reader.text(unescapeHtml(token));
  }
  return reader.end();
}

class HtmlReader {
  readonly #pieces: Piece[] = [];
  #text = '';
  #inReply = 0;
  #pill: Pill | undefined;
  #hasEmphasis = false;

  text(text: string): void {
    if (this.#inReply > 0) return;
    // Line ends in HTML are spaces; lines end at the corresponding tags.
    const seen = text.replace(/[\r\n]+/g, ' ');
    if (this.#pill === undefined) this.#text += seen;
    else this.#pill.label += seen;
  }

  tag(name: string, closing: boolean, attributes: string): void {
    if (name === 'mx-reply') this.#inReply = Math.max(0, this.#inReply + (closing ? -1 : 1));
    if (this.#inReply > 0) return;
    if (name === 'a') return closing ? this.#closePill() : this.#openPill(attributes);
    if (EMPHASIS.has(name) && this.#pill === undefined) this.#hasEmphasis = true;
    if ((BREAKS.has(name) || HEADINGS.test(name)) && this.#pill === undefined) this.#text += '\n';
  }

  end(): SeenHtml {
    this.#closePill();
    this.#flush();
    return { pieces: this.#pieces, hasEmphasis: this.#hasEmphasis };
  }

  #openPill(attributes: string): void {
    this.#closePill();
    const [, double, single] = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(attributes) ?? [];
    const link = parsePermalink(unescapeHtml(double ?? single ?? '').trim());
    if (link === undefined) return;
    this.#flush();
    this.#pill = { label: '', link };
  }

  #closePill(): void {
    if (this.#pill !== undefined) this.#pieces.push(this.#pill);
    this.#pill = undefined;
  }

  #flush(): void {
    if (this.#text !== '') this.#pieces.push(this.#text);
    this.#text = '';
  }
}

function unescapeHtml(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));?/gi, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return NAMED[name.toLowerCase()] ?? whole;
    const point = decimal === undefined ? parseInt(String(hex), 16) : Number(decimal);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
  });
}
