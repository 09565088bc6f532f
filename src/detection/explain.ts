/**
 * Explains a disguise to a person, character by character: the character, its code point and name, and what it looks
 * like, together with the closest official name and its distance. Only run when somebody views a hit.
 */
import { levenshteinEditDistance } from 'levenshtein-edit-distance';
import { parseUserId } from '../matrix/identifiers.js';
import { align } from './alignment.js';
import {
  COMPARED,
  falseDots,
  hidden,
  lookAlikes,
  merged,
  type CharacterKind,
  type ExplainedCharacter,
  type NameCharacter,
} from './explain-characters.js';
import { visualOrder } from './fold/bidi.js';
import { fold } from './fold/fold.js';
import { Folded } from './fold/folded.js';
import { hostOf, parseServerName } from './server-name.js';
import type { Evidence, ProtectedIdentity, Sighting, Verdict } from './types.js';
import { explainTexts } from './explain-texts.js';
import { visible } from './visible.js';

export interface Explanation {
  field: Exclude<Evidence['field'], 'avatar'>;
  /** as seen, a server name decoded; not safe to print as it is */
  text: string;
  /** the closest official name */
  official: string;
  /** their `levenshtein-edit-distance`, capitals aside, of at most 256 UTF-16 units each */
  edits: number;
  /** in the order of the text, at most 8 */
  characters: ExplainedCharacter[];
  /** how many further ones there are */
  more: number;
  /** one plain sentence, safe to print */
  sentence: string;
}

/** How many characters of one text are explained: a few show the trick. */
const EXPLAINED = 8;

const textFold = new Folded();
const nameFold = new Folded();

/**
 * Explains each field of a sighting that a verdict names, the strongest first.
 * @param identity the protected identity that the verdict names
 */
export function explain(
  sighting: Sighting,
  { evidence }: Verdict,
  identity: ProtectedIdentity,
  nameOf: NameCharacter,
): Explanation[] {
  const fields = new Set([...evidence].sort((a, b) => b.weight - a.weight).map(({ field }) => field));
  return [...fields].flatMap((field): Explanation[] => {
    const text = field === 'avatar' ? undefined : textOf(field, sighting);
    return field === 'avatar' || text === undefined || text === ''
      ? []
      : [explainText(field, text, officialNames(field, identity), nameOf)];
  });
}

function textOf(field: Explanation['field'], { userId, displayName, roomName }: Sighting): string | undefined {
  switch (field) {
    case 'user_id':
      return userId;
    case 'localpart':
      return parseUserId(userId)?.localpart ?? userId;
    case 'server_name':
      return hostOf(parseUserId(userId)?.serverName ?? '');
    case 'display_name':
      return displayName ?? undefined;
    case 'room_name':
      return roomName ?? undefined;
  }
}

/** The official texts that the field may imitate. */
function officialNames(field: Explanation['field'], { userId, displayNames, domains }: ProtectedIdentity): string[] {
  const { localpart, serverName } = parseUserId(userId) ?? { localpart: userId, serverName: '' };
  const hosts = [...domains, serverName].map(hostOf).filter((host) => host !== '');
  const labels = hosts.map((host) => parseServerName(host).label);
  switch (field) {
    case 'user_id':
      return [userId];
    case 'localpart':
      return [localpart, ...displayNames, ...hosts, ...labels, userId];
    case 'server_name':
      return hosts.length > 0 ? [...hosts, ...labels] : [serverName];
    default:
      return [...displayNames, userId, localpart, ...hosts, ...labels];
  }
}

function explainText(
  field: Explanation['field'],
  text: string,
  names: readonly string[],
  nameOf: NameCharacter,
): Explanation {
  const printed = visualOrder(text)?.replace(/\p{Bidi_Control}/gu, '') ?? text;
  const official = closest(printed, names);
  const all = [
    ...lookAlikes(printed, official, nameOf),
    ...falseDots(printed, official, nameOf),
    ...hidden(text, official, nameOf),
  ].sort((a, b) => a.at - b.at);
  const characters = merged(all);
  const edits = editsBetween(text, official);
  const explanation = {
    field,
    text,
    official,
    edits,
    characters: characters.slice(0, EXPLAINED),
    more: Math.max(0, characters.length - EXPLAINED),
  };
  return { ...explanation, sentence: sentenceOf(explanation, characters, printed === text ? undefined : printed) };
}

/** The name of which most occurs in the text, by visible letters; among equals the one with the least remainder. */
function closest(text: string, names: readonly string[]): string {
  const seen = fold(text.slice(0, COMPARED), textFold);
  let best = { name: names[0] ?? '', found: -Infinity, length: Infinity };
  for (const name of new Set(names)) {
    const { length } = fold(name.slice(0, COMPARED), nameFold);
    const { found } = align(seen, nameFold);
    if (found > best.found || (found === best.found && length < best.length)) best = { name, found, length };
  }
  return best.name;
}

/** Unit-cost Levenshtein distance, which anybody can verify, ignoring case. */
function editsBetween(text: string, official: string): number {
  return levenshteinEditDistance(text.slice(0, COMPARED).toLowerCase(), official.slice(0, COMPARED).toLowerCase());
}

const COUNTED: readonly [kinds: readonly CharacterKind[], word: keyof typeof explainTexts.counted][] = [
  [['letter'], 'letter'],
  [['bidi'], 'bidi'],
  [['invisible', 'tag', 'variation'], 'invisible'],
  [['space'], 'space'],
  [['mark'], 'mark'],
];

function sentenceOf(
  { field, text, official, edits }: Omit<Explanation, 'sentence'>,
  all: readonly ExplainedCharacter[],
  printed: string | undefined,
): string {
  const start = explainTexts.named(field, visible(text));
  const counts = COUNTED.flatMap(([kinds, word]) => {
    const count = all.filter(({ kind }) => kinds.includes(kind)).reduce((sum, { times }) => sum + times, 0);
    return count === 0 ? [] : [explainTexts.counted[word](count)];
  });
  const shownAs = printed === undefined ? '' : explainTexts.printed(visible(printed));
  if (counts.length > 0) return explainTexts.holds(start, counts, shownAs, visible(official), edits);
  if (edits === 0) return explainTexts.equal(start, text === official);
  return explainTexts.away(start, shownAs, edits, visible(official));
}

/** A character's effect, in a few words: `looks like "s"`. Safe to print. */
export function effectOf({ kind, codePoint, looksLike }: ExplainedCharacter): string {
  if (kind === 'letter') return explainTexts.looksLike(looksLike ?? '');
  return codePoint === 'U+202E' ? explainTexts.turns : explainTexts.effects[kind];
}

/** One character in words: `"ѕ" U+0455 CYRILLIC SMALL LETTER DZE, looks like "s"`. Safe to print. */
export function describeCharacter(character: ExplainedCharacter): string {
  const { kind, shown, codePoint, name, times } = character;
  const isSeen = kind === 'letter' || kind === 'mark';
  return explainTexts.character(isSeen ? shown : '', codePoint, name, effectOf(character), times);
}
