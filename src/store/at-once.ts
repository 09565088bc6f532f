import { rowOf } from './actions/add.js';
import type { DoneValues } from './actions/ends.js';
import { WorkOfCommit } from './actions/new-work.js';
import { clampTimestamp, indexKey } from './keys.js';
import { memoryRows } from './protections.js';
import type { ActionRecord, NewAction, NewWork } from './records/actions.js';
import type { ProtectionRow } from './records/protections.js';

/** What follows from an event, and nothing besides. */
export interface EventActions {
  /** null: it follows from no event */
  eventId: string | null;
  /** none of them renewable */
  actions: readonly NewAction[];
}

/** The embedded database past its queue: statements that are done when the call returns. */
export interface DirectDatabase {
  /** whether nobody uses the connection or waits for it */
  isIdle(): boolean;
  /** Prepares, runs and ends a statement without parameters. */
  exec(text: string): void;
  prepare(text: string): DirectStatement;
}

interface DirectStatement {
  run(parameters: Parameters): Changes;
  get(parameters: Parameters): unknown;
}

type Parameters = readonly (string | number | null)[];

interface Changes {
  changes: number;
  lastInsertRowid: number | bigint;
}

const STATEMENTS = {
  commit: 'commit',
  rollback: 'rollback',
  fence: 'select 1 from heimdall_lease where id = 1 and fence = ?',
  caseOf: `select 1 from cases where subject_kind = 'user' and subject_key = ?`,
  seen: 'insert into seen_events (event_id, seen_at) values (?, ?) on conflict (event_id) do nothing',
  // `returning`, as the ordinary insert has it, takes longer than the two statements
  add: `
    insert into actions (case_id, kind, lane, key, payload, state, attempts, next_try_at, created_at)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (key) do nothing`,
  end: `
    update actions set state = 'done', ended_at = ?, result = ?, attempts = attempts + 1
    where id = ? and created_at = ? and state in ('due', 'cancelled')`,
  remember: `
    insert into protection_memory (protection, key, full_key, data, expires_at) values (?, ?, ?, ?, ?)
    on conflict (protection, key) do update
    set full_key = excluded.full_key, data = excluded.data, expires_at = excluded.expires_at`,
  before: 'select 1 from actions where ended_at is null and lane = ? and id < ? limit 1',
} as const;

const NOTHING: NewWork = { firsts: [], more: false };

/**
 * Commits what events call for before the call returns. Nearly every decision is of this kind, and turns of the event
 * loop between its few statements would take longer than the statements. Whatever stands in the way (another write,
 * another process, a person's case, a full disk) is left to the ordinary commit, which can wait and knows what to say.
 */
export class AtOnce {
  readonly #database: DirectDatabase;
  readonly #fence: number | undefined;
  readonly #statements = new Map<string, DirectStatement>();

  /** @param fence see `checkFence` */
  constructor(database: DirectDatabase, fence: number | undefined) {
    this.#database = database;
    this.#fence = fence;
  }

  /**
   * Returns the work that the commit brings; undefined: nothing was changed.
   *
   * @param people whom the actions concern: where one has a case, the case is to be told
   * @param remembered as `keepProtectionRows` stores it
   */
  commit(
    decided: readonly EventActions[],
    people: Iterable<string>,
    remembered: readonly ProtectionRow[],
    now: number,
  ): NewWork | undefined {
    return this.#transaction(() => {
      const work = this.#write(decided, people, now);
      if (work !== undefined) this.#remember(remembered);
      return work;
    });
  }

  /** Stores that an action was carried out, as `endAction` does; false: nothing was changed. */
  end({ id, created_at, ended_at, result }: DoneValues): boolean {
    return this.#transaction(() => this.#run('end', ended_at, result, id, created_at)) !== undefined;
  }

  /** What the work returns, committed; undefined: nothing was changed. */
  #transaction<T>(work: () => T | undefined): T | undefined {
    if (!this.#database.isIdle()) return undefined;
    try {
      // Not a kept statement: one that finds the database locked stays in progress until it is run again, and SQLite
      // refuses every commit of the connection meanwhile.
      this.#database.exec('begin immediate');
    } catch {
      return undefined;
    }
    try {
      const mayWrite = this.#fence === undefined || this.#finds('fence', this.#fence);
      const written = mayWrite ? work() : undefined;
      this.#run(written === undefined ? 'rollback' : 'commit');
      return written;
    } catch {
      this.#rollBack();
      return undefined;
    }
  }

  #write(decided: readonly EventActions[], people: Iterable<string>, now: number): NewWork | undefined {
    for (const userId of people) if (this.#finds('caseOf', indexKey(userId))) return undefined;
    const work = new WorkOfCommit();
    for (const { eventId, actions } of decided) {
      if (eventId !== null && this.#run('seen', indexKey(eventId), clampTimestamp(now)).changes === 0) continue;
      for (const action of actions) this.#add(work, action, now);
    }
    return work.get() ?? NOTHING;
  }

  #remember(rows: readonly ProtectionRow[]): void {
    if (rows.length === 0) return;
    for (const { protection, key, full_key, data, expires_at } of memoryRows(rows))
      this.#run('remember', protection, key, full_key, data, expires_at);
  }

  #add(work: WorkOfCommit, asked: NewAction, now: number): void {
    const row = rowOf(asked, now);
    const { case_id, kind, lane, key, payload, state, attempts, next_try_at, created_at } = row;
    const values = [case_id, kind, lane, key, payload, state, attempts, next_try_at, created_at];
    const { changes, lastInsertRowid } = this.#run('add', ...values);
    if (changes === 0) return work.add(1, []);
    const id = Number(lastInsertRowid);
    work.add(1, [{ action: recordOf(asked, row, id), waits: this.#finds('before', lane, id) }]);
  }

  #finds(name: keyof typeof STATEMENTS, ...parameters: Parameters): boolean {
    return this.#statement(name).get(withoutNul(parameters)) !== undefined;
  }

  #run(name: keyof typeof STATEMENTS, ...parameters: Parameters): Changes {
    return this.#statement(name).run(withoutNul(parameters));
  }

  #rollBack(): void {
    try {
      this.#run('rollback');
    } catch {
      // a failed commit may have rolled back already
    }
  }

  #statement(name: keyof typeof STATEMENTS): DirectStatement {
    let statement = this.#statements.get(name);
    if (statement === undefined) {
      statement = this.#database.prepare(STATEMENTS[name]);
      this.#statements.set(name, statement);
    }
    return statement;
  }
}

/**
 * The action as the ledger now has it. Its payload is the one that was asked for: reading it back from its text would
 * take a fifth as long as all statements of the decision.
 */
function recordOf(asked: NewAction, row: ReturnType<typeof rowOf>, id: number): ActionRecord {
  return {
    id,
    caseId: row.case_id,
    kind: row.kind,
    lane: row.lane,
    key: row.key,
    payload: asked.payload ?? null,
    state: row.state,
    attempts: row.attempts,
    nextTryAt: row.next_try_at,
    createdAt: row.created_at,
    endedAt: null,
    result: null,
    lastError: null,
  };
}

/** @throws when a text contains NUL, which the guard replaces */
function withoutNul(parameters: Parameters): Parameters {
  if (parameters.some((value) => typeof value === 'string' && value.includes('\0')))
    throw new Error('heimdall: NUL in a text');
  return parameters;
}
