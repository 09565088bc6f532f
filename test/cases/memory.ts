import { verdictRank } from '../../src/store/index.js';
import type { ActionRecord, ActionState, NewAction } from '../../src/store/records/actions.js';
import type { CaseRecord, RaidRecord } from '../../src/store/records/cases.js';
import type { NewFinding } from '../../src/store/records/findings.js';
import type { LedgerTransaction } from '../../src/store/types.js';

/** A ledger with one case, in memory: quick enough for a hundred thousand histories. The store's tests cover the real. */
export class MemoryCase {
  record: CaseRecord | undefined;
  readonly actions: ActionRecord[] = [];
  readonly audited: string[] = [];
  readonly #findings = new Set<string>();
  readonly #looks = new Map<string, boolean>();
  #actionsFrom = 0;

  constructor(private readonly clock: () => number) {}

  get tx(): LedgerTransaction {
    const known: Partial<LedgerTransaction> = {
      recordFinding: (finding) => Promise.resolve(this.#record(finding)),
      noteLooks: (_id, looks) => {
        const covered = looks.every((look) => this.#looks.get(look) === true);
        for (const look of looks) if (!this.#looks.has(look)) this.#looks.set(look, false);
        return Promise.resolve(covered);
      },
      reopenCase: (_id, _at, verdict) => {
        this.#actionsFrom = this.actions.length;
        return Promise.resolve(
          this.#change({
            state: 'open',
            round: (this.record?.round ?? 0) + 1,
            announcedAt: null,
            raidId: null,
            verdict: verdict?.level ?? null,
            score: verdict?.score ?? 0,
          }),
        );
      },
      effectsOf: (_id, kinds) =>
        Promise.resolve(this.actions.filter(({ id, kind }) => id > this.#actionsFrom && kinds.includes(kind))),
      announcedBetween: () => Promise.resolve(0),
      announceCase: (_id, at) => Promise.resolve(void this.#change({ announcedAt: at })),
      joinRaid: () => Promise.reject<RaidRecord>(new Error('one case is not a raid')),
      openingsSince: () => Promise.resolve(0),
      outcomesOf: () => Promise.resolve({ decided: 0, dismissed: 0 }),
      noteOpening: () => Promise.resolve(),
      setCaseState: (_id, state) => Promise.resolve(void this.#change({ state })),
      audit: ({ what }) => Promise.resolve(void this.audited.push(what)),
    };
    return known as LedgerTransaction;
  }

  /** Adds actions as the ledger does; returns those that were new. */
  add(actions: readonly NewAction[]): ActionRecord[] {
    const fresh = actions.filter(({ key }) => !this.actions.some((one) => one.key === key));
    const added = fresh.map((action, index): ActionRecord => ({
      id: this.actions.length + index + 1,
      caseId: action.caseId ?? null,
      kind: action.kind,
      lane: action.lane,
      key: action.key,
      payload: action.payload,
      state: 'due',
      attempts: 0,
      nextTryAt: 0,
      createdAt: this.clock(),
      endedAt: null,
      result: null,
      lastError: null,
    }));
    this.actions.push(...added);
    return added;
  }

  end(fits: (action: ActionRecord) => boolean, state: ActionState): void {
    for (const action of this.actions)
      if (action.state === 'due' && fits(action)) Object.assign(action, { state, endedAt: this.clock() });
  }

  dismiss(): void {
    const { verdict, dismissedVerdict } = this.record ?? { verdict: null, dismissedVerdict: null };
    const covered = verdictRank(verdict) > verdictRank(dismissedVerdict) ? verdict : dismissedVerdict;
    this.#change({ state: 'dismissed', dismissedVerdict: covered });
    for (const look of this.#looks.keys()) this.#looks.set(look, true);
  }

  reopen(): void {
    this.#change({ state: 'open', dismissedVerdict: null });
    for (const look of this.#looks.keys()) this.#looks.set(look, false);
  }

  #change(change: Partial<CaseRecord>): CaseRecord {
    if (this.record === undefined) throw new Error('there is no case yet');
    this.record = { ...this.record, ...change };
    return this.record;
  }

  #record(finding: NewFinding) {
    const opened = this.record === undefined;
    this.record ??= {
      id: 1,
      subjectKind: finding.subjectKind,
      subject: finding.subject,
      state: 'open',
      verdict: null,
      score: 0,
      protected: null,
      openedAt: this.clock(),
      updatedAt: this.clock(),
      closedAt: null,
      noticeEventId: null,
      sightings: 0,
      reports: 0,
      round: 1,
      dismissedVerdict: null,
      announcedAt: null,
      raidId: null,
      againEventId: null,
    };
    const fresh = !this.#findings.has(finding.key);
    this.#findings.add(finding.key);
    const previousVerdict = this.record.verdict;
    const level = finding.verdict?.level ?? null;
    if (fresh && verdictRank(level) > verdictRank(previousVerdict)) this.#change({ verdict: level });
    return { case: this.record, opened, fresh, previousVerdict: opened ? null : previousVerdict };
  }
}
