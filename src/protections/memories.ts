import type { ProtectionRow } from '../store/records/protections.js';
import type { Ledger } from '../store/types.js';
import { People } from './people.js';
import { PROTECTIONS } from './table.js';
import type { KeptRow, Memory } from './types.js';

/** Key of the newcomers' rows in the ledger, in addition to the protections'. */
const NEWCOMERS = 'newcomers';

/** The memory of all protections, and who is new where: loaded at the start, stored together with decisions. */
export class Memories {
  readonly people = new People();
  readonly #memories = new Map<string, Memory>(PROTECTIONS.map(({ name, memory }) => [name, memory()]));
  #unwritten: ProtectionRow[] = [];

  /** Loads an earlier process's memory. */
  async load(ledger: Pick<Ledger, 'protectionRows'>, now: number): Promise<void> {
    const rows = grouped(await ledger.protectionRows(now));
    this.people.restore(rows.get(NEWCOMERS) ?? [], now);
    for (const [name, memory] of this.#memories) memory.restore(rows.get(name) ?? [], now);
  }

  /** Reloads everything from the ledger, because somebody was erased there. */
  async reload(ledger: Pick<Ledger, 'protectionRows'>, now: number): Promise<void> {
    const rows = grouped(await ledger.protectionRows(now));
    this.#unwritten = [];
    this.people.forgetNewcomers();
    this.people.restore(rows.get(NEWCOMERS) ?? [], now);
    for (const { name, memory: make } of PROTECTIONS) {
      const memory = make();
      memory.restore(rows.get(name) ?? [], now);
      this.#memories.set(name, memory);
    }
  }

  of(name: string): Memory {
    const memory = this.#memories.get(name);
    if (memory === undefined) throw new Error(`heimdall: no memory for ${name}`);
    return memory;
  }

  /** The rows to store with the current transaction, so that a restart does not lose them. */
  takeRows(): ProtectionRow[] {
    this.#take(NEWCOMERS, this.people.takeChanged());
    for (const [name, memory] of this.#memories) this.#take(name, memory.takeChanged());
    return this.#unwritten;
  }

  #take(protection: string, rows: readonly KeptRow[]): void {
    if (rows.length > 0) this.#unwritten.push(...named(protection, rows));
  }

  /** They have been stored. */
  written(): void {
    if (this.#unwritten.length > 0) this.#unwritten = [];
  }

  /** All counters, for a stop. */
  all(now: number): ProtectionRow[] {
    return [...this.#memories].flatMap(([name, memory]) => named(name, memory.all(now)));
  }
}

function named(protection: string, rows: readonly KeptRow[]): ProtectionRow[] {
  return rows.map((row) => ({ protection, ...row }));
}

function grouped(rows: readonly ProtectionRow[]): Map<string, KeptRow[]> {
  const groups = new Map<string, KeptRow[]>();
  for (const { protection, ...row } of rows) {
    const group = groups.get(protection) ?? [];
    group.push(row);
    groups.set(protection, group);
  }
  return groups;
}
