import type { ProtectionRow } from '../store/records/protections.js';
import type { Ledger } from '../store/types.js';
import { People } from './people.js';
import { PROTECTIONS } from './table.js';
import type { KeptRow, Memory } from './types.js';

/** Rows of the newcomers in the ledger, beside those of the protections. */
const NEWCOMERS = 'newcomers';

/** What all protections remember, and who is new where: taken up at the start, written down with what was decided. */
export class Memories {
  readonly people = new People();
  readonly #memories = new Map<string, Memory>(PROTECTIONS.map(({ name, memory }) => [name, memory()]));
  #unwritten: ProtectionRow[] = [];

  /** Takes up what an earlier process knew. */
  async load(ledger: Pick<Ledger, 'protectionRows'>, now: number): Promise<void> {
    const rows = grouped(await ledger.protectionRows(now));
    this.people.restore(rows.get(NEWCOMERS) ?? [], now);
    for (const [name, memory] of this.#memories) memory.restore(rows.get(name) ?? [], now);
  }

  /** Forgets all and takes up what the ledger holds now: somebody was erased there. */
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

  /** What must be written down with the transaction that is at work, so that a restart does not forget it. */
  takeRows(): ProtectionRow[] {
    this.#take(NEWCOMERS, this.people.takeChanged());
    for (const [name, memory] of this.#memories) this.#take(name, memory.takeChanged());
    return this.#unwritten;
  }

  #take(protection: string, rows: readonly KeptRow[]): void {
    if (rows.length > 0) this.#unwritten.push(...named(protection, rows));
  }

  /** It is written down. */
  written(): void {
    if (this.#unwritten.length > 0) this.#unwritten = [];
  }

  /** All counters: before a stop they matter all. */
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
