import type { ProtectionRow } from '../store/records/protections.js';
import type { Ledger } from '../store/types.js';
import { People } from './people.js';
import { PROTECTIONS } from './table.js';
import type { KeptRow, Memory } from './types.js';

/** Key of the newcomers' rows in the ledger, in addition to the protections'. */
const NEWCOMERS = 'newcomers';

/** The memory of all protections, and who is new where: loaded at the start, stored together with decisions. */
export class Memories {
  #people = new People();
  #memories = memoriesIn(this.#people);
  #unwritten: ProtectionRow[] = [];

  get people(): People {
    return this.#people;
  }

  /** Loads an earlier process's memory. */
  async load(ledger: Pick<Ledger, 'protectionRows'>, now: number): Promise<void> {
    this.#restore(grouped(await ledger.protectionRows(now)), now);
  }

  #restore(rows: ReadonlyMap<string, KeptRow[]>, now: number): void {
    this.#people.restore(rows.get(NEWCOMERS) ?? [], now);
    for (const [name, memory] of this.#memories) memory.restore(rows.get(name) ?? [], now);
  }

  /** Reloads everything from the ledger, because somebody was erased there. */
  async reload(ledger: Pick<Ledger, 'protectionRows'>, now: number): Promise<void> {
    const rows = grouped(await ledger.protectionRows(now));
    this.#unwritten = [];
    this.#people = this.#people.anew();
    this.#memories = memoriesIn(this.#people);
    this.#restore(rows, now);
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

function memoriesIn({ records }: People): Map<string, Memory> {
  return new Map(PROTECTIONS.map(({ name, memory }) => [name, memory(records)]));
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
