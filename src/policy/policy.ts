import { NoRule, readRule, ruleTypeOf, type Reading, type RuleType } from './read-rule.js';
import { RuleIndex } from './rule-index.js';
import { compareText } from './rule-order.js';
import type { EntityKind, MalformedRule, Policy, PolicyEvent, PolicyMatch, PolicyRule, RuleChange } from './types.js';

const KINDS: readonly EntityKind[] = ['user', 'room', 'server'];

/** A place in a list: (room, kind, state key). A large list has many, so each is one flat object. */
class Place {
  /** the events of this place by age of their type: only the newest type counts, even when it states no rule */
  newest: Reading | undefined = undefined;
  older: Reading | undefined = undefined;
  oldest: Reading | undefined = undefined;
  /** the rule in force here, kept up to date by `settle` */
  rule: PolicyRule | undefined = undefined;

  constructor(
    readonly kind: EntityKind,
    readonly stateKey: string,
  ) {}

  note(generation: RuleType['generation'], reading: Reading): void {
    if (generation === 0) this.newest = reading;
    else if (generation === 1) this.older = reading;
    else this.oldest = reading;
  }

  get spoken(): Reading | undefined {
    return this.newest ?? this.older ?? this.oldest;
  }
}

/** The places of one kind in one list. */
interface Places {
  byKey: Map<string, Place>;
  /** by state key, without those added since */
  sorted: Place[];
  joined: Place[];
}

interface List {
  readonly roomId: string | undefined;
  readonly places: Record<EntityKind, Places>;
}

/** An empty policy: no list is watched yet. */
export function createPolicy(): Policy {
  return new PolicyRules();
}

class PolicyRules implements Policy {
  readonly #lists = new Map<string | undefined, List>();
  readonly #index: Record<EntityKind, RuleIndex> = {
    user: new RuleIndex('user'),
    room: new RuleIndex('room'),
    server: new RuleIndex('server'),
  };

  apply(event: PolicyEvent): RuleChange[] {
    const place = this.#note(event.room_id, event);
    return place === undefined ? [] : this.#settle(place);
  }

  replaceList(roomId: string, state: Iterable<PolicyEvent>): RuleChange[] {
    const events = [...state];
    for (const place of this.#places(roomId)) place.newest = place.older = place.oldest = undefined;
    for (const event of events) this.#note(roomId, event);
    return this.#places(roomId).flatMap((place) => this.#settle(place));
  }

  removeList(roomId: string): RuleChange[] {
    const changes = this.replaceList(roomId, []);
    this.#lists.delete(roomId);
    return changes;
  }

  match(kind: EntityKind, entity: string): PolicyMatch | null {
    return this.#index[kind].match(entity);
  }

  rulesMatching(kind: EntityKind, entity: string): PolicyRule[] {
    return this.#index[kind].all(entity);
  }

  rules(filter: { kind?: EntityKind; roomId?: string } = {}): IterableIterator<PolicyRule> {
    const found: PolicyRule[] = [];
    for (const roomId of filter.roomId === undefined ? this.#roomIds() : [filter.roomId]) {
      for (const { rule } of this.#places(roomId, filter.kind)) if (rule !== undefined) found.push(rule);
    }
    return found.values();
  }

  malformed(roomId?: string): MalformedRule[] {
    const found: MalformedRule[] = [];
    for (const listId of roomId === undefined ? this.#roomIds() : [roomId]) {
      for (const { spoken, stateKey } of this.#places(listId)) {
        if (spoken instanceof NoRule && spoken.reason !== undefined)
          found.push({ roomId: listId, type: spoken.type, stateKey, reason: spoken.reason });
      }
    }
    return found;
  }

  /** Stores an event at its place; undefined when it is not a policy event. */
  #note(roomId: string | undefined, event: PolicyEvent): Place | undefined {
    const type = ruleTypeOf(event.type);
    const stateKey = event.state_key;
    if (type === undefined || typeof stateKey !== 'string') return undefined;
    const list = this.#list(roomId);
    const place = placeOf(list.places[type.kind], type.kind, stateKey);
    place.note(type.generation, readRule(event, type, list.roomId, place.stateKey));
    return place;
  }

  /** The single function by which a rule appears, changes or disappears. */
  #settle(place: Place): RuleChange[] {
    const previous = place.rule;
    const { spoken } = place;
    const rule = spoken instanceof NoRule ? undefined : spoken;
    if (previous !== undefined && rule !== undefined && sameRule(previous, rule)) return [];
    place.rule = rule;
    const index = this.#index[place.kind];
    if (previous !== undefined) index.delete(previous);
    if (rule !== undefined) index.add(rule);
    if (rule === undefined) return previous === undefined ? [] : [{ change: 'removed', previous }];
    return [previous === undefined ? { change: 'added', rule } : { change: 'changed', rule, previous }];
  }

  #list(roomId: string | undefined): List {
    let list = this.#lists.get(roomId);
    if (list === undefined)
      this.#lists.set(
        roomId,
        (list = { roomId, places: { user: emptyPlaces(), room: emptyPlaces(), server: emptyPlaces() } }),
      );
    return list;
  }

  #roomIds(): (string | undefined)[] {
    return [...this.#lists.keys()].sort((a, b) => compareText(a ?? '', b ?? ''));
  }

  /** The places of a list, by kind and state key. */
  #places(roomId: string | undefined, kind?: EntityKind): readonly Place[] {
    const list = this.#lists.get(roomId);
    if (list === undefined) return [];
    return kind === undefined
      ? KINDS.flatMap((each) => sortedPlaces(list.places[each]))
      : sortedPlaces(list.places[kind]);
  }
}

/** Merges the added rules into the sorted ones: one more rule must not cause twenty thousand to be sorted again. */
function sortedPlaces(places: Places): readonly Place[] {
  if (places.joined.length === 0) return places.sorted;
  const joined = places.joined.sort((a, b) => compareText(a.stateKey, b.stateKey));
  const merged: Place[] = [];
  let at = 0;
  for (const place of places.sorted) {
    for (let next = joined[at]; next !== undefined && next.stateKey < place.stateKey; next = joined[at]) {
      merged.push(next);
      at += 1;
    }
    merged.push(place);
  }
  for (const place of joined.slice(at)) merged.push(place);
  places.sorted = merged;
  places.joined = [];
  return merged;
}

function emptyPlaces(): Places {
  return { byKey: new Map(), sorted: [], joined: [] };
}

function placeOf(places: Places, kind: EntityKind, stateKey: string): Place {
  let place = places.byKey.get(stateKey);
  if (place === undefined) {
    place = new Place(kind, stateKey);
    places.byKey.set(stateKey, place);
    places.joined.push(place);
  }
  return place;
}

/** Rereading the same event changes nothing; all lists are reread at each start. */
function sameRule(a: PolicyRule, b: PolicyRule): boolean {
  return (
    a.eventId === b.eventId &&
    a.sender === b.sender &&
    a.type === b.type &&
    a.recommendation === b.recommendation &&
    a.entity === b.entity &&
    a.sha256 === b.sha256 &&
    a.reason === b.reason
  );
}
