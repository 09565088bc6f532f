import { visible } from '../../detection/index.js';
import type { EntityKind } from '../../policy/index.js';
import type { CaseRecord, SubjectKind } from '../../store/records/cases.js';
import type { Word } from '../text/words.js';
import type { Services } from '../types.js';
import { referenceOf, type Entity, type EntityOptions } from './entity.js';
import { isWatched, listByShortcode, listOf, noList } from './lists.js';
import { usageError, type Reading } from './reading.js';
import { roomMayBe } from './room-name.js';
import { argTexts } from '../texts/args.js';

/** A command's targets, one or several, and the list named with them. */
export interface Targets {
  listRoomId: string | undefined;
  targets: Entity[];
}

export interface TargetOptions {
  /** kinds that may be named; default: all */
  kinds?: readonly EntityKind[];
  /** patterns are allowed; default false */
  globs?: boolean;
  /** a list may be named with the targets; default false */
  list?: boolean;
  /** only one */
  single?: boolean;
}

const KINDS: readonly string[] = ['user', 'room', 'server'] satisfies EntityKind[];
const MOST_TARGETS = 50;

/**
 * Reads `[LIST] [user|room|server] TARGET… [LIST]`. Words directly after the first target that certainly name an entity
 * are targets too; the first other word starts the reason. Without a target, the message that the command replies to
 * determines it.
 */
export async function readTargets(reading: Reading, options: TargetOptions): Promise<Targets> {
  const first = await firstOf(reading, options);
  const targets = [first.entity];
  while (options.single !== true && targets.length < MOST_TARGETS) {
    const next = await furtherTarget(reading, targets[0] as Entity, first.kind, options);
    if (next === undefined) break;
    if (!targets.some((one) => one.entity === next.entity && one.kind === next.kind)) targets.push(next);
  }
  return { listRoomId: first.listRoomId ?? (await listBehind(reading, options)), targets };
}

interface First {
  entity: Entity;
  kind: EntityKind | undefined;
  listRoomId: string | undefined;
}

async function firstOf(reading: Reading, options: TargetOptions): Promise<First> {
  const listRoomId = options.list === true ? await listBefore(reading, options) : undefined;
  const kind = kindOf(reading.peek(), reading);
  if (kind !== undefined) {
    if (options.kinds?.includes(kind) === false) throw usageError(argTexts.wrongKind(kind), whomToName(options));
    reading.take();
  }
  const entity = await targetHere(reading, entityOptions(options, kind));
  if (entity !== undefined) return { entity: checkedKind(entity, options), kind, listRoomId };
  const word = reading.peek();
  const replied = kind === undefined && listRoomId === undefined ? await entityOfReply(reading, options) : undefined;
  if (replied !== undefined) return { entity: replied, kind, listRoomId };
  if (word === undefined) throw usageError(argTexts.who, whomToName(options));
  await refuseMistypedList(reading, word, options);
  throw usageError(argTexts.namesNobody(visible(word.text), nearTo(reading, word, options)), whomToName(options));
}

/** `user`, `room` or `server` before a target. */
function kindOf(word: Word | undefined, reading: Reading): EntityKind | undefined {
  if (word === undefined || word.quoted || word.link !== undefined || reading.peek(1) === undefined) return undefined;
  const kind = word.text.toLowerCase();
  return KINDS.includes(kind) ? (kind as EntityKind) : undefined;
}

function entityOptions({ kinds, globs }: TargetOptions, kind: EntityKind | undefined): EntityOptions {
  const only = kinds?.length === 1 ? kinds[0] : undefined;
  const people = kind === undefined && kinds?.includes('user') === true && !kinds.includes('room');
  return { ...(kind === undefined && only === undefined ? {} : { kind: kind ?? only }), globs: globs === true, people };
}

/** The target at this position; undefined for an ordinary word. Throws for an invalid one. */
async function targetHere(reading: Reading, options: EntityOptions): Promise<Entity | undefined> {
  const byCase = await caseTarget(reading);
  if (byCase !== undefined) return byCase;
  const word = reading.peek();
  if (word === undefined) return undefined;
  const reference = referenceOf(word, reading.services, reading.around, options);
  if (reference === undefined) return undefined;
  if ('broken' in reference) throw usageError(reference.broken, argTexts.giveFullId);
  await checkClaim(reference.entity, reading.services);
  reading.take();
  return reference.entity;
}

/** A pill that shows an alias and links to a room id: both must be the same room. */
export async function checkClaim({ claimedAlias, entity }: Entity, { homeserver }: Services): Promise<void> {
  if (claimedAlias === undefined || (await homeserver.resolveAlias(claimedAlias)) === entity) return;
  throw usageError(argTexts.saysButLeads(visible(claimedAlias), visible(entity)), argTexts.giveRoomId);
}

/** `case 12`, `case #12`, `case @user:server`: the subject of that case. */
async function caseTarget(reading: Reading): Promise<Entity | undefined> {
  const [word, reference] = [reading.peek(), reading.peek(1)];
  if (word === undefined || reference === undefined || word.quoted || word.link !== undefined) return undefined;
  if (!/^(?:case|fall)$/i.test(word.text)) return undefined;
  const found = await caseOfWord(reference, reading);
  if (found === undefined) {
    if (!/^#?\d/.test(narrow(reference.text)) && reference.link === undefined && !reference.text.startsWith('@'))
      return undefined;
    throw usageError(argTexts.noCase(visible(reference.text)), argTexts.casesLists);
  }
  reading.take(2);
  return entityOfCase(found);
}

/** Numbers as keyboards for Chinese or Japanese write them, in full width, are numbers. */
export function narrow(text: string): string {
  return text.replace(/[０-９＃，；－]/g, (wide) => wide.normalize('NFKC'));
}

/** The case named by number or by its subject. */
export async function caseOfWord(word: Word, { services, around }: Reading): Promise<CaseRecord | undefined> {
  const id = word.link === undefined ? /^#?(\d{1,15})[,;.:!?)\]]*$/.exec(narrow(word.text))?.[1] : undefined;
  if (id !== undefined) return services.ledger.caseById(Number(id));
  const reference = referenceOf(word, services, around, {});
  const written = reference !== undefined && 'entity' in reference ? reference.entity.entity : word.text;
  return (await services.ledger.cases({ subject: written, limit: 1 }))[0];
}

export function isEntityKind(kind: SubjectKind): kind is EntityKind {
  return KINDS.includes(kind);
}

/** A case's subject, literally: its id is never a pattern. */
function entityOfCase({ id, subject, subjectKind }: CaseRecord): Entity {
  if (!isEntityKind(subjectKind))
    throw usageError(
      argTexts.caseIsAbout(id, argTexts.caseSubjects[subjectKind === 'media' ? 'media' : 'event']),
      argTexts.nameTheAccount,
    );
  return { kind: subjectKind, entity: subject, isGlob: false, via: [], caseId: id };
}

/** Another target directly after; only if it certainly names an entity, since a reason may follow too. */
async function furtherTarget(
  reading: Reading,
  first: Entity,
  kind: EntityKind | undefined,
  options: TargetOptions,
): Promise<Entity | undefined> {
  const word = reading.peek();
  if (word === undefined || (word.quoted && !isQuotedId(word))) return undefined;
  if (/^(?:and|und|&|\+|,)$/i.test(word.text)) {
    // "@one:server and @two:server": accepted only if a target follows.
    const after = reading.peek(1);
    if (after === undefined || !isCertain(1, reading, first, entityOptions(options, kind))) return undefined;
    reading.take();
  } else if (!isCertain(0, reading, first, entityOptions(options, kind))) return undefined;
  const entity = await targetHere(reading, entityOptions(options, kind));
  return entity === undefined ? undefined : checkedKind(entity, options);
}

/** An identifier copied with its quotes or back-ticks; other quoted words start the reason. */
function isQuotedId({ text, written, link }: Word): boolean {
  if (link !== undefined) return true;
  return /^[@#!]\S*:\S+$/.test(text) || (written?.startsWith('`') === true && !/\s/.test(text));
}

function isCertain(at: number, reading: Reading, first: Entity, options: EntityOptions): boolean {
  const word = reading.peek(at);
  if (word === undefined) return false;
  if (/^(?:case|fall)$/i.test(word.text))
    return /^#?\d{1,15}[,;.:!?)]*$/.test(narrow(reading.peek(at + 1)?.text ?? ''));
  const reference = referenceOf(word, reading.services, reading.around, options);
  // An invalid link or id among the targets must not become part of the reason.
  if (reference === undefined) return false;
  if ('broken' in reference) return word.link !== undefined && word.link.eventId === undefined;
  // A room after a person is where it happened; a server after a person is part of the reason.
  return reference.entity.kind === first.kind;
}

/** A list before the target: only if something other than a reason follows. */
async function listBefore(reading: Reading, options: TargetOptions): Promise<string | undefined> {
  const [word, next] = [reading.peek(), reading.peek(1)];
  if (word === undefined || next === undefined) return undefined;
  const following = isTarget(next, reading, options) || kindOf(next, reading) !== undefined;
  if (!following) return undefined;
  const listRoomId = await listOf(word, reading);
  if (listRoomId !== undefined) reading.take();
  return listRoomId;
}

async function listBehind(reading: Reading, { list }: TargetOptions): Promise<string | undefined> {
  const word = reading.peek();
  if (list !== true || word === undefined) return undefined;
  const listRoomId = await listOf(word, reading);
  if (listRoomId !== undefined) reading.take();
  return listRoomId;
}

function isTarget(word: Word, reading: Reading, options: TargetOptions): boolean {
  if (/^(?:case|fall)$/i.test(word.text)) return true;
  return referenceOf(word, reading.services, reading.around, entityOptions(options, undefined)) !== undefined;
}

/** A word that can only have been meant as a list gets a specific error. */
async function refuseMistypedList(reading: Reading, word: Word, options: TargetOptions): Promise<void> {
  if (options.list !== true) return;
  const next = reading.peek(1);
  const known = listByShortcode(word, reading);
  if (known !== undefined) throw usageError(argTexts.who, whomToName(options));
  if (next !== undefined && (isTarget(next, reading, options) || kindOf(next, reading) !== undefined))
    throw noList(word.text, reading.services);
}

/** The subject of the message that the command replies to: its case's subject, or its sender. */
async function entityOfReply(reading: Reading, { kinds }: TargetOptions): Promise<Entity | undefined> {
  const { around, services, invocation } = reading;
  if (around.contradictory) return undefined;
  const head = around.repliesTo ?? around.thread;
  if (head === undefined) return undefined;
  const about = await services.ledger.caseByNotice(head);
  const inThread = around.thread === undefined ? undefined : await services.ledger.caseByNotice(around.thread);
  const found = about ?? inThread;
  if (found !== undefined && isEntityKind(found.subjectKind) && kinds?.includes(found.subjectKind) !== false)
    return entityOfCase(found);
  if (around.repliesTo === undefined || kinds?.includes('user') === false) return undefined;
  const event = await services.homeserver.event(invocation.roomId, around.repliesTo).catch(() => undefined);
  if (event === undefined || event.sender === services.homeserver.botUserId) return undefined;
  return { kind: 'user', entity: event.sender, isGlob: false, via: [] };
}

function checkedKind(entity: Entity, options: TargetOptions): Entity {
  if (options.kinds?.includes(entity.kind) === false)
    throw usageError(argTexts.isKind(visible(entity.entity), entity.kind), whomToName(options));
  return entity;
}

/** A rule against a list that we watch is never intended: only the list was named. */
export function refuseListAsTarget({ kind, entity }: Entity, services: Services, roomId: string | undefined): void {
  if (kind === 'room' && roomId !== undefined && isWatched(roomId, services))
    throw usageError(argTexts.isWatchedList(visible(entity)), argTexts.isWatchedListRemedy);
}

function whomToName({ kinds }: TargetOptions): string {
  const forms: Record<EntityKind, string> = {
    user: argTexts.userId,
    room: argTexts.roomId,
    server: argTexts.serverName,
  };
  const wanted = (kinds ?? ['user', 'room', 'server']).map((kind) => forms[kind]);
  return argTexts.give(wanted);
}

/** Servers of people in our rooms that a word without a dot may refer to, or the room of which it is the name. */
function nearTo({ left, services }: Reading, { text }: Word, { kinds }: TargetOptions): string {
  const { protectedRooms } = services;
  const room = kinds?.includes('room') === false ? '' : roomMayBe(left, services);
  if (room !== '') return room;
  const wanted = text.toLowerCase();
  if (!/^[a-z0-9-]{2,60}$/.test(wanted)) return '';
  const near: string[] = [];
  for (const server of protectedRooms.servers ?? [])
    if (server.toLowerCase().startsWith(`${wanted}.`) && near.push(server) >= 3) break;
  return near.length === 0 ? '' : argTexts.serverMayBe(near.map((server) => visible(server)));
}
