/**
 * Builds `m.room.message` contents with equivalent plain text and HTML (spec "m.room.message",
 * "org.matrix.custom.html"). Text is data: everything is escaped here and nowhere else, so that a name cannot become
 * markup.
 */

/** A piece of a line. Plain strings are text. */
export type Inline = string | { code: string } | { bold: string } | { link: string; text: string };

export type Block =
  /** a line of its own */
  | { line: Inline[] }
  /** a short title; words, so that it also reads well without its looks */
  | { heading: string }
  | { list: Inline[][] }
  /** text as it is, in a fixed-width font */
  | { pre: string };

/**
 * Maximum bytes of body and of HTML: an event may have 64 KiB in all (spec "Size limits"), including keys and envelope.
 */
const MAX_PART_BYTES = 24_000;

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escapes text for HTML text and attribute values. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ESCAPES[char] ?? char);
}

const BIDI_CONTROL = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
/** Letters and digits of right-to-left scripts, including lone surrogates of such letters. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\ud802\ud803\ud83a\ud83b]/;
/** UAX 9, class B */
const PARAGRAPH_END = /[\n\r\x1c-\x1e\x85\u2029]/;
const PARAGRAPH_ENDS = /([\n\r\x1c-\x1e\x85\u2029])/;
const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/**
 * An identifier is inserted verbatim; if it contains anything that could reorder its surroundings, inside an isolate
 * (UAX 9). An id may contain unmatched isolate ends, which would close ours too early, or unmatched starts: both are
 * balanced, so that ours encloses everything. An isolate ends with its paragraph, so a line break inside an id starts
 * another one.
 */
function isolated(text: string): string {
  return PARAGRAPH_END.test(text) ? text.split(PARAGRAPH_ENDS).map(isolatedPart).join('') : isolatedPart(text);
}

function isolatedPart(text: string): string {
  if (!BIDI_CONTROL.test(text) && !RIGHT_TO_LEFT.test(text)) return text;
  let open = 0;
  let unopened = 0;
  for (const character of text) {
    if (character >= '\u2066' && character <= '\u2068') open++;
    else if (character !== POP_ISOLATE) continue;
    else if (open > 0) open--;
    else unopened++;
  }
  return FIRST_STRONG_ISOLATE.repeat(1 + unopened) + text + POP_ISOLATE.repeat(1 + open);
}

function plainInline(part: Inline): string {
  if (typeof part === 'string') return part;
  if ('code' in part) return isolated(part.code);
  if ('bold' in part) return part.bold;
  return part.text === part.link ? part.link : `${part.text} (${part.link})`;
}

/** A line without direction marks, for logs and files. */
export function plainText(line: readonly Inline[]): string {
  return line.map((part) => (typeof part !== 'string' && 'code' in part ? part.code : plainInline(part))).join('');
}

function htmlInline(part: Inline): string {
  if (typeof part === 'string') return escapeHtml(part);
  if ('code' in part) return `<code>${escapeHtml(isolated(part.code))}</code>`;
  if ('bold' in part) return `<strong>${escapeHtml(part.bold)}</strong>`;
  return `<a href="${escapeHtml(part.link)}">${escapeHtml(part.text)}</a>`;
}

function plainBlock(block: Block): string {
  if ('line' in block) return block.line.map(plainInline).join('');
  if ('heading' in block) return block.heading;
  if ('list' in block) return block.list.map((item) => `- ${item.map(plainInline).join('')}`).join('\n');
  return block.pre;
}

function htmlBlock(block: Block): string {
  if ('line' in block) return `<p>${block.line.map(htmlInline).join('')}</p>`;
  if ('heading' in block) return `<h4>${escapeHtml(block.heading)}</h4>`;
  if ('list' in block)
    return `<ul>${block.list.map((item) => `<li>${item.map(htmlInline).join('')}</li>`).join('')}</ul>`;
  return `<pre><code>${escapeHtml(block.pre)}</code></pre>`;
}

/** The size of the larger of the blocks' two forms, in UTF-8 bytes. */
function size(blocks: readonly Block[]): number {
  return Math.max(
    Buffer.byteLength(blocks.map(plainBlock).join('\n')),
    Buffer.byteLength(blocks.map(htmlBlock).join('')),
  );
}

/**
 * Splits blocks into messages that fit an event; a single block that is too long is truncated, and says so. Lists and
 * fixed-width text are split between lines.
 */
export function paginate(blocks: readonly Block[]): Block[][] {
  const pages: Block[][] = [];
  let page: Block[] = [];
  const push = (block: Block): void => {
    if (page.length > 0 && size([...page, block]) > MAX_PART_BYTES) {
      pages.push(page);
      page = [];
    }
    page.push(block);
  };
  for (const block of blocks.flatMap(splitBlock)) push(block);
  if (page.length > 0) pages.push(page);
  return pages;
}

function splitBlock(block: Block): Block[] {
  if (size([block]) <= MAX_PART_BYTES) return [block];
  if ('list' in block && block.list.length > 1) return halves(block.list).flatMap((list) => splitBlock({ list }));
  if ('pre' in block && block.pre.includes('\n'))
    return halves(block.pre.split('\n')).flatMap((lines) => splitBlock({ pre: lines.join('\n') }));
  return [{ pre: `${plainBlock(block).slice(0, MAX_PART_BYTES / 8)}… (cut)` }];
}

function halves<T>(items: T[]): T[][] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

/** The message's role in the conversation. `notice` (m.notice) does not notify, `text` does. */
export interface MessageOptions {
  msgtype?: 'm.notice' | 'm.text';
  /** the event that this replies to */
  inReplyTo?: string;
  /** the event that this edits */
  replaces?: string;
  /** the root of this message's thread */
  thread?: string;
  /** the people mentioned (spec "User and room mentions") */
  mentions?: readonly string[];
}

/**
 * The content of one `m.room.message`. `m.mentions` is empty unless given: a subject's id in the text notifies nobody.
 */
export function messageContent(blocks: readonly Block[], options: MessageOptions = {}): Record<string, unknown> {
  const text = {
    msgtype: options.msgtype ?? 'm.notice',
    body: blocks.map(plainBlock).join('\n'),
    format: 'org.matrix.custom.html',
    formatted_body: blocks.map(htmlBlock).join(''),
    'm.mentions': options.mentions === undefined ? {} : { user_ids: [...options.mentions] },
  };
  if (options.replaces !== undefined) {
    return {
      ...text,
      body: `* ${text.body}`,
      'm.new_content': text,
      'm.relates_to': { rel_type: 'm.replace', event_id: options.replaces },
    };
  }
  if (options.thread !== undefined) {
    const root = options.thread;
    return {
      ...text,
      'm.relates_to': {
        rel_type: 'm.thread',
        event_id: root,
        is_falling_back: true,
        'm.in_reply_to': { event_id: root },
      },
    };
  }
  if (options.inReplyTo !== undefined)
    return { ...text, 'm.relates_to': { 'm.in_reply_to': { event_id: options.inReplyTo } } };
  return text;
}
