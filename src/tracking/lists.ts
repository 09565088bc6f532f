import { isSoftFailed, parseTombstone } from '../matrix/events.js';
import type { HomeserverReader, MatrixEvent } from '../matrix/types.js';
import { createPolicy } from '../policy/index.js';
import type { Policy, PolicyEvent, PolicyRule, RuleChange } from '../policy/types.js';
import { BoundedMap } from '../util/bounded-map.js';
import { KeyedMutex } from '../util/keyed-mutex.js';
import { PlaceOrder } from './place-order.js';

const RULE_TYPE = /^(?:m\.policy\.rule|m\.room\.rule|org\.matrix\.mjolnir\.rule)\.(?:user|room|server)$/;
/** How many redacted rules are remembered until their redactions come in. */
const MOST_REDACTED = 1_000;
const SHORTCODE_TYPE = 'org.matrix.mjolnir.shortcode';

/** Whether an event states, or could remove, a policy rule. */
export function isPolicyEvent(event: MatrixEvent): boolean {
  return RULE_TYPE.test(event.type) && event.state_key !== undefined;
}

/** Whether an event may state a server rule. */
export function isServerRule(event: MatrixEvent): boolean {
  return isPolicyEvent(event) && event.type.endsWith('.server');
}

/**
 * The watched lists and their rules in force. Reading a whole list and following its events lead to the same `Policy`.
 * A list that cannot be read keeps its last known rules.
 */
export class WatchedLists {
  readonly #rooms = new Set<string>();
  readonly #shortcodes = new Map<string, string>();
  /** lists that we are not in, according to the last read or an event since */
  readonly #outside = new Set<string>();
  readonly #tombstones = new Map<string, { eventId: string; replacementRoom: string | null }>();
  readonly #orders = new Map<string, PlaceOrder>();
  /** lists that we created */
  readonly #made = new Set<string>();
  /** the aliases in a list's own state */
  readonly #aliases = new Map<string, string[]>();
  /** rules that a read has shown to be redacted, by their events */
  readonly #redacted = new BoundedMap<string, PolicyRule>(MOST_REDACTED);
  #revision = 0;
  #serverRevision = 0;
  readonly #whileReading = new Map<string, MatrixEvent[]>();
  readonly #readings = new KeyedMutex();

  constructor(
    readonly policy: Policy,
    private readonly homeserver: Pick<HomeserverReader, 'state' | 'botUserId'>,
  ) {}

  /** called with a list's room whenever its rules were read or have changed, so that they are saved */
  onKnown: ((roomId: string) => void) | undefined;

  /**
   * called with every change of rules, however it reached us, except for a list of which nothing was known, since that
   * cannot revoke anything
   */
  onChanges: ((changes: readonly RuleChange[]) => void) | undefined;

  /** Incremented with each change of any rule. */
  get revision(): number {
    return this.#revision;
  }

  /** Changes whenever server rules have changed, however that came about; anything derived from them is then stale. */
  get serverRevision(): number {
    return this.#serverRevision;
  }

  has(roomId: string): boolean {
    return this.#rooms.has(roomId);
  }

  rooms(): string[] {
    return [...this.#rooms];
  }

  /** The list with this shortcode (Mjolnir's `org.matrix.mjolnir.shortcode` state), if any. */
  byShortcode(shortcode: string): string | undefined {
    return [...this.#shortcodes].find(([, code]) => code.toLowerCase() === shortcode.toLowerCase())?.[0];
  }

  /** Every list with this shortcode, ignoring case: anybody may reuse a shortcode. */
  allByShortcode(shortcode: string): string[] {
    const wanted = shortcode.toLowerCase();
    return [...this.#shortcodes].filter(([, code]) => code.toLowerCase() === wanted).map(([roomId]) => roomId);
  }

  #noteRoom(event: MatrixEvent): void {
    const { room_id: roomId, type, state_key: stateKey, content } = event;
    if (type === 'm.room.tombstone' && stateKey === '')
      this.#tombstones.set(roomId, { eventId: event.event_id, ...parseTombstone(content) });
    if (type === 'm.room.create' && event.sender === this.homeserver.botUserId) this.#made.add(roomId);
    if (type === 'm.room.canonical_alias' && stateKey === '') this.#aliases.set(roomId, aliasesOf(content));
    if (type !== 'm.room.member' || stateKey !== this.homeserver.botUserId) return;
    if (content.membership === 'join') this.#outside.delete(roomId);
    else this.#outside.add(roomId);
  }

  /** Whether we created a list, as far as is known. */
  isMade(roomId: string): boolean {
    return this.#made.has(roomId);
  }

  /** The aliases of a list according to its state, the canonical one first. */
  aliasesOf(roomId: string): readonly string[] {
    return this.#aliases.get(roomId) ?? [];
  }

  /** Whether we are in a list, as far as is known. */
  isInside(roomId: string): boolean {
    return !this.#outside.has(roomId);
  }

  /** The tombstone of a list's room and its successor, if it had one when it was read. */
  tombstoneOf(roomId: string): { eventId: string; replacementRoom: string | null } | undefined {
    return this.#tombstones.get(roomId);
  }

  shortcodeOf(roomId: string): string | undefined {
    return this.#shortcodes.get(roomId);
  }

  /**
   * Reads all of a list's rules and follows its events from now on. Rejects when it cannot be read, in which case no
   * rule has changed. Reads of one list never overlap: otherwise the older state could be applied last, without events
   * that the other read had already followed.
   */
  read(roomId: string): Promise<RuleChange[]> {
    this.#rooms.add(roomId);
    return this.#readings.run(roomId, () => this.#read(roomId));
  }

  async #read(roomId: string): Promise<RuleChange[]> {
    const meanwhile: MatrixEvent[] = [];
    this.#whileReading.set(roomId, meanwhile);
    try {
      const state = await this.homeserver.state(roomId);
      // Unwatched in the meantime: its rules must not act again.
      if (!this.#rooms.has(roomId)) return [];
      const shortcode = state.find((event) => event.type === SHORTCODE_TYPE && event.state_key === '')?.content
        .shortcode;
      if (typeof shortcode === 'string' && shortcode !== '') this.#shortcodes.set(roomId, shortcode);
      // After being removed we still get the state of that moment: those are the last known rules.
      this.#outside.add(roomId);
      for (const event of state) this.#noteRoom(event);
      const rules = state.filter(isPolicyEvent);
      const order = new PlaceOrder();
      for (const event of rules) order.noteRead(event);
      const isKnown = this.isKnown(roomId);
      this.#orders.set(roomId, order);
      const changes = this.#noted(this.policy.replaceList(roomId, rules), isKnown);
      this.#noteRedacted(changes);
      this.#whileReading.delete(roomId);
      this.onKnown?.(roomId);
      return [...changes, ...meanwhile.flatMap((event) => this.apply(event))];
    } finally {
      this.#whileReading.delete(roomId);
    }
  }

  /** Follows one event of a watched list. If it may be older than what is known, its state entry is read again. */
  apply(event: MatrixEvent): RuleChange[] {
    if (!this.#rooms.has(event.room_id) || isSoftFailed(event)) return [];
    // The rules, and also a tombstone or our removal: a read in progress may have seen neither.
    if (event.state_key !== undefined) this.#whileReading.get(event.room_id)?.push(event);
    this.#noteRoom(event);
    if (!isPolicyEvent(event) || event.state_key === undefined) return [];
    const order = this.#orders.get(event.room_id);
    const judged = order?.judge(event) ?? 'newer';
    if (judged === 'unknown') {
      order?.doubt(event.type, event.state_key);
      this.onDoubt?.(event);
    }
    if (judged !== 'newer') return [];
    order?.follow(event);
    return this.#taken(event);
  }

  /**
   * What an event has changed although following it changes nothing, because a read had shown it before it came in: it
   * was sent while Heimdall was down. A rule event that is redacted changes its rule by the redaction.
   */
  shownBefore(event: MatrixEvent): RuleChange[] {
    const { type, state_key: key, room_id: roomId, unsigned } = event;
    if (!isPolicyEvent(event) || key === undefined || isSoftFailed(event)) return [];
    if (this.#orders.get(roomId)?.idAt(type, key) !== event.event_id) return [];
    const alone = createPolicy();
    alone.apply({ type, state_key: key, room_id: roomId, content: unsigned?.prev_content });
    return alone.apply(event);
  }

  /**
   * The rule that a redaction takes away: it is in force until the list is read again, unless a read has shown the
   * redaction before it came in.
   */
  takenBy(redaction: MatrixEvent): RuleChange[] {
    const {
      room_id: roomId,
      content: { redacts },
    } = redaction;
    if (typeof redacts !== 'string') return [];
    for (const previous of this.policy.rules({ roomId }))
      if (previous.eventId === redacts) return [{ change: 'removed', previous }];
    const previous = this.#redacted.get(redacts);
    return previous?.roomId === roomId ? [{ change: 'removed', previous }] : [];
  }

  /** A rule is gone, and its event still stands at its place. */
  #noteRedacted(changes: readonly RuleChange[]): void {
    for (const one of changes) {
      if (one.change !== 'removed') continue;
      const { roomId = '', type, stateKey, eventId } = one.previous;
      if (eventId !== undefined && this.#orders.get(roomId)?.idAt(type, stateKey) === eventId)
        this.#redacted.set(eventId, one.previous);
    }
  }

  /** called with a rule event when only the homeserver can say whether it is the current one */
  onDoubt: ((event: MatrixEvent) => void) | undefined;

  /** Applies the homeserver's current event for one state entry of a list; undefined: there is none. */
  settle(roomId: string, type: string, stateKey: string, event: MatrixEvent | undefined): RuleChange[] {
    const order = this.#orders.get(roomId);
    if (!this.#rooms.has(roomId) || order?.isDoubted(type, stateKey) !== true) return [];
    order.settle(type, stateKey);
    if (event !== undefined) order.follow(event);
    return this.#taken(event ?? { type, state_key: stateKey, room_id: roomId, content: {} });
  }

  /**
   * Applies a rule that we have just written to an empty state entry, using the event id in the homeserver's response:
   * it takes effect before its event comes back. undefined: there was something else, so only a read can tell.
   */
  written(event: MatrixEvent): RuleChange[] | undefined {
    const { room_id: roomId, type, state_key: stateKey = '' } = event;
    const order = this.#orders.get(roomId);
    if (!this.#rooms.has(roomId) || order === undefined) return [];
    const held = order.idAt(type, stateKey);
    if (held === event.event_id) return [];
    if (held !== undefined || order.isDoubted(type, stateKey) || this.#whileReading.has(roomId)) return undefined;
    order.follow(event);
    return this.#taken(event);
  }

  /** We wrote to a state entry of a list: it is read, so that it takes effect before its event comes back. */
  doubt(roomId: string, type: string, stateKey: string): boolean {
    const order = this.#orders.get(roomId);
    if (!this.#rooms.has(roomId) || order === undefined) return false;
    order.doubt(type, stateKey);
    return true;
  }

  #taken(event: PolicyEvent & { room_id?: string }): RuleChange[] {
    const changes = this.#noted(this.policy.apply(event));
    if (changes.length > 0 && event.room_id !== undefined) this.onKnown?.(event.room_id);
    return changes;
  }

  /** Uses a list's last known rules, because it cannot be read now. Anything read since the start is kept. */
  restore(roomId: string, known: { shortcode: string | null; events: readonly PolicyEvent[] }): RuleChange[] {
    this.#rooms.add(roomId);
    if (known.shortcode !== null && !this.#shortcodes.has(roomId)) this.#shortcodes.set(roomId, known.shortcode);
    return this.hasRules(roomId) ? [] : this.#noted(this.policy.replaceList(roomId, known.events), false);
  }

  /** Whether a list's rules are known: it was read since the start, or its last known rules are in use. */
  isKnown(roomId: string): boolean {
    return this.#orders.has(roomId) || this.hasRules(roomId);
  }

  /** Records how a list's rules changed while Heimdall was not watching; the rules themselves have been read. */
  missed(changes: readonly RuleChange[]): void {
    this.#noteRedacted(changes);
    if (changes.length > 0) this.onChanges?.(changes);
  }

  /** Whether a list has any rule in force. */
  hasRules(roomId: string): boolean {
    return this.policy.rules({ roomId }).next().done !== true;
  }

  /** Marks a list as watched before it has been read, so that its events count from the beginning. */
  expect(roomId: string): void {
    this.#rooms.add(roomId);
  }

  /** Stops watching: all its rules stop acting. */
  drop(roomId: string): RuleChange[] {
    this.#rooms.delete(roomId);
    this.#shortcodes.delete(roomId);
    this.#outside.delete(roomId);
    this.#tombstones.delete(roomId);
    this.#orders.delete(roomId);
    this.#aliases.delete(roomId);
    return this.#noted(this.policy.removeList(roomId));
  }

  #noted(changes: RuleChange[], isNews = true): RuleChange[] {
    if (changes.length > 0) this.#revision += 1;
    if (changes.length > 0 && isNews) this.onChanges?.(changes);
    if (changes.some((change) => (change.change === 'removed' ? change.previous : change.rule).kind === 'server'))
      this.#serverRevision += 1;
    return changes;
  }
}

function aliasesOf({ alias, alt_aliases: others }: Record<string, unknown>): string[] {
  return [alias, ...(Array.isArray(others) ? (others as unknown[]) : [])].filter(
    (one): one is string => typeof one === 'string',
  );
}
