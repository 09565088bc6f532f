/**
 * Official localparts, and every beginning of an official domain: for ids that split a domain over localpart and server
 * (@matrix:org-official.test).
 */
import { fold } from './fold/fold.js';
import { Folded, hashOf } from './fold/folded.js';
import { HashScreen } from './index/hash-screen.js';
import { HashTable } from './index/hash-table.js';

/** The minimum length of a domain prefix that is searched as a localpart. */
const FIRST_SPLIT = 3;
const LONGEST_SPLIT = 32;

/** A domain (folded) of a profile, of which `at` letters are a localpart. */
export interface Beginning {
  profile: number;
  domain: string;
  at: number;
}
const NO_BEGINNINGS: readonly Beginning[] = [];
const scratch = new Folded();

export class Beginnings {
  /** number of the domain and length, by hash */
  readonly #table = new HashTable();
  readonly #domains: { profile: number; domain: string }[] = [];
  /** hashes of official localparts, and the same including every prefix */
  readonly #officials = new Set<number>();
  readonly #hashes: number[] = [];
  #screen: HashScreen | undefined;

  addLocalpart(localpart: string): void {
    const folded = fold(localpart, scratch);
    const hash = hashOf(folded, 0, folded.length);
    this.#hashes.push(hash);
    this.#officials.add(hash);
  }

  addDomain(domain: string, profile: number): void {
    const folded = fold(domain, scratch);
    const text = folded.text();
    const number = this.#domains.push({ profile, domain: text }) - 1;
    for (let at = FIRST_SPLIT; at < Math.min(text.length - 1, LONGEST_SPLIT); at++) {
      this.#table.add(hashOf(folded, 0, at), number * LONGEST_SPLIT + at);
      this.#hashes.push(hashOf(folded, 0, at));
    }
  }

  /** Whether a localpart with this hash may be an official one, or a domain's prefix. "No" is definite. */
  mayBegin(hash: number): boolean {
    this.#screen ??= new HashScreen(this.#hashes);
    return this.#screen.mayHave(hash) && (this.#table.first(hash) >= 0 || this.#officials.has(hash));
  }

  /** The domains that start with letters of this hash. */
  of(hash: number): readonly Beginning[] {
    const first = this.#table.first(hash);
    if (first < 0) return NO_BEGINNINGS;
    const found: Beginning[] = [];
    for (let entry = first; entry >= 0; entry = this.#table.after(entry))
      found.push({
        ...this.#domains[Math.floor(this.#table.value(entry) / LONGEST_SPLIT)]!,
        at: this.#table.value(entry) % LONGEST_SPLIT,
      });
    return found;
  }
}
