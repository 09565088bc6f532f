import type { BanRegister } from '../enforcement/ban-register.js';
import type { LeftBehind } from '../enforcement/left-behind.js';
import type { AclPayload, BanPayload } from '../enforcement/payloads.js';
import type { TakedownPlan } from '../enforcement/takedown-planner.js';
import type { GuardContext } from '../enforcement/types.js';
import type { Policy } from '../policy/types.js';
import type { NewAction } from '../store/records/actions.js';
import type { WatchedLists } from '../tracking/lists.js';
import type { RoomStateCache } from '../tracking/rooms.js';
import type { HeldLists } from './held-lists.js';
import { liftOf, type Lift } from './lifts.js';
import type { RulesAcl } from './rules-acl.js';
import type { Standoffs } from './standoffs.js';

export interface AllowedActionsOptions {
  rooms: Pick<RoomStateCache, 'get'>;
  lists: Pick<WatchedLists, 'has'>;
  bans: BanRegister;
  facts: () => GuardContext;
  takedown?: TakedownPlan;
  successorOf?: (roomId: string) => string;
  /** foreign lists whose changes would lift too many bans */
  held?: HeldLists;
  /** people who repeatedly undo our actions */
  standoffs?: Standoffs;
  /** what an earlier process planned and is still due */
  leftBehind?: LeftBehind;
  /** the rules, including ignored ones */
  allRules: Pick<Policy, 'match'>;
  /** the server ACL that was planned last */
  acl: () => RulesAcl['last'];
}

/** Of what was planned, what may be done now. */
export class AllowedActions {
  readonly #options: AllowedActionsOptions;
  #botUserId: string | undefined;

  constructor(options: AllowedActionsOptions) {
    this.#options = options;
  }

  /** Drops actions that are due already or waiting for a moderator, and those that somebody keeps undoing. */
  of(planned: NewAction[]): NewAction[] {
    const { held, standoffs, leftBehind } = this.#options;
    const actions = leftBehind?.without(planned) ?? planned;
    const agreed = standoffs === undefined ? actions : actions.filter((action) => this.#isAgreed(action, standoffs));
    if (held === undefined) return agreed;
    const lifting = new Map<NewAction, string>();
    const names = new Map<string, string[]>();
    for (const action of agreed) {
      const lift = this.#liftOf(action);
      if (lift === undefined) continue;
      lifting.set(action, lift.list);
      const ofList = names.get(lift.list);
      if (ofList === undefined) names.set(lift.list, [lift.name]);
      else ofList.push(lift.name);
    }
    const waiting = new Set([...names].filter(([list, lifts]) => !held.mayLift(list, lifts)).map(([list]) => list));
    return waiting.size === 0 ? agreed : agreed.filter((action) => !waiting.has(lifting.get(action) ?? ''));
  }

  /**
   * What an action lifts, and the list behind it: the one that now allows the entity, or the one that wanted the ban.
   */
  #liftOf(action: NewAction): (Lift & { list: string }) | undefined {
    const { bans, takedown, lists, successorOf } = this.#options;
    const lift = liftOf(action, bans, takedown?.register);
    if (lift === undefined) return undefined;
    const match = this.#options.allRules.match(lift.kind, lift.entity);
    const wanted = lift.list === undefined || lists.has(lift.list) ? lift.list : successorOf?.(lift.list);
    const list = match?.action === 'allow' ? match.rule.roomId : (wanted ?? lift.list);
    return list === undefined ? undefined : { ...lift, list };
  }

  #isAgreed({ kind, key, payload }: NewAction, standoffs: Standoffs): boolean {
    if (kind === 'acl') {
      const { roomId } = payload as AclPayload;
      const acl = this.#options.rooms.get(roomId)?.acl;
      if (acl === undefined || acl.sender === (this.#botUserId ??= this.#options.facts().botUserId)) return true;
      return standoffs.mayAct(`acl ${roomId} ${this.#options.acl()?.for ?? ''}`, acl.eventId);
    }
    if (kind !== 'ban') return true;
    const { roomId, userId, rule } = payload as BanPayload;
    return standoffs.mayAct(`ban ${roomId} ${userId} ${rule?.eventId ?? ''}`, key);
  }
}
