/**
 * The rules of a large file, parsed only as far as needed. For most lines the JSON is validated in its bytes, and two
 * hashes are kept: one of the state key, one of the entity. A line becomes a rule when an entity with its hash is
 * queried, and with it, in order, all lines with the same state key hash, which alone determine the rule in force at
 * that place. So the answers equal those of a policy that parsed everything. What more than one entity can match
 * (globs, hashes), and what is seldom written (escapes), becomes a rule at once.
 */
import { randomInt } from 'node:crypto';
import {
  createPolicy,
  serverKey,
  type EntityKind,
  type Policy,
  type PolicyEvent,
  type PolicyMatch,
} from '../policy/index.js';
import { JsonBytes, wordOf } from '../util/json-bytes.js';

const [STATE_KEY, CONTENT, ENTITY] = [wordOf('state_key'), wordOf('content'), wordOf('entity')];
/** MSC4205, under its stable and unstable keys. */
const HASHES = [wordOf('hashes'), wordOf('org.matrix.msc4205.hashes')] as const;
const [STAR, QUESTION, ZERO, NINE, COLON, QUOTE, OPEN] = [0x2a, 0x3f, 0x30, 0x39, 0x3a, 0x22, 0x7b] as const;
const [UPPER_A, UPPER_Z, TO_LOWER] = [0x41, 0x5a, 0x20] as const;
/** Instead of an entity's number: no entity can match this line; any could. */
const [NOBODY, ANYBODY] = [-1, -2] as const;
const NONE = -1;

export class RuleFile {
  readonly policy: Policy = createPolicy();
  readonly #line = new RuleLine();
  /** for each line: its buffer, its position, and the hashes of its state key and entity */
  readonly #blocks: Buffer[] = [];
  readonly #block = new Numbers();
  readonly #from = new Numbers();
  readonly #to = new Numbers();
  readonly #place = new Numbers();
  readonly #name = new Numbers();
  /** the parsed event of a line that needed parsing, until it is applied */
  readonly #events = new Map<number, PolicyEvent>();
  #byPlace = new NumberIndex(NO_LINES);
  #byName = new NumberIndex(NO_LINES);

  constructor(private readonly eventOf: (value: unknown) => PolicyEvent) {}

  /**
   * Records a line from its UTF-8 bytes.
   * @returns where it ends; -1: left to `add`
   */
  note(bytes: Buffer, at: number): number {
    const end = this.#line.read(bytes, at);
    if (end < 0) return -1;
    const { place, name } = this.#line;
    if (place === NOBODY) return end;
    if (this.#blocks[this.#blocks.length - 1] !== bytes) this.#blocks.push(bytes);
    this.#push(at, end, place, name);
    return end;
  }

  /** Adds a parsed line. */
  add(event: PolicyEvent): void {
    if (typeof event.state_key !== 'string') return;
    const key = Buffer.from(event.state_key, 'utf8');
    this.#events.set(this.#place.length, event);
    this.#push(0, 0, numberOf(key, 0, key.length), ANYBODY);
  }

  /** To be called when all lines are in. */
  finish(): void {
    this.#byPlace = new NumberIndex(this.#place.all);
    this.#byName = new NumberIndex(this.#name.all);
    this.#meet(ANYBODY);
  }

  /**
   * The rules' verdict on an entity.
   * @param bytes its UTF-8 from `from` to `to`
   */
  match(kind: EntityKind, entity: string, bytes: Uint8Array, from: number, to: number): PolicyMatch | null {
    const name = nameOf(bytes, from, to);
    if (name >= 0) this.#meet(name);
    else if (kind === 'server') {
      // a non-ASCII letter may equal an ASCII one when case is ignored
      const key = Buffer.from(serverKey(entity), 'utf8');
      this.#meet(nameOf(key, 0, key.length));
    }
    return this.policy.match(kind, entity);
  }

  /** Parses the lines with an entity's hash, and all lines that may share a place with them. */
  #meet(name: number): void {
    for (const line of this.#byName.take(name))
      for (const same of this.#byPlace.take(this.#place.at(line))) this.policy.apply(this.#eventAt(same));
  }

  #eventAt(line: number): PolicyEvent {
    const event = this.#events.get(line);
    if (event !== undefined) {
      this.#events.delete(line);
      return event;
    }
    const block = this.#blocks[this.#block.at(line)]!;
    return this.eventOf(JSON.parse(block.toString('utf8', this.#from.at(line), this.#to.at(line))));
  }

  #push(from: number, to: number, place: number, name: number): void {
    this.#block.push(this.#blocks.length - 1);
    this.#from.push(from);
    this.#to.push(to);
    this.#place.push(place);
    this.#name.push(name);
  }
}

/** A growable array of integers. */
class Numbers {
  length = 0;
  #all = new Int32Array(1024);

  get all(): Int32Array {
    return this.#all.subarray(0, this.length);
  }

  at(index: number): number {
    return this.#all[index]!;
  }

  push(number: number): void {
    if (this.length === this.#all.length) {
      const larger = new Int32Array(2 * this.length);
      larger.set(this.#all);
      this.#all = larger;
    }
    this.#all[this.length++] = number;
  }
}

const NO_LINES = new Int32Array(0);

/** Lines by one of their hashes, if any; each is returned once. */
class NumberIndex {
  /** by the number's last bits: the first line, and for each line the next one */
  readonly #first: Int32Array;
  readonly #next: Int32Array;

  constructor(private readonly numbers: Int32Array) {
    this.#first = new Int32Array(2 ** Math.ceil(Math.log2(numbers.length + 1))).fill(NONE);
    this.#next = new Int32Array(numbers.length);
    // from the last to the first, so that each chain is in the order of the lines
    for (let line = numbers.length - 1; line >= 0; line--) {
      if (numbers[line] === NOBODY) continue;
      const slot = this.#slotOf(numbers[line]!);
      this.#next[line] = this.#first[slot]!;
      this.#first[slot] = line;
    }
  }

  /** The lines with this hash that were not returned before, in order. */
  take(number: number): Iterable<number> {
    const slot = this.#slotOf(number);
    let taken: number[] | undefined;
    let before = NONE;
    for (let line = this.#first[slot]!; line !== NONE; line = this.#next[line]!) {
      if (this.numbers[line] !== number) before = line;
      else {
        (taken ??= []).push(line);
        if (before === NONE) this.#first[slot] = this.#next[line]!;
        else this.#next[before] = this.#next[line]!;
      }
    }
    return taken ?? NO_LINES;
  }

  #slotOf(number: number): number {
    return number & (this.#first.length - 1);
  }
}

/** One line of rules read from its bytes: an object in any layout, with any other keys. */
class RuleLine {
  /** hash of the state key; NOBODY: the line states no rule */
  place = NOBODY as number;
  /** hash of the entity; or NOBODY, ANYBODY */
  name = NOBODY as number;
  readonly #json = new JsonBytes();
  #hasContent = false;
  #hasEntity = false;
  readonly #member = (): boolean => this.#readMember();
  readonly #contentMember = (): boolean => this.#readContentMember();

  /** @returns where the line ends; -1: it must be parsed */
  read(bytes: Uint8Array, at: number): number {
    const json = this.#json;
    json.begin(bytes, at);
    this.place = NOBODY;
    this.name = NOBODY;
    this.#hasContent = false;
    this.#hasEntity = false;
    return json.object(this.#member) && json.isEnd() ? json.at : -1;
  }

  #readMember(): boolean {
    const json = this.#json;
    // a key with escapes may be any key, and of duplicate keys the last one counts
    if (!json.isPlain) return false;
    if (json.is(STATE_KEY)) {
      if (this.place !== NOBODY || json.next() !== QUOTE || !json.text() || !json.isPlain) return false;
      this.place = numberOf(json.bytes, json.from, json.to);
      return true;
    }
    if (!json.is(CONTENT)) return json.value();
    if (this.#hasContent) return false;
    this.#hasContent = true;
    return json.next() === OPEN ? json.object(this.#contentMember) : json.value();
  }

  #readContentMember(): boolean {
    const json = this.#json;
    if (!json.isPlain) return false;
    if (json.is(ENTITY)) {
      if (this.#hasEntity) return false;
      this.#hasEntity = true;
      if (json.next() !== QUOTE) return json.value();
      if (!json.text() || !json.isPlain) return false;
      if (this.name !== ANYBODY) this.name = nameOf(json.bytes, json.from, json.to);
      return true;
    }
    if (json.is(HASHES[0]) || json.is(HASHES[1])) this.name = ANYBODY;
    return json.value();
  }
}

/**
 * A hash that an ASCII literal shares with every entity it can match. Case and port are ignored, because they are for
 * servers. ANYBODY for globs and non-ASCII letters.
 */
function nameOf(bytes: Uint8Array, from: number, to: number): number {
  let number = SEED;
  for (let at = from, end = portlessEnd(bytes, from, to); at < end; at++) {
    let byte = bytes[at]!;
    if (byte >= 0x80 || byte === STAR || byte === QUESTION) return ANYBODY;
    if (byte >= UPPER_A && byte <= UPPER_Z) byte += TO_LOWER;
    number = mixed(number, byte);
  }
  return spread(number);
}

function portlessEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = to;
  while (at > from && bytes[at - 1]! >= ZERO && bytes[at - 1]! <= NINE) at--;
  return at < to && at > from && bytes[at - 1] === COLON ? at - 1 : to;
}

function numberOf(bytes: Uint8Array, from: number, to: number): number {
  let number = SEED;
  for (let at = from; at < to; at++) number = mixed(number, bytes[at]!);
  return spread(number);
}

function mixed(number: number, byte: number): number {
  return (Math.imul(number ^ byte, 0x01000193) + 0x3779b9) | 0;
}

/** Seeded, so that nobody can write a file whose lines all collide. */
const SEED = randomInt(2 ** 32);

/** Not negative, and small enough that V8 keeps it without a box. */
function spread(number: number): number {
  return Math.imul(number ^ (number >>> 15), 0x85ebca6b) >>> 2;
}
