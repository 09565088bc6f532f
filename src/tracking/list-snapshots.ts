import { z } from 'zod';
import { createPolicy } from '../policy/index.js';
import type { Policy, PolicyEvent, PolicyRule, RuleChange } from '../policy/types.js';
import type { Ledger } from '../store/types.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { Rounds } from '../util/rounds.js';
import { SerialQueue } from '../util/serial-queue.js';

/** A list that is being edited rule by rule is saved this long after the first edit: once, not a hundred times. */
const GATHER_MS = 1_000;
/** More than any list has; further rules act while the list can be read, and are not remembered. */
const MOST_RULES = 100_000;

/**
 * One remembered rule: [type, state key, recommendation, entity, hash, reason, sender, event id]. Short, because lists
 * are long.
 */
const text = z.string().nullable();
const row = z.tuple([z.string(), z.string(), z.string(), text, text, text, text, text]);
type Row = z.infer<typeof row>;
const snapshot = z.object({ shortcode: z.string().nullable(), rules: z.array(row) });

export interface PolicyListSnapshotsOptions {
  ledger: Pick<Ledger, 'commit' | 'meta'>;
  policy: Pick<Policy, 'rules'>;
  shortcodeOf: (roomId: string) => string | undefined;
  logger: Logger;
}

/**
 * The last known rules of each watched list, kept in the ledger, so that a list that cannot be read at the next start
 * still acts. A snapshot is a single value, so a crash leaves either the old one or the new.
 */
export class PolicyListSnapshots {
  readonly #options: PolicyListSnapshotsOptions;
  readonly #changed = new Set<string>();
  readonly #rounds = new Rounds({ work: () => this.flush() });
  readonly #writes = new SerialQueue();

  constructor(options: PolicyListSnapshotsOptions) {
    this.#options = options;
  }

  /** A list's rules have changed and will be saved soon. */
  changed(roomId: string): void {
    this.#changed.add(roomId);
    this.#rounds.soon(GATHER_MS);
  }

  /** Saves what has not been saved yet. Never rejects: what could not be saved is retried with the next change. */
  flush(): Promise<void> {
    return this.#writes.run(() => this.#write());
  }

  /** The rules of a list as events of its state; undefined when it was never read. */
  async of(roomId: string): Promise<{ shortcode: string | null; events: PolicyEvent[] } | undefined> {
    return readSnapshot(roomId, await this.stored(roomId));
  }

  /** A list's current snapshot, to be passed to `changesSince` when the list has been read. */
  stored(roomId: string): Promise<string | undefined> {
    return this.#options.ledger.meta(nameOf(roomId));
  }

  /** How a list's rules changed since the snapshot, while Heimdall was not watching. */
  changesSince(roomId: string, stored: string | undefined): RuleChange[] {
    // Most starts find the rules unchanged, which is visible without parsing the snapshot.
    if (stored === undefined || stored === '' || stored === this.#valueOf(roomId)) return [];
    const known = readSnapshot(roomId, stored);
    // A snapshot damaged by hand proves nothing, so no change is assumed.
    if (known === undefined) return [];
    const before = createPolicy();
    before.replaceList(roomId, known.events);
    const now = [...this.#options.policy.rules({ roomId })].map((rule) => eventOf(roomId, rowOf(rule)));
    return before.replaceList(roomId, now);
  }

  /** Forgets a list that is no longer watched. */
  async forget(roomId: string): Promise<void> {
    this.#changed.delete(roomId);
    await this.#writes.idle();
    if ((await this.#options.ledger.meta(nameOf(roomId))) !== undefined)
      await this.#options.ledger.commit((tx) => tx.setMeta(nameOf(roomId), ''));
  }

  #valueOf(roomId: string): string {
    const { policy, shortcodeOf } = this.#options;
    const rules: Row[] = [];
    for (const rule of policy.rules({ roomId })) if (rules.length < MOST_RULES) rules.push(rowOf(rule));
    return JSON.stringify({ shortcode: shortcodeOf(roomId) ?? null, rules });
  }

  async #write(): Promise<void> {
    const { ledger, logger } = this.#options;
    for (const roomId of [...this.#changed]) {
      this.#changed.delete(roomId);
      const value = this.#valueOf(roomId);
      try {
        // most starts find the same snapshot already stored
        if ((await ledger.meta(nameOf(roomId))) !== value)
          await ledger.commit((tx) => tx.setMeta(nameOf(roomId), value));
      } catch (error) {
        this.#changed.add(roomId);
        logger.warn(
          { room_id: roomId, error: messageOf(error) },
          'the rules of a list could not be written down; it is tried again',
        );
        return;
      }
    }
  }
}

function readSnapshot(
  roomId: string,
  stored: string | undefined,
): { shortcode: string | null; events: PolicyEvent[] } | undefined {
  const parsed = stored === undefined || stored === '' ? undefined : snapshot.safeParse(jsonOf(stored));
  return parsed?.success === true
    ? { shortcode: parsed.data.shortcode, events: parsed.data.rules.map((rule) => eventOf(roomId, rule)) }
    : undefined;
}

/** Undefined for a snapshot damaged by hand: the rules are then unknown, which blocks nothing. */
function jsonOf(stored: string): unknown {
  try {
    return JSON.parse(stored);
  } catch {
    return undefined;
  }
}

function nameOf(roomId: string): string {
  return `list_rules:${roomId}`;
}

function rowOf(rule: PolicyRule): Row {
  return [
    rule.type,
    rule.stateKey,
    rule.recommendation,
    rule.entity ?? null,
    rule.sha256 ?? null,
    rule.reason ?? null,
    rule.sender ?? null,
    rule.eventId ?? null,
  ];
}

function eventOf(
  roomId: string,
  [type, stateKey, recommendation, entity, sha256, reason, sender, eventId]: Row,
): PolicyEvent {
  const what = entity === null ? { hashes: { sha256 } } : { entity };
  return {
    type,
    state_key: stateKey,
    room_id: roomId,
    content: { ...what, recommendation, ...(reason === null ? {} : { reason }) },
    ...(sender === null ? {} : { sender }),
    ...(eventId === null ? {} : { event_id: eventId }),
  };
}
