import { readRule, ruleTypeOf, type Reading } from './read-rule.js';
import { RuleIndex } from './rule-index.js';
import { compareText } from './rule-order.js';
import type { EntityKind, MalformedRule, Policy, PolicyEvent, PolicyMatch, PolicyRule, RuleChange } from './types.js';

const KINDS: readonly EntityKind[] = ['user', 'room', 'server'];

/** What the events of one place say, newest type first. Only the first that is there speaks, even when it says nothing. */
type Readings = [Reading | undefined, Reading | undefined, Reading | undefined];

/** A place in a list: (room, kind, state key). */
interface Place {
  readonly kind: EntityKind;
  readonly stateKey: string;
  readings: Readings;
  /** the rule that stands here, kept in step with `readings` by `settle` */
  rule: PolicyRule | undefined;
}

/** The places of one kind in one list. */
interface Places {
  byKey: Map<string, Place>;
  /** by state key; undefined when a place has joined since */
  sorted: Place[] | undefined;
}

type List = Record<EntityKind, Places>;

/** An empty policy: no list is watched yet. */
export function createPolicy(): Policy {
  return new PolicyRules();
}

class PolicyRules implements Policy {
  readonly #lists = new Map<string | undefined, List>();
  readonly #index: Record<EntityKind, RuleIndex> = { user: new RuleIndex('user'), room: new RuleIndex('room'), server: new RuleIndex('server') };

  apply(event: PolicyEvent): RuleChange[] {
    const type = ruleTypeOf(event.type);
    const stateKey = event.state_key;
    if (type === undefined || typeof stateKey !== 'string') return [];
    const place = this.#place(event.room_id, type.kind, stateKey);
    place.readings[type.generation] = readRule(event, type.kind, stateKey);
    return this.#settle(place);
  }

  replaceList(roomId: string, state: Iterable<PolicyEvent>): RuleChange[] {
    const wanted = new Map<Place, Readings>();
    for (const event of state) {
      const type = ruleTypeOf(event.type);
      const stateKey = event.state_key;
      if (type === undefined || typeof stateKey !== 'string') continue;
      const place = this.#place(roomId, type.kind, stateKey);
      const readings: Readings = wanted.get(place) ?? [undefined, undefined, undefined];
      readings[type.generation] = readRule({ ...event, room_id: roomId }, type.kind, stateKey);
      wanted.set(place, readings);
    }
    const changes: RuleChange[] = [];
    for (const place of this.#places(roomId)) {
      if (!wanted.has(place)) wanted.set(place, [undefined, undefined, undefined]);
    }
    for (const [place, readings] of wanted) {
      place.readings = readings;
      changes.push(...this.#settle(place));
    }
    return changes;
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

  *rules(filter: { kind?: EntityKind; roomId?: string } = {}): IterableIterator<PolicyRule> {
    for (const roomId of filter.roomId === undefined ? this.#roomIds() : [filter.roomId]) {
      for (const place of this.#places(roomId, filter.kind)) {
        if (place.rule !== undefined) yield place.rule;
      }
    }
  }

  malformed(roomId?: string): MalformedRule[] {
    const found: MalformedRule[] = [];
    for (const listId of roomId === undefined ? this.#roomIds() : [roomId]) {
      for (const { readings, stateKey } of this.#places(listId)) {
        const reading = spoken(readings);
        if (reading?.states === 'malformed') found.push({ roomId: listId, type: reading.type, stateKey, reason: reading.reason });
      }
    }
    return found;
  }

  /** The one way in which a rule comes to stand, changes, or goes. */
  #settle(place: Place): RuleChange[] {
    const previous = place.rule;
    const reading = spoken(place.readings);
    const rule = reading?.states === 'rule' ? reading.rule : undefined;
    if (previous !== undefined && rule !== undefined && sameRule(previous, rule)) return [];
    place.rule = rule;
    const index = this.#index[place.kind];
    if (previous !== undefined) index.delete(previous);
    if (rule !== undefined) index.add(rule);
    if (rule === undefined) return previous === undefined ? [] : [{ change: 'removed', previous }];
    return [previous === undefined ? { change: 'added', rule } : { change: 'changed', rule, previous }];
  }

  #place(roomId: string | undefined, kind: EntityKind, stateKey: string): Place {
    let list = this.#lists.get(roomId);
    if (list === undefined) this.#lists.set(roomId, list = { user: emptyPlaces(), room: emptyPlaces(), server: emptyPlaces() });
    const places = list[kind];
    let place = places.byKey.get(stateKey);
    if (place === undefined) {
      place = { kind, stateKey, readings: [undefined, undefined, undefined], rule: undefined };
      places.byKey.set(stateKey, place);
      places.sorted = undefined;
    }
    return place;
  }

  #roomIds(): (string | undefined)[] {
    return [...this.#lists.keys()].sort((a, b) => compareText(a ?? '', b ?? ''));
  }

  *#places(roomId: string | undefined, kind?: EntityKind): IterableIterator<Place> {
    const list = this.#lists.get(roomId);
    if (list === undefined) return;
    for (const each of kind === undefined ? KINDS : [kind]) {
      const places = list[each];
      places.sorted ??= [...places.byKey.values()].sort((a, b) => compareText(a.stateKey, b.stateKey));
      yield* places.sorted;
    }
  }
}

function emptyPlaces(): Places {
  return { byKey: new Map(), sorted: undefined };
}

function spoken(readings: Readings): Reading | undefined {
  return readings[0] ?? readings[1] ?? readings[2];
}

/** The same event read again changes nothing: at each start all lists are read anew. */
function sameRule(a: PolicyRule, b: PolicyRule): boolean {
  return a.eventId === b.eventId && a.sender === b.sender && a.type === b.type && a.recommendation === b.recommendation
    && a.entity === b.entity && a.sha256 === b.sha256 && a.reason === b.reason;
}
