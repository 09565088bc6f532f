/**
 * A disguise told to a person, character by character: what stands there, its code point and name, and what it looks
 * like; beside it the closest official name and how far away it is. Only run when somebody looks at a hit.
 */
import { levenshteinEditDistance } from 'levenshtein-edit-distance';
import { parseUserId } from '../matrix/identifiers.js';
import { align } from './alignment.js';
import { visualOrder } from './fold/bidi.js';
import { fold, Folded } from './fold/fold.js';
import { CLASS_OF, COLON, DOT, TABLE_END } from './fold/table.js';
import { hostOf, parseServerName } from './server-name.js';
import type { Evidence, ProtectedIdentity, Sighting, Verdict } from './types.js';
import { codePointOf, isUnseen, visible } from './visible.js';

/**
 * Names a character as Unicode does: `CYRILLIC SMALL LETTER DZE`. Handed in, because the names are large and only
 * needed here.
 * @returns undefined for what has no name
 */
export type NameCharacter = (character: string) => string | undefined;

/**
 * `letter` a look-alike, `mark` over or under a letter, `space` a blank that is not a plain space; the others print
 * nothing.
 */
export type CharacterKind = 'letter' | 'mark' | 'space' | 'bidi' | 'tag' | 'variation' | 'invisible';

export interface ExplainedCharacter {
  kind: CharacterKind;
  /** safe to print: what stands there, or its code point when it cannot be seen */
  shown: string;
  /** `U+0455`; two for a pair that is drawn like one letter */
  codePoint: string;
  /** Unicode's name; absent for pairs and where nobody named it */
  name?: string;
  /** the letter of the official name that it stands for; absent when it only hides or turns something */
  looksLike?: string;
  /** how often it stands in the text */
  times: number;
}

export interface Explanation {
  field: Exclude<Evidence['field'], 'avatar'>;
  /** as it was seen; a server name decoded; not safe to print as it is */
  text: string;
  /** the official name that is closest to it */
  official: string;
  /** their `levenshtein-edit-distance`, capitals aside, of at most 256 UTF-16 units each */
  edits: number;
  /** in the order of the text, at most 8 */
  characters: ExplainedCharacter[];
  /** how many more different ones there are */
  more: number;
  /** one plain sentence, safe to print */
  sentence: string;
}

/** Characters told about one text: a moderator sees the trick in a few. */
const EXPLAINED = 8;
/** UTF-16 units of a text that are compared. */
const COMPARED = 256;
const WHAT: Readonly<Record<Explanation['field'], string>> = {
  user_id: 'The user id',
  localpart: 'The localpart',
  server_name: 'The server name',
  display_name: 'The display name',
  room_name: 'The room name',
  room_alias: 'The room alias',
  room_topic: 'The room topic',
};

const textFold = new Folded();
const nameFold = new Folded();

/**
 * Explains each field of a sighting that a verdict names, the weightiest first.
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

/** What the text may pass for, by its field. */
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

/**
 * The name of which most is found in the text, by letters as a reader sees them; among equals the one with the least
 * else.
 */
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

/** Unit-cost Levenshtein, which anybody can check; capitals aside. */
function editsBetween(text: string, official: string): number {
  return levenshteinEditDistance(text.slice(0, COMPARED).toLowerCase(), official.slice(0, COMPARED).toLowerCase());
}

/** A character with its place in the text. */
type Placed = Omit<ExplainedCharacter, 'times'> & { at: number };

/**
 * Characters that stand for another one of the official name, or, beside it, for a plain letter in a word of plain
 * letters.
 */
function* lookAlikes(whole: string, official: string, nameOf: NameCharacter): Generator<Placed> {
  const text = whole.slice(0, COMPARED);
  const seen = fold(text, textFold);
  const meant = fold(official.slice(0, COMPARED), nameFold);
  const aligned = align(seen, meant).standsFor;
  for (let index = 0; index < seen.length; index++) {
    const at = seen.source[index]!;
    let end = index + 1;
    // a character that folds to several letters, or several that are drawn together for one letter
    while (end < seen.length && (seen.source[end] === at || (aligned[index] !== -1 && aligned[end] === aligned[index])))
      end++;
    const character = charactersFrom(text, at, seen.source[end - 1]!);
    const letter =
      standsFor(official, meant, aligned.subarray(index, end)) ??
      (isAmidPlainLetters(text, at, character) ? plainLetters(seen, index, end) : undefined);
    if (letter !== undefined && !isSameLetter(character, letter))
      yield { kind: 'letter', at, ...described(character, nameOf), looksLike: visible(letter) };
    index = end - 1;
  }
}

/** The official name's characters that these letters stand for; undefined when they stand for none. */
function standsFor(official: string, meant: Folded, aligned: Int16Array): string | undefined {
  const sources = new Set([...aligned].filter((letter) => letter >= 0).map((letter) => meant.source[letter]!));
  return sources.size === 0
    ? undefined
    : [...sources].map((source) => String.fromCodePoint(official.codePointAt(source)!)).join('');
}

function plainLetters(folded: Folded, from: number, to: number): string | undefined {
  const letters = folded.text(from, to);
  return /^[a-z]+$/.test(letters) ? letters : undefined;
}

/** Is it a foreign character in a word that holds plain letters? A word wholly in another script is not a disguise. */
function isAmidPlainLetters(text: string, at: number, character: string): boolean {
  if (character < '\u0080') return false;
  const before = /[\p{L}\p{N}\p{M}]*$/u.exec(text.slice(0, at))?.[0] ?? '';
  const after = /^[\p{L}\p{N}\p{M}]*/u.exec(text.slice(at + character.length))?.[0] ?? '';
  return /[a-z]/i.test(before + after);
}

function charactersFrom(text: string, first: number, last: number): string {
  return text.slice(first, last + ((text.codePointAt(last) ?? 0) > 0xffff ? 2 : 1));
}

function isSameLetter(a: string, b: string): boolean {
  return a.normalize('NFC').toLowerCase() === b.normalize('NFC').toLowerCase();
}

/** Full stops and colons of other scripts between two letters: `matrix․org`. */
function* falseDots(text: string, official: string, nameOf: NameCharacter): Generator<Placed> {
  for (const { 0: character, index: at } of text
    .slice(0, COMPARED)
    .matchAll(/(?<=[\p{L}\p{N}])[^\p{L}\p{N}\p{M}\u0000-\u007f](?=[\p{L}\p{N}])/gu)) {
    const codePoint = character.codePointAt(0)!;
    const value = codePoint < TABLE_END ? CLASS_OF[codePoint] : undefined;
    if ((value === DOT || value === COLON) && !official.includes(character))
      yield { kind: 'letter', at, ...described(character, nameOf), looksLike: value === DOT ? '.' : ':' };
  }
}

/** What is not seen, turns the text around, or sits on a letter, and does not stand in the official name as well. */
function* hidden(text: string, official: string, nameOf: NameCharacter): Generator<Placed> {
  let at = 0;
  let before = '';
  for (const character of text) {
    const kind = hiddenKind(character);
    if (kind !== undefined && !official.includes(character) && !belongsToEmoji(character, before))
      yield { kind, at, ...described(character, nameOf) };
    at += character.length;
    before = character;
  }
}

function hiddenKind(character: string): CharacterKind | undefined {
  if (/\p{Bidi_Control}/u.test(character)) return 'bidi';
  if (/[\u{e0000}-\u{e007f}]/u.test(character)) return 'tag';
  if (/[\u180b-\u180d\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u.test(character)) return 'variation';
  if (/(?! )\p{Zs}|[\u2800\u3164\uffa0\u115f\u1160]/u.test(character)) return 'space';
  if (isUnseen(character)) return 'invisible';
  return /\p{M}/u.test(character) ? 'mark' : undefined;
}

/** Emoji are made with a variation selector or a joiner behind a picture: nobody's disguise. */
function belongsToEmoji(character: string, before: string): boolean {
  return /[\u200d\ufe0e\ufe0f]/.test(character) && /[\p{Extended_Pictographic}\u{1f3fb}-\u{1f3ff}\ufe0f]/u.test(before);
}

function described(character: string, nameOf: NameCharacter): Pick<ExplainedCharacter, 'shown' | 'codePoint' | 'name'> {
  const points = [...character];
  const name = points.length === 1 ? nameOf(character) : undefined;
  // a mark by itself would sit on the quote before it
  const shown = /^\p{M}/u.test(character) && !isUnseen(character) ? `◌${character}` : character;
  return {
    shown: visible(shown),
    codePoint: points.map(codePointOf).join(' '),
    ...(name === undefined ? {} : { name }),
  };
}

/** The same character for the same letter once, with how often. */
function merged(all: readonly Placed[]): ExplainedCharacter[] {
  const byKey = new Map<string, ExplainedCharacter>();
  for (const { kind, shown, codePoint, name, looksLike } of all) {
    const key = `${codePoint} ${looksLike?.toLowerCase() ?? ''}`;
    const known = byKey.get(key);
    if (known !== undefined) known.times++;
    else
      byKey.set(key, {
        kind,
        shown,
        codePoint,
        ...(name === undefined ? {} : { name }),
        ...(looksLike === undefined ? {} : { looksLike }),
        times: 1,
      });
  }
  return [...byKey.values()];
}

const COUNTED: readonly [kinds: readonly CharacterKind[], one: string, several: string][] = [
  [['letter'], 'look-alike character', 'look-alike characters'],
  [['bidi'], 'direction control', 'direction controls'],
  [['invisible', 'tag', 'variation'], 'invisible character', 'invisible characters'],
  [['space'], 'blank that is not a space', 'blanks that are not spaces'],
  [['mark'], 'mark on its letters', 'marks on its letters'],
];

function sentenceOf(
  { field, text, official, edits }: Omit<Explanation, 'sentence'>,
  all: readonly ExplainedCharacter[],
  printed: string | undefined,
): string {
  const start = `${WHAT[field]} "${visible(text)}"`;
  const away = `${edits} ${edits === 1 ? 'edit' : 'edits'} away`;
  const counts = COUNTED.flatMap(([kinds, one, several]) => {
    const count = all.filter(({ kind }) => kinds.includes(kind)).reduce((sum, { times }) => sum + times, 0);
    return count === 0 ? [] : [`${count} ${count === 1 ? one : several}`];
  });
  const shownAs = printed === undefined ? '' : `, is printed as "${visible(printed)}"`;
  if (counts.length > 0)
    return `${start} has ${listed(counts)}${shownAs}; the closest official name is "${visible(official)}" (${away}).`;
  if (edits === 0) return `${start} is the official name${text === official ? '' : ' but for capitals'}.`;
  return `${start}${shownAs} is ${away} from "${visible(official)}".`;
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

const EFFECTS: Readonly<Record<Exclude<CharacterKind, 'letter'>, string>> = {
  mark: 'a mark on a letter',
  space: 'looks like a space',
  bidi: 'steers the direction of the text',
  tag: 'cannot be seen',
  variation: 'cannot be seen',
  invisible: 'cannot be seen',
};

/** What a character does there, in a few words: `looks like "s"`. Safe to print. */
export function effectOf({ kind, codePoint, looksLike }: ExplainedCharacter): string {
  if (kind === 'letter') return `looks like "${looksLike ?? ''}"`;
  return codePoint === 'U+202E' ? 'turns the text around' : EFFECTS[kind];
}

/** One character in words: `"ѕ" U+0455 CYRILLIC SMALL LETTER DZE, looks like "s"`. Safe to print. */
export function describeCharacter(character: ExplainedCharacter): string {
  const { kind, shown, codePoint, name, times } = character;
  const isSeen = kind === 'letter' || kind === 'mark';
  return (
    `${isSeen ? `"${shown}" ` : ''}${codePoint}${name === undefined ? '' : ` ${name}`}, ${effectOf(character)}` +
    `${times > 1 ? `, ${times} times` : ''}`
  );
}
