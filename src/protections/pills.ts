/** Pills: links to people or rooms, which clients show as a name. */
import { localpartOf } from '../matrix/identifiers.js';
import { decoded } from './html.js';
import { matrixTarget } from './links.js';

/** A pill whose text is just the name of its target. */
export interface Pill {
  /** the whole element, as written */
  element: string;
  /** its visible text */
  text: string;
}

const LINK = /<a[\s/][^<>]{0,2000}>([^<]{0,300})<\/a\s*>/gi;
const TARGET = /[\s/"']href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*))/i;
const MARKDOWN = /\[([^[\]\n]{0,300})\]\(([^)\s]{1,500})\)/g;
const MOST_PILLS = 200;

/** The pills in an HTML text. A pill with any other text counts as ordinary text, since its author chose the words. */
export function pillsIn(html: string): Pill[] {
  const pills: Pill[] = [];
  for (const [element, inner = ''] of html.matchAll(LINK)) {
    const [, double, single, bare] = TARGET.exec(element) ?? [];
    const text = decoded(inner).trim();
    if (isNameOf(text, decoded(double ?? single ?? bare ?? ''))) pills.push({ element, text });
    if (pills.length === MOST_PILLS) break;
  }
  return pills;
}

export function withoutPills(html: string, pills: readonly Pill[]): string {
  return pills.reduce((rest, { element }) => rest.replace(element, ' '), html);
}

/** A plain text without the text of pills, each once, and without those in Markdown. */
export function withoutPillNames(text: string, pills: readonly Pill[]): string {
  const rest = pills.reduce((left, { text: name }) => (name === '' ? left : left.replace(name, ' ')), text);
  return rest.includes('](')
    ? rest.replace(MARKDOWN, (whole, name: string, target: string) => (isNameOf(name, target) ? ' ' : whole))
    : rest;
}

/** Whether a text is the id of a link's target, or its localpart, ignoring case. */
function isNameOf(text: string, link: string): boolean {
  const id = matrixTarget(link.trim())?.id.toLowerCase();
  if (id === undefined) return false;
  const name = text.trim().replace(/:$/, '').toLowerCase();
  const local = localpartOf(id).replace(/^[@#]/, '');
  return name === id || name === local || name === `${id.charAt(0)}${local}`;
}
