import { visible } from '../../detection/index.js';
import { isRoomAlias, isRoomId, serverNameOf } from '../../matrix/identifiers.js';
import type { TrackedRoom } from '../../tracking/tracked-room.js';
import { HeimdallError } from '../../util/errors.js';
import type { Arg, ArgKind, Option } from '../spec.js';
import type { Word } from '../text/words.js';
import { durationIn, momentOf, parseDuration } from './duration.js';
import { referenceOf, type Entity } from './entity.js';
import { listOf, noList } from './lists.js';
import { usageError, type Reading } from './reading.js';
import { roomMayBe } from './room-name.js';
import { checkClaim, readTargets, type TargetOptions, type Targets } from './targets.js';
import { argTexts } from '../texts/args.js';

/** A room as named, and its id. */
export interface NamedRoom {
  roomId: string;
  /** as written: id or alias */
  said: string;
  via: readonly string[];
}

/** An argument: its name, `[…]` if optional, and its reader. */
export function arg<T>(kind: ArgKind, name: string, read: Arg<T>['read'], choices?: readonly string[]): Arg<T> {
  return { kind, label: name, optional: name.startsWith('['), read, ...(choices === undefined ? {} : { choices }) };
}

/** A command's targets, with an optional list. */
export function targets(label: string, options: TargetOptions): Arg<Targets> {
  const kind = options.kinds?.length === 1 && options.kinds[0] === 'user' ? 'user' : 'entity';
  return arg(kind, label, (reading) => readTargets(reading, options));
}

/** The rest of the line. */
export function text(label = '[REASON]', kind: ArgKind = 'reason'): Arg<string> {
  return arg(kind, label, (reading) => {
    const words = reading.takeText();
    if (label === '' || label.startsWith('[') || words !== '') return words;
    throw usageError(argTexts.missing, argTexts.write(label));
  });
}

/** The rest as written, with quotation marks and line breaks, for display. */
export function written(label: string): Arg<string> {
  return arg('text', label, (reading) => {
    const words = reading.takeWritten();
    if (label.startsWith('[') || words !== '') return words;
    throw usageError(argTexts.missing, argTexts.write(label));
  });
}

/** A whole number within limits. */
export function number(label: string, { min = 1, max }: { min?: number; max: number }): Arg<number | undefined> {
  return arg('number', label, (reading) => {
    const word = reading.peek();
    const bare = word?.text.replace(/[,;.:!?)]+$/, '') ?? '';
    if (word === undefined || word.link !== undefined || !/^-?\d/.test(bare)) {
      if (label.startsWith('[')) return undefined;
      throw usageError(argTexts.isMissing(label), argTexts.giveNumber(min, max));
    }
    const value = /^-?\d{1,9}$/.test(bare) ? Number(bare) : NaN;
    if (!(value >= min && value <= max))
      throw usageError(argTexts.notANumber(visible(word.text), min, max), argTexts.nothingDone);
    reading.take();
    return value;
  });
}

/** One of several words, ignoring case. */
export function choice<const T extends string>(label: string, choices: readonly T[]): Arg<T | undefined> {
  return arg(
    'choice',
    label,
    (reading) => {
      const said = reading
        .peek()
        ?.text.toLowerCase()
        .replace(/[,;.:!?)]+$/, '');
      const found = choices.find((one) => one === said);
      if (found !== undefined) reading.take();
      else if (!label.startsWith('['))
        throw usageError(
          said === undefined ? argTexts.isMissing(label) : argTexts.unknownHere(visible(said)),
          argTexts.writeOneOf(choices),
        );
      return found;
    },
    choices,
  );
}

/** A single word, unchanged. */
export function word(label: string, kind: ArgKind = 'text'): Arg<string | undefined> {
  return arg(kind, label, (reading) => {
    const next = reading.peek();
    if (next === undefined && !label.startsWith('[')) throw usageError(argTexts.isMissing(label), argTexts.nothingDone);
    reading.take(next === undefined ? 0 : 1);
    return next === undefined ? undefined : (next.link?.id ?? next.text);
  });
}

function roomWord(reading: Reading): Entity | undefined {
  const next = reading.peek();
  if (next === undefined) return undefined;
  const reference = referenceOf(next, reading.services, reading.around, {});
  if (reference === undefined) return undefined;
  if ('broken' in reference) {
    if (/^[#!]/.test(next.text) || next.link !== undefined) throw usageError(reference.broken, argTexts.giveRoom);
    return undefined;
  }
  return reference.entity.kind === 'room' ? reference.entity : undefined;
}

/** `in #lobby:example.org`, as people write it; takes the "in". */
function roomBehindIn(reading: Reading): Entity | undefined {
  if (reading.peek()?.text.toLowerCase() !== 'in' || reading.peek(1) === undefined) return undefined;
  reading.take();
  const entity = roomWord(reading);
  if (entity === undefined) reading.take(-1);
  return entity;
}

/** A room by id, alias, pill or link; an alias is resolved. */
export function room(label: string): Arg<NamedRoom | undefined> {
  return arg('room', label, async (reading) => {
    const entity = roomWord(reading) ?? roomBehindIn(reading);
    if (entity === undefined) {
      if (label.startsWith('[')) return undefined;
      const said = reading.peek();
      throw usageError(
        said === undefined
          ? argTexts.whichRoom
          : argTexts.notRoom(visible(said.text), roomMayBe(reading.left, reading.services)),
        argTexts.giveRoom,
      );
    }
    await checkClaim(entity, reading.services);
    reading.take();
    return namedRoom(entity, reading);
  });
}

async function namedRoom({ entity, via }: Entity, { services }: Reading): Promise<NamedRoom> {
  const roomId = isRoomAlias(entity) ? await services.homeserver.resolveAlias(entity) : entity;
  if (roomId === undefined || !isRoomId(roomId))
    throw new HeimdallError('HEIMDALL_E_ROOM', argTexts.noRoomBehind(visible(entity)), argTexts.checkSpelling);
  // An id from room version 12 on contains no server to join through, and the alias is not available later.
  const server = isRoomAlias(entity) ? serverNameOf(entity) : undefined;
  return { roomId, said: entity, via: server === undefined ? via : [...new Set([...via, server])] };
}

/** A named protected room, or all of them. */
export function protectedRooms(label = '[ROOM]'): Arg<{ named: boolean; rooms: TrackedRoom[] }> {
  const one = room(label);
  return arg('room', label, async (reading) => {
    const named = await one.read(reading);
    if (named === undefined) return { named: false, rooms: [...reading.services.protectedRooms.all()] };
    const kept = reading.services.protectedRooms.get(named.roomId);
    if (kept !== undefined) return { named: true, rooms: [kept] };
    throw new HeimdallError('HEIMDALL_E_ROOM', argTexts.notProtected(visible(named.said)), argTexts.notProtectedRemedy);
  });
}

/** A watched list by shortcode, alias or id. */
export function list(label: string): Arg<string | undefined> {
  return arg('list', label, async (reading) => {
    const next = reading.peek();
    if (next === undefined) {
      if (label.startsWith('[')) return undefined;
      throw usageError(argTexts.whichList, argTexts.listsShows);
    }
    const found = await listOf(next, reading);
    if (found === undefined && !label.startsWith('[')) throw noList(next.text, reading.services);
    if (found !== undefined) reading.take();
    return found;
  });
}

/** An event's location. A link includes the room; otherwise it is the next word. */
export interface NamedEvent {
  roomId: string;
  eventId: string;
}

/** An event given as a link, or as its id followed by the room; undefined if there is none. */
export async function eventHere(reading: Reading): Promise<NamedEvent | undefined> {
  const next = reading.peek();
  if (next === undefined) return undefined;
  if (next.link?.eventId !== undefined) {
    if (reading.around.contradictory || next.glued === true)
      throw usageError(argTexts.ambiguous(visible(next.text)), argTexts.givePlainLink);
    reading.take();
    return { roomId: await roomIdOfLink(next, reading), eventId: next.link.eventId };
  }
  if (!next.text.startsWith('$') || next.text.length < 2) return undefined;
  reading.take();
  const named = await room('[ROOM]').read(reading);
  if (named === undefined) throw usageError(argTexts.inWhichRoom, argTexts.writeEvent);
  return { roomId: named.roomId, eventId: next.text.replace(/[,;.:!?)]+$/, '') };
}

async function roomIdOfLink({ link }: Word, reading: Reading): Promise<string> {
  return (await namedRoom({ kind: 'room', entity: link?.id ?? '', isGlob: false, via: [] }, reading)).roomId;
}

/** A time in the past: `3h`, `1 day`, `2026-11-28`. */
export function moment(label: string): Arg<number> {
  return arg('date', label, (reading) => {
    const now = reading.services.clock();
    const words = reading.left.map((one) => one.text);
    const length = durationIn(words);
    if (length !== undefined) {
      reading.take(length.taken);
      return now - length.value;
    }
    const at = momentOf(words[0] ?? '', now);
    if (at === undefined || at > now)
      throw usageError(
        words[0] === undefined ? argTexts.sinceWhen : argTexts.notInThePast(visible(words[0])),
        argTexts.timeForms,
      );
    reading.take();
    return at;
  });
}

/** An option without a value. */
export function flag(name: string, summary: string, aliases: readonly string[] = []): Option<boolean> {
  return { label: `--${name}`, summary, aliases, takesValue: false, read: () => ({ value: true, taken: 0 }) };
}

/** `--for 7d`, `--for=7d`, `--for 7 days`. */
export function duration(name: string, summary: string): Option<number> {
  return {
    label: `--${name} TIME`,
    summary,
    takesValue: true,
    read(value, words) {
      if (value !== undefined) {
        const joined = durationIn([value, ...words]);
        return joined === undefined
          ? { value: parseDuration(value), taken: 0 }
          : { value: joined.value, taken: joined.taken - 1 };
      }
      return durationIn(words) ?? { value: parseDuration(words[0] ?? ''), taken: 1 };
    },
  };
}

/** The words that skip the confirmation for actions on many people or that cannot be undone. */
export const yes = flag('yes', 'Does it without asking first.', ['force', 'confirm', 'ja']);
