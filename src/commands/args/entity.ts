import { asciiHost } from '../../util/idna.js';
import { visible } from '../../detection/index.js';
import { isIpLiteral, serverNameOf, withoutPort } from '../../matrix/identifiers.js';
import { isGlob, type EntityKind } from '../../policy/index.js';
import { foldCase } from '../../policy/server-name.js';
import { trimmed, type Word } from '../text/words.js';
import type { Services } from '../types.js';
import type { Surroundings } from './reading.js';
import { argTexts } from '../texts/args.js';

/** The entity that a word names. */
export interface Entity {
  kind: EntityKind;
  /** user id, room id or alias, server name, or a pattern of them */
  entity: string;
  /** `*` and `?` are wildcards; false: the entity is literal even if it contains them */
  isGlob: boolean;
  /** servers to join a room through */
  via: readonly string[];
  /** the case number by which it was named */
  caseId?: number;
  /** the alias that a room's pill shows, which must point to the pill's room */
  claimedAlias?: string;
}

/**
 * The interpretation of a word: an entity, an ordinary word, or something that was meant as an entity but is invalid.
 */
export type Reference = { entity: Entity } | { broken: string } | undefined;

export interface EntityOptions {
  /** the kind stated before, or the only one that makes sense */
  kind?: EntityKind;
  /** patterns are allowed */
  globs?: boolean;
  /** a pattern of wildcards only means accounts */
  people?: boolean;
}

const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const SERVER = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[0-9A-Fa-f:.]{2,45}\\])(?::\\d{1,5})?$`);
const GLOB_SERVER = /^[A-Za-z0-9.*?_:[\]-]+$/;
/** Room ids from version 12 on are hashes without a server. */
const BARE_ROOM_ID = /^![A-Za-z0-9_-]{20,}$/;
const LONGEST = 255;
const UNSEEN = /\p{Default_Ignorable_Code_Point}|[\u2066-\u2069\u200e\u200f]/gu;

/** Whether a text is a valid Matrix server name (spec appendices, "Server Name"). */
export function isServerName(text: string): boolean {
  return text.length <= 230 && SERVER.test(text);
}

/**
 * Interprets one word. An ordinary word names nobody: a server needs a dot, or is an address literal, or has a member
 * in our rooms, so ordinary text never becomes a target.
 */
export function referenceOf(
  word: Word,
  services: Services,
  around: Surroundings,
  options: EntityOptions = {},
): Reference {
  if (word.link !== undefined) return referenceOfLink(word, around);
  const text = bareText(word, options);
  if (text === '') return undefined;
  if (Buffer.byteLength(text) > LONGEST && /^[@#!]/.test(text)) return { broken: argTexts.tooLong(visible(text, 200)) };
  if (text.startsWith('@')) return referenceOfUser(text, services, options);
  if (text.startsWith('#') || text.startsWith('!')) return referenceOfRoom(text, options);
  const server = referenceOfServer(text, services, options);
  const mentioned = around.unlinkedMentions.filter((userId) => userId !== services.homeserver.botUserId);
  if (server !== undefined && 'entity' in server && mentioned.length > 0 && around.repliesTo === undefined)
    return {
      broken: argTexts.saysButMentions(
        visible(text),
        mentioned.map((userId) => visible(userId)),
      ),
    };
  return server;
}

/** Without surrounding punctuation. */
function bareText(word: Word, { globs = false }: EntityOptions): string {
  const inside = trimmed(word.text.replace(/^(?!\[[\da-f:.]+\])[([{<]+/i, ''));
  // In quotes or back-ticks a trailing `?` is a wildcard.
  const ends = word.quoted && globs ? /[,;.:!)}>]+$/ : /[,;.:!?)}>'’”"]+$/;
  const bare = inside.replace(ends, '');
  return trimmed(bare.endsWith(']') && !bare.includes('[') ? bare.replace(/\]+$/, '') : bare);
}

function referenceOfLink(word: Word, around: Surroundings): Reference {
  const { link, label, glued } = word;
  if (link === undefined) return undefined;
  if (around.contradictory || glued === true) return { broken: argTexts.ambiguous(visible(word.text)) };
  if (link.eventId !== undefined) return { broken: argTexts.isEventLink(visible(word.text)) };
  const kind: EntityKind = link.id.startsWith('@') ? 'user' : 'room';
  if (!isWellFormed(link.id)) return { broken: argTexts.invalidId(visible(link.id)) };
  const said = label === undefined ? undefined : idIn(label);
  const entity: Entity = { kind, entity: link.id, isGlob: false, via: link.via };
  if (said === undefined || said === link.id) {
    const strange = label !== undefined && kind === 'user' && around.mentions.length > 0;
    return strange && !around.mentions.includes(link.id)
      ? { broken: argTexts.notMentioned(visible(link.id)) }
      : { entity };
  }
  if (said.startsWith('#') && link.id.startsWith('!')) return { entity: { ...entity, claimedAlias: said } };
  return { broken: argTexts.saysButLeads(visible(said), visible(link.id)) };
}

/** The identifier that a text consists of, if it is one and nothing else. */
function idIn(text: string): string | undefined {
  const bare = trimmed(text.replace(UNSEEN, '')).replace(/[,;.:!?]+$/, '');
  return !/\s/.test(bare) && isWellFormed(bare) ? bare : undefined;
}

function isWellFormed(id: string): boolean {
  if (Buffer.byteLength(id) > LONGEST) return false;
  if (BARE_ROOM_ID.test(id)) return true;
  const server = serverNameOf(id);
  return /^[@#!]/.test(id) && server !== undefined && isServerName(server);
}

function referenceOfUser(text: string, services: Services, { kind, globs = false }: EntityOptions): Reference {
  const id = withAsciiServer(isHere(text, services) ? text : unescaped(text));
  if (kind !== undefined && kind !== 'user') return { broken: argTexts.notKind(visible(text), kind) };
  if (isWellFormed(id) && !isGlob(id)) return user(id, false);
  const [, localpart, server] = /^@([^:]*)(?::(.*))?$/s.exec(id) ?? [];
  // An id may contain spaces and be cut there when copied, so a pattern without a server must be marked explicitly.
  const whole = server !== undefined || kind === 'user';
  if (globs && whole && isGlob(id) && localpart !== undefined && (server === undefined || GLOB_SERVER.test(server)))
    return user(id, true);
  if (isGlob(id) && isWellFormed(id)) return { broken: argTexts.isPattern(visible(text)) };
  if (globs && isGlob(id) && !whole) return { broken: argTexts.noServer(visible(text)) };
  const hint = server === undefined ? '' : argTexts.notAServer(visible(server));
  return { broken: argTexts.notAUserId(visible(text), hint) };
}

function user(entity: string, glob: boolean): Reference {
  return { entity: { kind: 'user', entity, isGlob: glob, via: [] } };
}

function referenceOfRoom(text: string, { kind, globs = false }: EntityOptions): Reference {
  if (kind !== undefined && kind !== 'room') return { broken: argTexts.notKind(visible(text), kind) };
  const id = withAsciiServer(unescaped(text));
  const glob = isGlob(id);
  const fits = glob ? globs && /^[#!][^\s]+$/.test(id) : isWellFormed(id);
  if (!fits) return { broken: argTexts.notARoom(visible(text)) };
  return { entity: { kind: 'room', entity: id, isGlob: glob, via: [] } };
}

function referenceOfServer(
  text: string,
  services: Services,
  { kind, globs = false, people = false }: EntityOptions,
): Reference {
  if (kind === 'user' || kind === 'room') {
    if (globs && /^[*?]/.test(text)) return { entity: { kind, entity: text, isGlob: true, via: [] } };
    return undefined;
  }
  const [, host] = /^(?:https?|ftp):\/\/([^/\s?#]+)/i.exec(text) ?? [];
  if (host !== undefined) return { broken: argTexts.webAddress(visible(text), visible(host)) };
  if (/^[0-9a-f]*:[0-9a-f]*:[0-9a-f:]*$/i.test(text)) return { broken: argTexts.ipv6(text) };
  if (isGlob(text) && people && globs && /^[*?]+$/.test(text)) return user(text, true);
  if (isGlob(text)) {
    // A pattern of wildcards only would match everybody, so its kind must be stated.
    const fits =
      globs && GLOB_SERVER.test(text) && (kind === 'server' || /[A-Za-z0-9]/.test(text)) && text.includes('.');
    return fits || (kind === 'server' && globs && GLOB_SERVER.test(text))
      ? { entity: { kind: 'server', entity: text, isGlob: true, via: [] } }
      : undefined;
  }
  const name = asciiServer(text);
  if (name === undefined || !isPublicName(name, services)) return undefined;
  return { entity: { kind: 'server', entity: name, isGlob: false, via: [] } };
}

/** A possible server name: with a dot, an address literal, or the server of somebody in our rooms. */
function isPublicName(name: string, services: Services): boolean {
  if (!isServerName(name)) return false;
  const host = withoutPort(name);
  if (host.startsWith('[')) return true;
  const labels = host.split('.');
  const last = labels.at(-1) ?? '';
  if (labels.length > 1 && (isIpLiteral(name) || (last.length > 1 && /[a-z]/i.test(last)))) return true;
  return isServerOfMember(name, services);
}

function isServerOfMember(name: string, { protectedRooms }: Services): boolean {
  const wanted = foldCase(name);
  const bare = foldCase(withoutPort(name));
  for (const server of protectedRooms.servers ?? [])
    if (foldCase(server) === wanted || foldCase(withoutPort(server)) === bare) return true;
  return false;
}

function isHere(userId: string, { protectedRooms }: Services): boolean {
  for (const room of protectedRooms.all()) if (room.members.has(userId)) return true;
  return false;
}

/** Clients put `\` before characters that Markdown would consume. */
function unescaped(text: string): string {
  return text.replace(/\\([\\_*~`?.[\]()#!-])/g, '$1');
}

/** Matrix uses the `xn--…` form of a readable name, which otherwise would match nobody. */
function asciiServer(text: string): string | undefined {
  if (/^[\0-\x7f]*$/.test(text)) return text;
  const [, host = '', port = ''] = /^(.*?)(:\d{1,5})?$/s.exec(text) ?? [];
  if (/[\s/@#!?*]/.test(host)) return undefined;
  const ascii = asciiHost(host);
  return ascii === '' ? undefined : ascii + port;
}

function withAsciiServer(id: string): string {
  const server = serverNameOf(id);
  if (server === undefined || isServerName(server) || isGlob(server)) return id;
  const ascii = asciiServer(server);
  return ascii === undefined ? id : id.slice(0, id.length - server.length) + ascii;
}
