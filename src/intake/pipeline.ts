import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ResponseCapabilities } from '../cases/decide.js';
import { casesFor } from '../cases/tell-in-case.js';
import { recordSighting, respond } from '../cases/record.js';
import type { Config } from '../config/types.js';
import type { Sighting } from '../detection/types.js';
import { parseEvent } from '../matrix/events.js';
import type { MatrixEvent } from '../matrix/types.js';
import type { NewAction } from '../store/records/actions.js';
import type { ProtectionRow } from '../store/records/protections.js';
import type { Ledger, LedgerTransaction } from '../store/types.js';
import { findingOf } from '../impersonation/finding-of.js';
import type { Place } from '../tracking/place-reader.js';
import { checkAvatar } from '../impersonation/avatar-check.js';
import { findingKey, impersonates, type Match } from '../impersonation/match.js';
import { type SeenIdentity } from '../impersonation/sightings.js';
import { BoundedSet } from '../util/bounded-map.js';
import { subjectOf } from '../enforcement/actions.js';
import { Decider, type DeciderOptions, type PipelineDecision } from './decider.js';

export interface PipelineOptions extends DeciderOptions {
  config: Pick<Config, 'responses'>;
  ledger: Ledger;
  /** whether this picture may be fetched and compared, which can raise the verdict later */
  wantsAvatar?: (sighting: Sighting) => boolean;
  /** called with each hit on an exempt account */
  onExempt?: (hit: Match & { exempt: string }) => void;
  capabilities: () => ResponseCapabilities;
  /** called with an event that is set aside because its handling threw twice */
  onSetAside?: (eventId: string, error: unknown) => void;
}

function isSomething({ hits, actions, offences, endsPast }: PipelineDecision): boolean {
  return hits.length > 0 || actions.length > 0 || endsPast === true || (offences?.length ?? 0) > 0;
}

function isActionsOnly({ hits, actions, offences, endsPast }: PipelineDecision): boolean {
  const others = hits.length > 0 || endsPast === true || (offences?.length ?? 0) > 0;
  return !others && actions.length <= MOST_AT_ONCE && actions.every(({ renew }) => renew !== true);
}

/** A decision with more actions is stored with many rows to a statement. */
const MOST_AT_ONCE = 8;
/** The same for what protections remember: a full transaction of joins has a row for each. */
const MOST_ROWS_AT_ONCE = 100;
/** How many failing events are remembered until they are resent. */
const MOST_BROKEN = 1_000;

/**
 * The live pipeline: events in, decisions out, one commit per transaction. A transaction without decisions writes
 * nothing: resending it decides nothing again.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #decider: Decider;
  /** events whose handling threw once */
  readonly #broken = new BoundedSet<string>(MOST_BROKEN);
  /** something could not be stored: changes already in memory must be planned again */
  #planAgain = false;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#decider = new Decider(options);
  }

  /**
   * Handles a transaction's events; resolves when the decisions are committed, with whether there were any. Malformed
   * events are counted and skipped; one whose handling throws twice is set aside, and the others continue.
   */
  async handle(raw: readonly unknown[]): Promise<boolean> {
    try {
      const decisions = this.#decideAll(raw);
      const rows = this.#options.protections?.takeRows() ?? [];
      if (decisions.length > 0 || rows.length > 0) await this.#commitOrSetAside(decisions, rows);
      this.#options.protections?.written();
      this.#decider.noteCommitted();
      this.#options.history?.noteTransaction(true);
      return decisions.length > 0;
    } catch (error) {
      this.#planAgain = true;
      this.#decider.noteFailed();
      this.#options.history?.noteTransaction(false);
      throw error;
    }
  }

  #decideAll(raw: readonly unknown[]): PipelineDecision[] {
    const decisions: PipelineDecision[] = [];
    this.#addOwed(decisions);
    let taken = 0;
    let bad = 0;
    try {
      for (const item of raw) {
        const event = parseEvent(item);
        if (event === undefined) {
          bad += 1;
          continue;
        }
        taken += 1;
        try {
          const decision = this.decide(event);
          if (isSomething(decision)) decisions.push(decision);
        } catch (error) {
          if (!this.#isSetAside(event.event_id, error)) throw error;
        }
      }
    } finally {
      // once for the transaction: counting costs as much as parsing
      if (taken > 0) this.#options.count?.('events', taken);
      if (bad > 0) this.#options.count?.('bad_events', bad);
    }
    return decisions;
  }

  /** A decision that cannot be stored must not block the others for ever. */
  async #commitOrSetAside(decisions: readonly PipelineDecision[], rows: readonly ProtectionRow[]): Promise<void> {
    try {
      await this.commit(decisions, rows);
    } catch (error) {
      // The ledger is unavailable: that is not an event's fault, and the homeserver sends everything again.
      if (!(await isThere(this.#options.ledger))) throw error;
      let first: unknown;
      for (const decision of decisions) {
        try {
          await this.commit([decision]);
        } catch (broken) {
          if (!this.#isSetAside(decision.eventId ?? '', broken)) first ??= broken;
        }
      }
      if (first !== undefined) throw first;
    }
  }

  /** Whether this is the second failure, in which case it is announced and the event is set aside. */
  #isSetAside(eventId: string, error: unknown): boolean {
    if (!this.#broken.has(eventId)) {
      this.#broken.add(eventId);
      return false;
    }
    this.#broken.delete(eventId);
    this.#options.onSetAside?.(eventId, error);
    return true;
  }

  /** Decides about one event and updates memory. */
  decide(event: MatrixEvent): PipelineDecision {
    return this.#decider.decide(event);
  }

  /**
   * Applies the homeserver's current event of one state entry (undefined: none), where the event alone could not be
   * ordered.
   */
  async settle(place: Place, event: MatrixEvent | undefined, doubted?: MatrixEvent): Promise<void> {
    await this.#commitChange(this.#decider.settle(place, event, doubted));
  }

  /** Applies a rule that we wrote; false: only a read can tell what is there now. */
  async written(event: MatrixEvent): Promise<boolean> {
    const actions = this.#decider.written(event);
    if (actions !== undefined) await this.#commitChange(actions);
    return actions !== undefined;
  }

  /** What a change calls for that shows only once: the same event, or the same read, will change nothing any more. */
  async #commitChange(actions: NewAction[]): Promise<void> {
    const decisions: PipelineDecision[] = [];
    this.#addOwed(decisions);
    if (actions.length > 0) decisions.push({ eventId: null, hits: [], actions });
    try {
      if (decisions.length > 0) await this.commit(decisions);
    } catch (error) {
      this.#planAgain = true;
      throw error;
    }
  }

  /** What could not be stored. */
  #addOwed(decisions: PipelineDecision[]): void {
    if (!this.#planAgain) return;
    this.#planAgain = false;
    decisions.push(this.#decider.decideAgain());
  }

  /** The detector's verdict on an identity; undefined for no resemblance. */
  hitOf(seen: SeenIdentity): Match | undefined {
    return this.#decider.hitOf(seen);
  }

  /** Commits decisions, all or none. An event that was decided before changes nothing. */
  async commit(decisions: readonly PipelineDecision[], rows: readonly ProtectionRow[] = []): Promise<void> {
    // the requests that have begun with it go out before the answer, for which nobody is waiting
    if (this.#commitAtOnce(decisions, rows)) return decisions.length > 0 ? nextTurn() : undefined;
    const now = this.#options.clock();
    const inCase = await casesFor(
      this.#options.ledger,
      decisions.flatMap((decision) => decision.actions),
    );
    await this.#options.ledger.commit(async (tx) => {
      for (const decision of decisions) {
        if (decision.endsPast === true) await this.#options.history?.end(tx);
        if (decision.eventId !== null && !(await tx.markEventSeen(decision.eventId, now))) continue;
        const actions = decision.actions.flatMap(inCase);
        for (const hit of decision.hits) {
          if (decision.past === true && hit.exempt === undefined) await this.#options.history?.record(tx, hit);
          else actions.push(...(await this.recordHit(tx, hit)));
        }
        for (const offence of decision.offences ?? [])
          actions.push(...((await this.#options.protections?.record(tx, offence)) ?? []));
        await tx.addActions(actions);
      }
      if (rows.length > 0) await tx.keepProtectionRows(rows);
    });
    if (decisions.some(({ endsPast }) => endsPast === true)) this.#options.history?.noteEnd();
  }

  /** Decisions that are actions only; false: they are not, or something stands in the way. */
  #commitAtOnce(decisions: readonly PipelineDecision[], rows: readonly ProtectionRow[]): boolean {
    if (rows.length > MOST_ROWS_AT_ONCE || !decisions.every(isActionsOnly)) return false;
    const people = new Set<string>();
    for (const { actions } of decisions)
      for (const action of actions) {
        const person = subjectOf(action);
        if (person !== undefined) people.add(person);
      }
    return this.#options.ledger.commitAtOnce(decisions, people, rows);
  }

  /**
   * Records one hit in its case; returns the actions of its responses. An exempt account gets no case and no actions.
   */
  async recordHit(tx: LedgerTransaction, hit: Match): Promise<NewAction[]> {
    const { seen, verdict } = hit;
    const level = verdict.verdict;
    if (level === 'none' || level === 'official') return [];
    if (hit.exempt !== undefined) {
      this.#options.onExempt?.({ ...hit, exempt: hit.exempt });
      return [];
    }
    const key = findingKey(seen);
    const { finding, data } = findingOf(hit, key, level);
    const now = this.#options.clock();
    const recorded = await recordSighting(tx, { finding, sighting: seen.sighting }, now);
    const look =
      recorded.fresh && level !== 'certain' && this.#options.wantsAvatar?.(seen.sighting) === true
        ? [checkAvatar(key, recorded.case.id, data)]
        : [];
    const asked = await respond(
      tx,
      recorded,
      {
        level,
        findingKey: key,
        responses: this.#options.config.responses[level],
        reason: impersonates(verdict.protected, recorded.case.id),
        ...(seen.where.roomId === undefined ? {} : { roomId: seen.where.roomId }),
        ...(seen.where.eventId === undefined ? {} : { eventId: seen.where.eventId }),
      },
      this.#options.capabilities(),
      now,
    );
    return [...asked, ...look];
  }
}

async function isThere(ledger: Pick<Ledger, 'ping'>): Promise<boolean> {
  return ledger.ping().then(
    () => true,
    () => false,
  );
}
