import type { Kysely } from 'kysely';
import type { ActionRecord, ActionState, ActionSummary, LaneEffects } from '../records/actions.js';
import { insertActions } from './add.js';
import * as due from './due.js';
import * as ends from './ends.js';
import * as actions from './find.js';
import { actionsOfCase, actionSummary } from './of-case.js';
import { LedgerDatabase } from '../database.js';
import type { Tables } from '../schema.js';
import { GatheredEnds, type ToldEnd } from './gathered-ends.js';

/** The ledger's actions: what is due, the outcomes, and what was done. */
export class ActionLedger extends LedgerDatabase {
  readonly #ends = new GatheredEnds((told) => this.#writeEnds(told));

  async dueActions(
    now: number,
    busyLanes: ReadonlySet<string>,
    limit: number,
    exceptKinds: readonly string[] = [],
    onlyKinds: readonly string[] = [],
  ): Promise<ActionRecord[]> {
    return due.dueActions(this.reader, now, busyLanes, limit, exceptKinds, onlyKinds);
  }

  async nextDueAt(now: number): Promise<number | null> {
    return due.nextDueAt(this.reader, now);
  }

  async endAction(id: number, end: ToldEnd['end'], patienceMs = 0): Promise<void> {
    await this.#ends.add(id, end, patienceMs);
    this.tellEnd(id);
  }

  async #writeEnds(told: readonly ToldEnd[]): Promise<void> {
    if (this.#writeAtOnce(told)) return;
    const follows = told.filter(({ end }) => (end.follow?.length ?? 0) > 0);
    const alone = told.filter(({ end }) => (end.follow?.length ?? 0) === 0);
    const write = async (tx: Kysely<Tables>): Promise<void> => {
      await ends.endActions(tx, alone);
      for (const { id, end } of follows)
        if (await ends.endAction(tx, id, end)) await insertActions(tx, end.follow ?? [], this.clock());
    };
    if (follows.length > 0) return this.transaction(write);
    return told.length === 1 ? this.write(write) : this.writeTogether(write);
  }

  /** Nearly always a single action was carried out, and nothing follows. */
  #writeAtOnce([only, ...others]: readonly ToldEnd[]): boolean {
    if (only === undefined || others.length > 0 || (only.end.follow?.length ?? 0) > 0) return false;
    const values = ends.doneValues(only.id, only.end);
    return values !== undefined && this.atOnce?.end(values) === true;
  }

  #dueChanged(): void {
    this.dueRevision += 1;
    this.tellEnd(undefined);
  }

  override async close(): Promise<void> {
    await this.#ends.idle();
    return super.close();
  }

  async retryAction(id: number, retry: { nextTryAt: number; error: string }): Promise<void> {
    return this.write((tx) => ends.retryAction(tx, id, retry));
  }

  async cancelActions(caseId: number, kinds: readonly string[], at: number): Promise<number> {
    const cancelled = await this.write((tx) => ends.cancelActions(tx, caseId, kinds, at));
    if (cancelled > 0) this.#dueChanged();
    return cancelled;
  }

  async cancelByKey(keys: readonly string[], at: number): Promise<number> {
    const cancelled = await this.write((tx) => ends.cancelByKey(tx, keys, at));
    if (cancelled > 0) this.#dueChanged();
    return cancelled;
  }

  async simulatedActions(): Promise<{ kind: string; count: number }[]> {
    return actions.simulatedActions(this.reader);
  }

  async countDueActions(): Promise<number> {
    return due.countDueActions(this.reader);
  }

  async countWorkable(now: number, exceptKinds: readonly string[], limit: number): Promise<number> {
    return due.countWorkable(this.reader, now, exceptKinds, limit);
  }

  async dueInLane(lane: string, limit: number): Promise<ActionRecord[]> {
    return due.dueInLane(this.reader, lane, limit);
  }

  async endLane(lane: string, end: ends.ActionEnd): Promise<void> {
    await this.write((db) => ends.endLane(db, lane, end));
    this.#dueChanged();
  }

  async dueBehind(lane: string, id: number, limit: number): Promise<ActionRecord[]> {
    return due.dueBehind(this.reader, lane, id, limit);
  }

  async troubleOf(kind: string): Promise<{ count: number; since: number | null; lastError: string | null }> {
    return due.troubleOf(this.reader, kind);
  }

  async dueAgainLater(now: number, kinds: readonly string[], attempts: number, limit: number): Promise<ActionRecord[]> {
    return due.dueAgainLater(this.reader, now, kinds, attempts, limit);
  }

  async lastActionId(): Promise<number> {
    return actions.lastActionId(this.reader);
  }

  async actionsByKey(keys: readonly string[]): Promise<ActionRecord[]> {
    return actions.actionsByKey(this.reader, keys);
  }

  async actionsOfKind(
    kinds: readonly string[],
    state: ActionState,
    page: { afterId: number; limit: number },
  ): Promise<ActionRecord[]> {
    return actions.actionsOfKind(this.reader, kinds, state, page);
  }

  async effectsByLane(
    kinds: readonly string[],
    page: { afterId: number; limit: number },
  ): Promise<{ lanes: LaneEffects[]; lastId: number; isLast: boolean }> {
    return actions.effectsByLane(this.reader, kinds, page);
  }

  async doneOfKind(kind: string, lane: string): Promise<ActionRecord[]> {
    return actions.doneOfKind(this.reader, kind, lane);
  }

  async latestOfKind(kind: string): Promise<ActionRecord[]> {
    return actions.latestOfKind(this.reader, kind);
  }

  async actionsByKeyPrefix(prefix: string): Promise<ActionRecord[]> {
    return actions.actionsByKeyPrefix(this.reader, prefix);
  }

  async actionsOf(caseId: number, limit?: number): Promise<ActionRecord[]> {
    return actionsOfCase(this.reader, caseId, limit);
  }

  async actionSummary(caseId: number): Promise<ActionSummary[]> {
    return actionSummary(this.reader, caseId);
  }
}
