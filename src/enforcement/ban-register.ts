import type { ActionRecord, EndedEffect } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import { isRoomId } from '../matrix/identifiers.js';
import type { BanPayload, RuleReference } from './payloads.js';

/** A ban that Heimdall made and that has not been lifted since. */
export interface OurBan {
  /** the rule that wanted it; undefined when a person asked for it without a rule */
  rule: RuleReference | undefined;
  caseId: number | null;
}

const PAGE = 50_000;
const NONE: ReadonlyMap<string, OurBan> = new Map();

/**
 * Which bans are ours and why, from the ledger. Only these are ever lifted: bans made by people stay. A moderator may
 * have lifted one and banned again since, so the planner also checks who sent the current ban.
 */
export class BanRegister {
  readonly #rooms = new Map<string, Map<string, OurBan>>();
  /** by room: records from the ledger that have not been parsed yet */
  readonly #unread = new Map<string, (() => readonly EndedEffect[])[]>();

  /** Takes every ban and unban from the ledger; a room's records are parsed when they are first needed. */
  async load(ledger: Pick<Ledger, 'effectsByLane'>): Promise<void> {
    for (let page, afterId = 0; page?.isLast !== true; afterId = page.lastId) {
      page = await ledger.effectsByLane(['ban', 'unban'], { afterId, limit: PAGE });
      for (const { lane, read } of page.lanes) {
        // the lane is the room id, except for ids so long that they are hashed
        if (isRoomId(lane)) this.#unread.set(lane, [...(this.#unread.get(lane) ?? []), read]);
        else for (const effect of read()) this.note(effect, effect.result);
      }
    }
  }

  /** Follows one action that ended as done; actions of other kinds change nothing. */
  note({ kind, payload, caseId }: Omit<EndedEffect, 'id' | 'result'>, result: unknown): void {
    if (kind !== 'ban' && kind !== 'unban') return;
    const target = banIn(payload);
    if (target === undefined) return;
    this.#readUp(target.roomId);
    const { roomId, userId, rule } = target;
    if (kind === 'unban') return void this.#rooms.get(roomId)?.delete(userId);
    if ((result as { effect?: unknown } | null)?.effect !== 'banned') return;
    const room = this.#rooms.get(roomId) ?? new Map<string, OurBan>();
    this.#rooms.set(roomId, room);
    room.set(userId, { rule, caseId });
  }

  #readUp(roomId: string): void {
    const unread = this.#unread.get(roomId);
    if (unread === undefined) return;
    this.#unread.delete(roomId);
    for (const read of unread) for (const effect of read()) this.note(effect, effect.result);
  }

  /** Whether this action made a ban that is still in force, as far as we know. */
  holds(action: ActionRecord): boolean {
    if (action.kind !== 'ban') return false;
    const ban = banIn(action.payload);
    return ban !== undefined && this.bansIn(ban.roomId).has(ban.userId);
  }

  bansIn(roomId: string): ReadonlyMap<string, OurBan> {
    this.#readUp(roomId);
    return this.#rooms.get(roomId) ?? NONE;
  }
}

/**
 * What an action banned or unbanned. Parsed by hand: there may be one for every ban ever made, and a schema would take
 * longer than the database.
 */
function banIn(payload: unknown): Pick<BanPayload, 'roomId' | 'userId' | 'rule'> | undefined {
  const { roomId, userId, rule } = (payload ?? {}) as Record<string, unknown>;
  if (typeof roomId !== 'string' || typeof userId !== 'string') return undefined;
  return rule === undefined || isRule(rule) ? { roomId, userId, rule } : undefined;
}

function isRule(rule: unknown): rule is RuleReference {
  const { roomId, type, stateKey, entity, eventId } = (rule ?? {}) as Record<string, unknown>;
  return (
    typeof type === 'string' &&
    typeof stateKey === 'string' &&
    [roomId, entity, eventId].every((part) => part === undefined || typeof part === 'string')
  );
}
