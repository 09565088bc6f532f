/**
 * The answers of `heimdall policy match` to lines of entities: `{"entity","action","rule"}`. An ordinary line is read
 * from its bytes, and its entity is copied verbatim.
 */
import type { EntityKind, PolicyMatch, PolicyRule } from '../policy/index.js';
import { JsonBytes, wordOf } from '../util/json-bytes.js';
import type { QuickAnswer } from '../util/ndjson.js';
import type { RuleFile } from './rule-file.js';

const [KIND, ENTITY] = [wordOf('kind'), wordOf('entity')];
const KINDS = (['user', 'room', 'server'] as const).map((kind) => ({ kind, word: wordOf(kind) }));
const bytesOf = (text: string): Buffer => Buffer.from(text, 'utf8');
const BEGIN = bytesOf('{"entity":"');
const NO_RULE = '","action":"none","rule":null}';

/** The two callbacks for `answerLines`: for a line's value, and for its bytes. */
export function entityAnswers(
  file: RuleFile,
  entityOf: (value: unknown) => { kind: EntityKind; entity: string },
): [answer: (value: unknown) => string, quick: QuickAnswer] {
  const line = new EntityLine();
  const ends = new Map<PolicyRule, string>();
  /** The part of an answer after the entity. */
  const endOf = (match: PolicyMatch | null): string => {
    if (match === null) return NO_RULE;
    let end = ends.get(match.rule);
    if (end === undefined) {
      end = `","action":"${match.action}","rule":${JSON.stringify(ruleForm(match.rule))}}`;
      ends.set(match.rule, end);
    }
    return end;
  };
  const answer = (value: unknown): string => {
    const { kind, entity } = entityOf(value);
    const bytes = bytesOf(entity);
    const end = endOf(file.match(kind, entity, bytes, 0, bytes.length));
    return `{"entity":${JSON.stringify(entity).slice(0, -1)}${end}`;
  };
  const quick: QuickAnswer = (bytes, at, writer) => {
    const end = line.read(bytes, at);
    if (end < 0) return -1;
    const { kind, from, to } = line;
    const entity = bytes.toString('utf8', from, to);
    const rest = endOf(file.match(kind, entity, bytes, from, to));
    writer.add(BEGIN);
    // a string read here has no escapes, and needs none
    writer.addPart(bytes, from, to);
    writer.addText(rest);
    return end;
  };
  return [answer, quick];
}

/** A rule in an answer: the source event's own fields, and only those that it has. */
function ruleForm(rule: PolicyRule): Record<string, unknown> {
  return {
    room_id: rule.roomId,
    type: rule.type,
    state_key: rule.stateKey,
    event_id: rule.eventId,
    sender: rule.sender,
    recommendation: rule.recommendation,
    entity: rule.entity,
    hashes: rule.sha256 === undefined ? undefined : { sha256: rule.sha256 },
    reason: rule.reason,
  };
}

/** An object with `kind` and `entity`, in any order and layout, with any other keys. */
class EntityLine {
  kind: EntityKind = 'user';
  from = 0;
  to = 0;
  readonly #json = new JsonBytes();
  #hasKind = false;
  #hasEntity = false;
  readonly #member = (): boolean => this.#readMember();

  /** @returns where the line ends; -1: it must be parsed */
  read(bytes: Uint8Array, at: number): number {
    const json = this.#json;
    json.begin(bytes, at);
    this.#hasKind = false;
    this.#hasEntity = false;
    return json.object(this.#member) && this.#hasKind && this.#hasEntity && json.isEnd() ? json.at : -1;
  }

  #readMember(): boolean {
    const json = this.#json;
    // a key with escapes may be any key, and of duplicate keys the last one counts
    if (!json.isPlain) return false;
    if (json.is(ENTITY)) {
      if (this.#hasEntity || !json.text() || !json.isPlain) return false;
      this.#hasEntity = true;
      this.from = json.from;
      this.to = json.to;
      return true;
    }
    if (!json.is(KIND)) return json.value();
    if (this.#hasKind || !json.text()) return false;
    const known = KINDS.find(({ word }) => json.is(word));
    if (known === undefined) return false;
    this.#hasKind = true;
    this.kind = known.kind;
    return true;
  }
}
