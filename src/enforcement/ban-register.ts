import type { ActionRecord } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import { banPayload, unbanPayload, type RuleReference } from './payloads.js';

/** A ban that Heimdall made and that was not lifted since. */
export interface OurBan {
  /** the rule that wanted it; undefined when a person asked for it without a rule */
  rule: RuleReference | undefined;
  caseId: number | null;
}

const PAGE = 1_000;
const NONE: ReadonlyMap<string, OurBan> = new Map();

/**
 * Which bans are ours and why, as the ledger remembers them. Only these are ever lifted: bans made by people stay.
 * A person may have lifted one and banned again since, so the planner also looks at who sent the ban that stands.
 */
export class BanRegister {
  readonly #rooms = new Map<string, Map<string, OurBan>>();

  /** Reads every ban and lifted ban of the ledger. */
  async load(ledger: Pick<Ledger, 'actionsOfKind'>): Promise<void> {
    for (let afterId = 0; ;) {
      const page = await ledger.actionsOfKind(['ban', 'unban'], 'done', { afterId, limit: PAGE });
      for (const action of page) this.note(action, action.result);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      afterId = last.id;
    }
  }

  /** Follows one action that ended as done; actions of other kinds change nothing. */
  note(action: ActionRecord, result: unknown): void {
    if (action.kind === 'ban') this.#noteBan(action, result);
    if (action.kind !== 'unban') return;
    const unban = unbanPayload.safeParse(action.payload);
    if (unban.success) this.#rooms.get(unban.data.roomId)?.delete(unban.data.userId);
  }

  #noteBan(action: ActionRecord, result: unknown): void {
    const ban = banPayload.safeParse(action.payload);
    if (!ban.success || (result as { effect?: unknown } | null)?.effect !== 'banned') return;
    const { roomId, userId, rule } = ban.data;
    const room = this.#rooms.get(roomId) ?? new Map<string, OurBan>();
    this.#rooms.set(roomId, room);
    room.set(userId, { rule, caseId: action.caseId });
  }

  /** Whether this action made a ban that stands, as far as we know. */
  holds(action: ActionRecord): boolean {
    if (action.kind !== 'ban') return false;
    const ban = banPayload.safeParse(action.payload);
    return ban.success && this.bansIn(ban.data.roomId).has(ban.data.userId);
  }

  bansIn(roomId: string): ReadonlyMap<string, OurBan> {
    return this.#rooms.get(roomId) ?? NONE;
  }
}
