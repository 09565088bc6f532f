/**
 * Judges whether a room copies an official one, with the same engine as for people: an alias is read as a localpart and
 * a server name, a name as a display name. The weights differ (rules/detection.yaml, `rooms:`), because many honest
 * rooms have similar names, and only resemblance to an official room counts: a brand in a name means nothing for rooms.
 * Pure.
 */
import type { AvatarLikeness } from './avatar.js';
import { createDetector } from './detector.js';
import { foldedText } from './lexicon.js';
import { wordsOf } from './words.js';
import { ROOM_WEIGHT_NAMES, WEIGHT_NAMES, type DetectionRules, type RoomWeightName } from './rules.js';
import type { Detector, Evidence, Verdict, VerdictLevel } from './types.js';
import { roomTexts } from './texts.js';
import { visible } from './visible.js';

/** The current state of an official room. */
export interface OfficialRoom {
  /** its alias or id, used as `protected` in verdicts */
  reference: string;
  name: string | null;
  topic: string | null;
  aliases: readonly string[];
  avatarUrl: string | null;
}

/** A room as seen; unknown properties are absent. */
export interface RoomSighting {
  roomId: string;
  name?: string | null;
  topic?: string | null;
  /** as stated by the room, without checking that they point to it */
  aliases?: readonly string[];
  avatarUrl?: string | null;
  /** official rooms whose avatar this one's picture resembles, by their reference */
  avatarLike?: readonly { protected: string; likeness: AvatarLikeness }[];
}

/** Judges whether a room copies an official one. The caller must know whether it is official itself. */
export interface RoomDetector {
  inspect(sighting: RoomSighting): Verdict;
  /** Whether anything in it has even a slight resemblance, so that the rest of the room is worth checking. */
  touches(sighting: RoomSighting): boolean;
}

const NOTHING: Verdict = { verdict: 'none', score: 0, protected: null, evidence: [] };
/** A neutral server, for rooms without an alias: IP addresses identify nobody. */
const NO_SERVER = '0.0.0.0';
const MOST_ALIASES = 5;
/** Shorter names and aliases are too common. */
const LEAST_LETTERS = 5;
/** Shorter topics match by chance. */
const LEAST_TOPIC = 20;
/** The engine's levels are not used: its evidence is weighed here. */
const ALL_FOUND = { possible: 0.1, likely: 1000, certain: 1001 };

export function createRoomDetector(rooms: readonly OfficialRoom[], rules: DetectionRules): RoomDetector {
  return new CopyDetector(rooms, rules);
}

class CopyDetector implements RoomDetector {
  readonly #engine: Detector;
  readonly #roomOf = new Map<string, OfficialRoom>();
  readonly #weights: Readonly<Record<RoomWeightName, number>>;

  constructor(
    private readonly rooms: readonly OfficialRoom[],
    private readonly rules: DetectionRules,
  ) {
    this.#weights = rules.rooms;
    const { roles, words } = rules;
    const common = new Set(
      [...words.rooms, ...words.plain, ...words.generic, ...roles.strong, ...roles.weak, ...roles.filler].map(
        foldedText,
      ),
    );
    const isCommon = (text: string) =>
      foldedText(text).length < LEAST_LETTERS || wordsOf(text).every((word) => common.has(foldedText(word)));
    const identities = rooms.flatMap((room, number) => {
      const displayNames = room.name === null || isCommon(room.name) ? [] : [room.name];
      const ids = room.aliases
        .slice(0, MOST_ALIASES)
        .map(asUserId)
        .filter((id) => id !== undefined);
      // one identity for each alias; a room without one is known by its name only
      return (ids.length > 0 ? ids : [`@room${number}:${NO_SERVER}`]).flatMap((userId) => {
        if (this.#roomOf.has(userId)) return [];
        this.#roomOf.set(userId, room);
        return [{ userId, displayNames, avatars: [], domains: [], rooms: [], variants: [] }];
      });
    });
    const engineWeights = Object.fromEntries(
      WEIGHT_NAMES.map((name) => [
        name,
        (ROOM_WEIGHT_NAMES as readonly string[]).includes(name) ? rules.rooms[name as RoomWeightName] : 0,
      ]),
    ) as DetectionRules['weights'];
    const generic = [
      ...words.generic,
      ...words.rooms,
      ...(rooms
        .flatMap(({ aliases }) => aliases.map(localpartOf))
        .filter((localpart) => localpart !== undefined && isCommon(localpart)) as string[]),
    ];
    this.#engine = createDetector(identities, {
      ...rules,
      thresholds: ALL_FOUND,
      weights: engineWeights,
      words: { ...words, generic },
    });
  }

  inspect(sighting: RoomSighting): Verdict {
    return this.#verdict(sighting, (room, found) => [...found, ...this.#beside(sighting, room)]);
  }

  touches(sighting: RoomSighting): boolean {
    if (this.#found(sighting).size > 0) return true;
    return this.rooms.some((room) => this.#beside(sighting, room).length > 0);
  }

  /** The strongest verdict over the official rooms, each weighed separately. */
  #verdict(sighting: RoomSighting, allOf: (room: OfficialRoom, found: readonly Evidence[]) => Evidence[]): Verdict {
    let best = NOTHING;
    for (const [room, found] of this.#found(sighting)) {
      const evidence = allOf(room, found);
      const score = Math.round(evidence.reduce((sum, { weight }) => sum + weight, 0) * 100) / 100;
      const level = this.#levelOf(score, evidence);
      if (level !== 'none' && score > best.score) best = { verdict: level, score, protected: room.reference, evidence };
    }
    return best;
  }

  /** `certain` requires resemblance in two fields, or an alias that is visually identical to the official one. */
  #levelOf(score: number, evidence: readonly Evidence[]): VerdictLevel {
    const { thresholds } = this.rules;
    const fields = new Set(evidence.map(({ field }) => field));
    if (score >= thresholds.certain && (fields.size > 1 || evidence.some(({ disguise }) => disguise === 'id_twin')))
      return 'certain';
    return score >= thresholds.likely ? 'likely' : score >= thresholds.possible ? 'possible' : 'none';
  }

  /** Evidence from name and aliases, for each official room that they resemble. */
  #found(sighting: RoomSighting): Map<OfficialRoom, Evidence[]> {
    const found = new Map<OfficialRoom, Evidence[]>();
    const claims = new Map<OfficialRoom, Evidence>();
    const aliases = (sighting.aliases ?? []).slice(0, MOST_ALIASES);
    for (const userId of [`@:${NO_SERVER}`, ...aliases.map(asUserId)]) {
      if (userId === undefined) continue;
      const verdict = this.#engine.inspect({ userId, displayName: sighting.name ?? null });
      const room = verdict.protected === null ? undefined : this.#roomOf.get(verdict.protected);
      if (room === undefined) continue;
      if (verdict.verdict === 'official') {
        claims.set(room, this.#claim(userId, room));
        continue;
      }
      const evidence = this.#ofRoom(verdict.evidence, sighting, userId, room);
      const sum = (list: readonly Evidence[]) => list.reduce((total, { weight }) => total + weight, 0);
      if (evidence.length > 0 && sum(evidence) > sum(found.get(room) ?? [])) found.set(room, evidence);
    }
    for (const [room, claim] of claims)
      found.set(room, [claim, ...(found.get(room) ?? []).filter(({ field }) => field === 'room_name')]);
    return found;
  }

  #claim(userId: string, room: OfficialRoom): Evidence {
    return {
      field: 'room_alias',
      protected: room.reference,
      disguise: 'claimed_alias',
      view: 'raw',
      weight: this.#weights.alias_claimed,
      sentence: roomTexts.claims(visible(asAlias(userId))),
    };
  }

  /** The engine's evidence, worded for rooms. A similar server means nothing without a similar alias or name. */
  #ofRoom(evidence: readonly Evidence[], { name }: RoomSighting, userId: string, room: OfficialRoom): Evidence[] {
    const names = evidence.filter(({ field }) => field !== 'server_name');
    if (names.length === 0) return [];
    return evidence.map((item) => {
      if (item.field === 'display_name') return { ...item, ...this.#ofName(item, name ?? '', room) };
      const { disguise, view, weight } = item;
      return {
        field: 'room_alias',
        protected: room.reference,
        disguise,
        view,
        weight,
        sentence: roomTexts.alias(visible(asAlias(userId)), item.field === 'server_name', visible(room.reference)),
      };
    });
  }

  #ofName(
    item: Evidence,
    name: string,
    room: OfficialRoom,
  ): Pick<Evidence, 'field' | 'protected' | 'weight' | 'sentence'> {
    const exact = name === room.name;
    // written in look-alike letters, which is never a coincidence
    const disguised =
      !exact && ['homoglyph', 'invisible', 'reversed', 'shape', 'leet', 'lookalike', 'style'].includes(item.disguise);
    const weight = item.weight + (disguised ? this.#weights.name_disguised : 0);
    return {
      field: 'room_name',
      protected: room.reference,
      weight,
      sentence: roomTexts.name(
        visible(name),
        exact ? 'exact' : disguised ? 'disguised' : 'near',
        visible(room.reference),
        visible(room.name ?? ''),
      ),
    };
  }

  /**
   * Evidence that only counts beside a name or an alias: topic and picture, which portals and rooms of the same people
   * share.
   */
  #beside({ topic, avatarUrl, avatarLike }: RoomSighting, room: OfficialRoom): Evidence[] {
    const evidence: Evidence[] = [];
    const base = { protected: room.reference };
    if (
      topic != null &&
      room.topic !== null &&
      foldedText(topic).length >= LEAST_TOPIC &&
      foldedText(topic) === foldedText(room.topic)
    ) {
      evidence.push({
        ...base,
        field: 'room_topic',
        disguise: 'same_topic',
        view: 'fold',
        weight: this.#weights.topic_same,
        sentence: roomTexts.topic(visible(room.reference)),
      });
    }
    const like = avatarLike?.find(({ protected: reference }) => reference === room.reference)?.likeness;
    if (avatarUrl != null && avatarUrl === room.avatarUrl)
      evidence.push({
        ...base,
        field: 'avatar',
        disguise: 'same_avatar',
        view: 'avatar',
        weight: this.#weights.avatar_same,
        sentence: roomTexts.avatar(visible(room.reference)),
      });
    else if (like !== undefined)
      evidence.push({
        ...base,
        field: 'avatar',
        disguise: like === 'same' ? 'copied_avatar' : 'near_avatar',
        view: 'avatar',
        weight: like === 'same' ? this.#weights.avatar_same : this.#weights.avatar_near,
        sentence: roomTexts.avatarLike(visible(room.reference)),
      });
    return evidence;
  }
}

/** `#name:server` as the engine reads it: `@name:server`. */
function asUserId(alias: string): string | undefined {
  return /^#[^:]+:.+/s.test(alias) ? `@${alias.slice(1)}` : undefined;
}

function asAlias(userId: string): string {
  return `#${userId.slice(1)}`;
}

function localpartOf(alias: string): string | undefined {
  return /^#([^:]+):/.exec(alias)?.[1];
}
