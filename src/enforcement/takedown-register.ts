import { z } from 'zod';
import type { ActionRecord, EndedEffect } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import {
  accountPayload,
  blockRoomPayload,
  redactUserPayload,
  unblockRoomPayload,
  unquarantinePayload,
  type RuleReference,
} from './payloads.js';

/** Something that Heimdall did and that has not been undone since. */
export interface ActiveTakedown {
  /** the action that did it */
  actionId: number;
  /** the rule behind it; undefined when a person asked for it without a rule, in which case no rule's end undoes it */
  rule: RuleReference | undefined;
}

const PAGE = 5_000;
const KINDS = [
  'suspend',
  'unsuspend',
  'deactivate',
  'quarantine_media',
  'unquarantine_media',
  'block_room',
  'unblock_room',
  'redact_user',
];
const resultSchema = z.object({
  effect: z.string(),
  media: z.array(z.string()).catch([]),
  room_id: z.string().optional(),
});

/**
 * What takedown rules did besides bans, from the ledger. Only what is recorded here is ever undone, so what people
 * suspended, quarantined or blocked stays, and nothing is done twice for the same rule.
 */
export class TakedownRegister {
  readonly suspended = new Map<string, ActiveTakedown>();
  readonly deactivated = new Map<string, ActiveTakedown>();
  /** with the ids of the media that we quarantined */
  readonly quarantined = new Map<string, ActiveTakedown & { media: string[] }>();
  /** by the room's name in the rule, with the resolved room id */
  readonly blocked = new Map<string, ActiveTakedown & { roomId: string }>();
  readonly #redacted = new Set<string>();

  async load(ledger: Pick<Ledger, 'effectsByLane'>): Promise<void> {
    for (let page, afterId = 0; page?.isLast !== true; afterId = page.lastId) {
      page = await ledger.effectsByLane(KINDS, { afterId, limit: PAGE });
      const effects = page.lanes.flatMap(({ read }) => read()).sort((a, b) => a.id - b.id);
      for (const effect of effects) this.note(effect, effect.result);
    }
  }

  /** Whether this person's messages in this room were redacted (or are being redacted) for this rule. */
  hasRedacted(roomId: string, userId: string, rule: RuleReference): boolean {
    return this.#redacted.has(redactionKey(roomId, userId, rule));
  }

  /** Whether what this action did is still in force, as far as we know. */
  holds({ id }: Pick<ActionRecord, 'id'>): boolean {
    return [this.suspended, this.deactivated, this.quarantined, this.blocked].some((standing) =>
      [...standing.values()].some(({ actionId }) => actionId === id),
    );
  }

  /** Follows one action that ended as done; actions of other kinds change nothing. */
  note(action: EndedEffect, result: unknown): void {
    const came = resultSchema.safeParse(result);
    if (!came.success) return;
    const { effect, media, room_id: roomId } = came.data;
    switch (action.kind) {
      case 'suspend':
        return this.#noteAccount(this.suspended, action, effect === 'suspended');
      case 'deactivate':
        return this.#noteAccount(this.deactivated, action, effect === 'deactivated');
      case 'quarantine_media':
        return this.#noteAccount(this.quarantined, action, effect === 'quarantined', { media });
      case 'unsuspend':
        return void this.suspended.delete(accountPayload.safeParse(action.payload).data?.userId ?? '');
      case 'unquarantine_media':
        return void this.quarantined.delete(unquarantinePayload.safeParse(action.payload).data?.userId ?? '');
      case 'block_room':
        return this.#noteBlock(action, effect, roomId);
      case 'unblock_room':
        return void this.blocked.delete(unblockRoomPayload.safeParse(action.payload).data?.room ?? '');
      case 'redact_user':
        return this.#noteRedaction(action);
    }
  }

  #noteAccount<T extends ActiveTakedown>(
    standing: Map<string, T>,
    action: EndedEffect,
    ours: boolean,
    more?: Omit<T, keyof ActiveTakedown>,
  ): void {
    const payload = accountPayload.safeParse(action.payload);
    if (ours && payload.success)
      standing.set(payload.data.userId, { actionId: action.id, rule: payload.data.rule, ...more } as T);
  }

  #noteBlock(action: EndedEffect, effect: string, roomId: string | undefined): void {
    const payload = blockRoomPayload.safeParse(action.payload);
    if (effect === 'blocked' && roomId !== undefined && payload.success)
      this.blocked.set(payload.data.room, { actionId: action.id, rule: payload.data.rule, roomId });
  }

  #noteRedaction(action: EndedEffect): void {
    const payload = redactUserPayload.safeParse(action.payload);
    if (payload.success && payload.data.rule !== undefined)
      this.#redacted.add(redactionKey(payload.data.roomId, payload.data.userId, payload.data.rule));
  }
}

function redactionKey(roomId: string, userId: string, rule: RuleReference): string {
  return [roomId, userId, rule.eventId ?? `${rule.roomId}/${rule.type}/${rule.stateKey}`].join('\n');
}
