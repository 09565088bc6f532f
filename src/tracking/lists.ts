import { isSoftFailed, parseTombstone } from '../matrix/events.js';
import type { HomeserverReader, MatrixEvent } from '../matrix/types.js';
import type { Policy, PolicyEvent, RuleChange } from '../policy/types.js';
import { KeyedMutex } from '../util/keyed-mutex.js';
import { PlaceOrder } from './place-order.js';

const RULE_TYPE = /^(?:m\.policy\.rule|m\.room\.rule|org\.matrix\.mjolnir\.rule)\.(?:user|room|server)$/;
const SHORTCODE_TYPE = 'org.matrix.mjolnir.shortcode';

/** Says whether an event states, or could remove, a policy rule. */
export function isPolicyEvent(event: MatrixEvent): boolean {
  return RULE_TYPE.test(event.type) && event.state_key !== undefined;
}

/** Says whether an event may state a rule for servers. */
export function isServerRule(event: MatrixEvent): boolean {
  return isPolicyEvent(event) && event.type.endsWith('.server');
}

/**
 * The watched lists and their rules in force. One way for reading a list whole and for following its events: both end
 * in the same `Policy`. A list that cannot be read keeps its last known rules.
 */
export class WatchedLists {
  readonly #rooms = new Set<string>();
  readonly #shortcodes = new Map<string, string>();
  /** lists that said at the last reading, or by an event since, that we are not in them */
  readonly #outside = new Set<string>();
  readonly #tombstones = new Map<string, { eventId: string; replacementRoom: string | null }>();
  readonly #orders = new Map<string, PlaceOrder>();
  /** lists that we made ourselves */
  readonly #made = new Set<string>();
  /** the aliases that a list states of itself */
  readonly #aliases = new Map<string, string[]>();
  #revision = 0;
  #serverRevision = 0;
  readonly #whileReading = new Map<string, MatrixEvent[]>();
  readonly #readings = new KeyedMutex();

  constructor(
    readonly policy: Policy,
    private readonly homeserver: Pick<HomeserverReader, 'state' | 'botUserId'>,
  ) {}

  /** called with a list's room whenever its rules were read or have changed: they are to be remembered */
  onKnown: ((roomId: string) => void) | undefined;

  /**
   * called with every change of rules, whichever way it came to us, but for those of a list of which nothing was known:
   * it takes nothing back
   */
  onChanges: ((changes: readonly RuleChange[]) => void) | undefined;

  /** One more with each change of any rules. */
  get revision(): number {
    return this.#revision;
  }

  /** Another number whenever rules for servers have changed, whichever way: what is made of them is stale then. */
  get serverRevision(): number {
    return this.#serverRevision;
  }

  has(roomId: string): boolean {
    return this.#rooms.has(roomId);
  }

  rooms(): string[] {
    return [...this.#rooms];
  }

  /** The list whose shortcode this is (Mjolnir's `org.matrix.mjolnir.shortcode` state), if any. */
  byShortcode(shortcode: string): string | undefined {
    return [...this.#shortcodes].find(([, code]) => code.toLowerCase() === shortcode.toLowerCase())?.[0];
  }

  /** Every list with this shortcode, in any case: anybody may call a list like another. */
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

  /** Says whether we made a list ourselves, as far as is known. */
  isMade(roomId: string): boolean {
    return this.#made.has(roomId);
  }

  /** The aliases of a list, by its own state; the main one first. */
  aliasesOf(roomId: string): readonly string[] {
    return this.#aliases.get(roomId) ?? [];
  }

  /** Says whether we are in a list, as far as is known. */
  isInside(roomId: string): boolean {
    return !this.#outside.has(roomId);
  }

  /** What ended a list's room and where it went, if it had ended when it was read. */
  tombstoneOf(roomId: string): { eventId: string; replacementRoom: string | null } | undefined {
    return this.#tombstones.get(roomId);
  }

  shortcodeOf(roomId: string): string | undefined {
    return this.#shortcodes.get(roomId);
  }

  /**
   * Reads a list's rules whole; from now on its events are followed. Rejects when it cannot be read, and then no rule
   * changed. One reading of a list at a time, and the next asks after the last has ended: of two at once the older
   * state could be taken last, without the events that the first to end has followed already.
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
      // Unwatched meanwhile: its rules must not act again.
      if (!this.#rooms.has(roomId)) return [];
      const shortcode = state.find((event) => event.type === SHORTCODE_TYPE && event.state_key === '')?.content
        .shortcode;
      if (typeof shortcode === 'string' && shortcode !== '') this.#shortcodes.set(roomId, shortcode);
      // Who was put out still gets the state of that moment: the rules are the last known ones then.
      this.#outside.add(roomId);
      for (const event of state) this.#noteRoom(event);
      const rules = state.filter(isPolicyEvent);
      const order = new PlaceOrder();
      for (const event of rules) order.noteRead(event);
      const isKnown = this.isKnown(roomId);
      this.#orders.set(roomId, order);
      const changes = this.#noted(this.policy.replaceList(roomId, rules), isKnown);
      this.#whileReading.delete(roomId);
      this.onKnown?.(roomId);
      return [...changes, ...meanwhile.flatMap((event) => this.apply(event))];
    } finally {
      this.#whileReading.delete(roomId);
    }
  }

  /**
   * Follows one event of a watched list. Of one that may be older than what is known, the place is to be read again.
   */
  apply(event: MatrixEvent): RuleChange[] {
    if (!this.#rooms.has(event.room_id) || isSoftFailed(event)) return [];
    // The rules, and also what ended the room or put us out: a reading that is under way may know neither.
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

  /** called with a rule event of which only the homeserver can say whether it is what stands at its place now */
  onDoubt: ((event: MatrixEvent) => void) | undefined;

  /** Takes what the homeserver has at one place of a list now; undefined: nothing stands there. */
  settle(roomId: string, type: string, stateKey: string, event: MatrixEvent | undefined): RuleChange[] {
    const order = this.#orders.get(roomId);
    if (!this.#rooms.has(roomId) || order?.isDoubted(type, stateKey) !== true) return [];
    order.settle(type, stateKey);
    if (event !== undefined) order.follow(event);
    return this.#taken(event ?? { type, state_key: stateKey, room_id: roomId, content: {} });
  }

  /**
   * Takes what we have just written where nothing stood, by the homeserver's answer: it counts before its event comes
   * back, and that is the same event then. undefined: something else stands there, so only a reading can tell.
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

  /** Something was written at a place of a list, by us: it is read, so that it counts before its event comes back. */
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

  /**
   * Takes a list's rules as they were known last, because it cannot be read now. What was read since the start stays.
   */
  restore(roomId: string, known: { shortcode: string | null; events: readonly PolicyEvent[] }): RuleChange[] {
    this.#rooms.add(roomId);
    if (known.shortcode !== null && !this.#shortcodes.has(roomId)) this.#shortcodes.set(roomId, known.shortcode);
    return this.hasRules(roomId) ? [] : this.#noted(this.policy.replaceList(roomId, known.events), false);
  }

  /** Says whether anything is known of a list's rules: it was read since the start, or its last known ones act. */
  isKnown(roomId: string): boolean {
    return this.#orders.has(roomId) || this.hasRules(roomId);
  }

  /** Takes note of what happened to a list's rules while nobody looked; the rules themselves were read already. */
  missed(changes: readonly RuleChange[]): void {
    if (changes.length > 0) this.onChanges?.(changes);
  }

  /** Says whether a list has any rule in force. */
  hasRules(roomId: string): boolean {
    return this.policy.rules({ roomId }).next().done !== true;
  }

  /** Marks a list as watched before it could be read, so that its events count from the start. */
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
