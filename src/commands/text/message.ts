import { z } from 'zod';
import { layPillsOver } from './align.js';
import { readHtml, type Piece } from './html.js';
import { wordsOf, type Word } from './words.js';

/** The parts of a message's content that contain commands. */
export const messageContentSchema = z.object({
  body: z.string(),
  format: z.string().optional(),
  formatted_body: z.string().optional(),
  'm.mentions': z
    .object({ user_ids: z.array(z.string()).optional().catch(undefined) })
    .optional()
    .catch(undefined),
  'm.relates_to': z
    .object({
      rel_type: z.string().optional().catch(undefined),
      event_id: z.string().optional().catch(undefined),
      is_falling_back: z.boolean().optional().catch(undefined),
      'm.in_reply_to': z.object({ event_id: z.string() }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});
export type MessageContent = z.infer<typeof messageContentSchema>;

/** A message as lines of words. */
export interface MessageText {
  lines: Word[][];
  /** plain text and HTML differ, so the meaning of pills is unknown */
  contradictory: boolean;
  /** users mentioned in the message without a link to them in the text */
  unlinkedMentions: readonly string[];
  /** users mentioned in the message according to its client (`m.mentions`) */
  mentions: readonly string[];
  /** the event that this replies to: a real reply, not a thread's fallback */
  repliesTo: string | undefined;
  /** the root of its thread */
  thread: string | undefined;
}

/** Parses a client's message, however that client represents mentions, quotes and replies. Never throws. */
export function readMessage(content: MessageContent): MessageText {
  const relation = content['m.relates_to'];
  const body = withoutFallback(content.body);
  const html = content.format === 'org.matrix.custom.html' ? content.formatted_body : undefined;
  const { pieces, contradictory } = html === undefined ? { pieces: [body], contradictory: false } : merged(body, html);
  const lines = linesOf(pieces).map(wordsOf);
  const linked = new Set(lines.flatMap((words) => words.map((word) => word.link?.id ?? word.text)));
  const thread = relation?.rel_type === 'm.thread' ? relation.event_id : undefined;
  const fallsBack = thread !== undefined && relation?.is_falling_back === true;
  return {
    lines,
    contradictory,
    mentions: content['m.mentions']?.user_ids ?? [],
    unlinkedMentions: (content['m.mentions']?.user_ids ?? []).filter((userId) => !linked.has(userId)),
    repliesTo: fallsBack ? undefined : relation?.['m.in_reply_to']?.event_id,
    thread,
  };
}

/** The quoted lines at the start, which clients before Matrix 1.13 add to replies (MSC2781). */
function withoutFallback(body: string): string {
  const lines = body.split('\n');
  const first = lines.findIndex((line) => !/^\s*>/.test(line));
  return first <= 0 ? body : lines.slice(first).join('\n');
}

function merged(body: string, html: string): { pieces: Piece[]; contradictory: boolean } {
  const seen = readHtml(html);
  if (!seen.pieces.some((piece) => typeof piece !== 'string')) return { pieces: [body], contradictory: false };
  const laid = layPillsOver(body, seen.pieces);
  if (laid !== undefined) return { pieces: laid, contradictory: false };
  // The HTML is what everybody sees, but Markdown may have removed characters from it, in which case it cannot be
  // trusted either.
  const sameStart =
    firstWords(body) === firstWords(seen.pieces.map((p) => (typeof p === 'string' ? p : p.label)).join(''));
  return seen.hasEmphasis || !sameStart
    ? { pieces: [body], contradictory: true }
    : { pieces: seen.pieces, contradictory: false };
}

function firstWords(text: string): string {
  return text.trim().split(/\s+/).slice(0, 2).join(' ').toLowerCase();
}

function linesOf(pieces: readonly Piece[]): Piece[][] {
  const lines: Piece[][] = [[]];
  for (const piece of pieces) {
    if (typeof piece !== 'string') lines.at(-1)?.push(piece);
    else
      piece.split(/\r\n|[\n\r\u0085\u2028\u2029]/).forEach((text, index) => {
        if (index > 0) lines.push([]);
        if (text !== '') lines.at(-1)?.push(text);
      });
  }
  return lines;
}
