import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BanRegister } from '../../src/enforcement/ban-register.js';
import type { GuardContext } from '../../src/enforcement/types.js';
import { MatrixError, type Homeserver, type MatrixEvent } from '../../src/matrix/types.js';
import { createPolicy } from '../../src/policy/index.js';
import { openLedger, openSettings } from '../../src/store/index.js';
import type { NewAction } from '../../src/store/types.js';
import { ModeratorAlerts } from '../../src/notify/alerts.js';
import { EnforcementPlanner } from '../../src/protected-rooms/enforcement-planner.js';
import { PolicyListSnapshots } from '../../src/tracking/list-snapshots.js';
import { WatchedLists } from '../../src/tracking/lists.js';
import { ProtectedRooms } from '../../src/protected-rooms/protected-rooms.js';
import { RoomStateCache } from '../../src/tracking/rooms.js';
import { skippedRuleAlerts } from '../../src/protected-rooms/effective-rules.js';
import { Spaces } from '../../src/protected-rooms/spaces.js';
import { Upgrades } from '../../src/protected-rooms/upgrades.js';
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
      join: (roomId) => {
        if (this.silent.has(roomId)) return Promise.reject(new MatrixError(502, 'M_UNKNOWN', 'no answer'));
        if (this.closed.has(roomId) || !this.state.has(roomId)) return Promise.reject(refused('You are not invited'));
        this.enter(roomId);
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

/**
 * Everything of watch that looks after rooms and lists, over imaginary rooms and a real ledger. `restart` begins anew
 * on the same ledger and settings.
 */
export async function worldOf(rooms: Rooms, dataDir = mkdtempSync(path.join(tmpdir(), 'heimdall-world-'))) {
  const homeserver = rooms.homeserver();
  const ledger = await openLedger({ dataDir, databaseUrl: null });
  const settings = await openSettings({ dataDir });
  const kept = new RoomStateCache();
  const ownRooms = new RoomStateCache();
  const clock = () => 1_000_000_000;
  const lists = new WatchedLists(createPolicy(), homeserver);
  const moderators = () =>
    new Set(
      [...ownRooms.all()].flatMap((room) =>
        [...room.members].filter(([, { membership }]) => membership === 'join').map(([userId]) => userId),
      ),
    );
  const facts = (): GuardContext => ({
    botUserId: BOT,
    serverName: 'a.test',
    protectedIdentities: [],
    moderators: moderators(),
    ownRooms: new Set(),
    policy: lists.policy,
    rooms: kept,
  });
  const concerns = new ModeratorAlerts({ ledger, logger: silent });
  const lastKnown = new PolicyListSnapshots({
    ledger,
    policy: lists.policy,
    shortcodeOf: (roomId) => lists.shortcodeOf(roomId),
    logger: silent,
  });
  const planned: NewAction[] = [];
  const commit = (actions: NewAction[]) => {
    planned.push(...actions);
    return Promise.resolve();
  };
  const bans = new BanRegister();
  const effects: EnforcementPlanner = new EnforcementPlanner({
    rooms: kept,
    lists,
    bans,
    facts,
    unreadLists: () => protection.unreadLists(),
    epoch: 'test',
    onSkipped: (skipped) => void concerns.report('skipped_rules', skippedRuleAlerts(skipped, lists)),
  });
  const protection: ProtectedRooms = new ProtectedRooms({
    homeserver,
    settings,
    rooms: kept,
    lists,
    effects,
    lastKnown,
    concerns,
    commit,
    clock,
    logger: silent,
  });
  const upgrades = new Upgrades({
    homeserver,
    settings,
    protection,
    rooms: kept,
    ownRooms,
    lists,
    effects,
    concerns,
    commit,
    clock,
    dryRun: false,
  });
  const spaces = new Spaces({ homeserver, settings, protection, rooms: kept, lists, concerns, dryRun: false });
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
  const close = async (remove = true) => {
    protection.stop();
    await lastKnown.flush();
    await concerns.enable();
    await settings.close();
    await ledger.close();
    if (remove) rmSync(dataDir, { recursive: true, force: true });
  };
  const restart = async () => {
    await close(false);
    const next = await worldOf(rooms, dataDir);
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
    planned,
    begin,
    said,
    close,
    restart,
  };
}
