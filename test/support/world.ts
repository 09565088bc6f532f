import { HeimdallError } from '../../src/util/errors.js';
import { ActionOutbox } from '../../src/actions/outbox.js';
import type { Config } from '../../src/config/types.js';
import { MatrixError, type Homeserver, type MatrixEvent } from '../../src/matrix/types.js';
import type { NewAction } from '../../src/store/records/actions.js';
import { contextFor } from './context.js';
import { event, member } from './events.js';

export const BOT = '@heimdall:a.test';
export const ADMIN = '@admin:a.test';
export const MANAGEMENT = '!management:a.test';
export const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, fatal() {} } as never;

/** Rooms on an imaginary homeserver, which lets the bot in or not. */
export class Rooms {
  readonly state = new Map<string, MatrixEvent[]>();
  readonly closed = new Set<string>();
  readonly unreadable = new Set<string>();
  /** rooms whose servers do not answer */
  readonly silent = new Set<string>();
  readonly joined = new Set<string>();
  readonly left: string[] = [];
  /** through which servers a room was entered last */
  readonly via = new Map<string, readonly string[]>();

  /** A room that ADMIN made and in which the bot has all it needs, joined. */
  make(
    roomId: string,
    options: {
      creator?: string;
      create?: Record<string, unknown>;
      inside?: boolean;
      state?: MatrixEvent[];
      power?: Record<string, number>;
    } = {},
  ): void {
    const creator = options.creator ?? ADMIN;
    const users = options.power ?? { [creator]: 100, [BOT]: 100 };
    this.state.set(roomId, [
      event({
        type: 'm.room.create',
        state_key: '',
        sender: creator,
        room_id: roomId,
        content: { room_version: '11', ...options.create },
      }),
      event({ type: 'm.room.power_levels', state_key: '', sender: creator, room_id: roomId, content: { users } }),
      member(creator, 'join', { room_id: roomId }),
      ...(options.state ?? []).map((one) => ({ ...one, room_id: roomId })),
    ]);
    if (options.inside !== false) this.enter(roomId);
  }

  enter(roomId: string): void {
    this.joined.add(roomId);
    this.put(member(BOT, 'join', { room_id: roomId }));
  }

  put(put: MatrixEvent): MatrixEvent {
    const state = this.state.get(put.room_id) ?? [];
    this.state.set(put.room_id, [
      ...state.filter((one) => one.type !== put.type || one.state_key !== put.state_key),
      put,
    ]);
    return put;
  }

  homeserver(): Homeserver {
    const refused = (what: string) => new MatrixError(403, 'M_FORBIDDEN', what);
    const known: Partial<Homeserver> = {
      botUserId: BOT,
      serverName: 'a.test',
      joinedRooms: () => Promise.resolve([...this.joined]),
      resolveAlias: () => Promise.resolve(undefined),
      join: (roomId, via = []) => {
        if (this.silent.has(roomId)) return Promise.reject(new MatrixError(502, 'M_UNKNOWN', 'no answer'));
        if (this.closed.has(roomId) || !this.state.has(roomId)) return Promise.reject(refused('You are not invited'));
        this.enter(roomId);
        this.via.set(roomId, via);
        return Promise.resolve(roomId);
      },
      leave: (roomId) => {
        this.joined.delete(roomId);
        this.left.push(roomId);
        return Promise.resolve();
      },
      state: (roomId) => {
        const state = this.state.get(roomId);
        return state === undefined || this.unreadable.has(roomId) || !this.joined.has(roomId)
          ? Promise.reject(refused('You are not in the room'))
          : Promise.resolve(state);
      },
    };
    return known as Homeserver;
  }
}

/** Notes what is asked for, and adds nothing. */
class PlannedActions extends ActionOutbox {
  readonly planned: NewAction[] = [];
  /** true: nothing can be stored */
  isFull = false;

  override add(actions: readonly NewAction[]): Promise<void> {
    if (this.isFull) return Promise.reject(new HeimdallError('HEIMDALL_E_DATABASE', 'disk full', 'make room'));
    this.planned.push(...actions);
    return Promise.resolve();
  }
}

/**
 * What looks after rooms and lists, as the product ties it, over imaginary rooms and a real ledger. `restart` begins
 * anew on the same ledger and settings.
 */
export async function worldOf(rooms: Rooms, before?: string, config: Partial<Config> = {}) {
  const homeserver = rooms.homeserver();
  const clock = () => 1_000_000_000;
  const outbox = new PlannedActions({ ledger: { onEnd: () => undefined } as never });
  const { app, dataDir, close } = await contextFor({
    homeserver,
    clock,
    outbox,
    settled: false,
    config,
    ...(before === undefined ? {} : { dataDir: before }),
  });
  const { ledger, settings } = app.foundation;
  const { protectedRooms: kept, ownRooms, lists, lastKnown, alerts: concerns } = app.tracking;
  const { protection, upgrades, spaces } = app.rooms;
  const { bans, takedowns, planner: effects } = app.enforcement;
  const begin = async () => {
    await protection.start();
    await protection.onModeratorsLoaded();
  };
  /** The words for the management room so far, oldest first. */
  const said = async (): Promise<string[]> => {
    await concerns.enable();
    const page = await ledger.actionsOfKind(['tell'], 'due', { afterId: 0, limit: 1000 });
    return page.map(({ payload }) => (payload as { content: { body: string } }).content.body);
  };
  const end = async (remove = true) => {
    await concerns.enable();
    await close(remove);
  };
  const restart = async () => {
    await end(false);
    const next = await worldOf(rooms, dataDir, config);
    await next.begin();
    return next;
  };
  return {
    homeserver,
    ledger,
    settings,
    kept,
    ownRooms,
    lists,
    effects,
    protection,
    upgrades,
    spaces,
    concerns,
    lastKnown,
    bans,
    takedowns,
    planned: outbox.planned,
    outbox,
    pipeline: app.intake.pipeline,
    begin,
    said,
    close: end,
    restart,
  };
}
