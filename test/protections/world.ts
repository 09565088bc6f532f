/** Rooms in which protections are on, and people who write in them: the watch as it runs, with a clock of one's own. */
import type { GuardContext } from '../../src/enforcement/types.js';
import type { MatrixEvent } from '../../src/matrix/types.js';
import { createPolicy } from '../../src/policy/policy.js';
import { ProtectionWatch } from '../../src/protections/watch.js';
import type { Offence } from '../../src/protections/offence.js';
import { defaultSettings } from '../../src/store/settings/document.js';
import type { Ledger } from '../../src/store/types.js';
import { RoomStateCache } from '../../src/tracking/rooms.js';
import { pino } from 'pino';
import { event, member } from '../support/events.js';

export const ROOMS = ['!one:a.test', '!two:a.test', '!three:a.test', '!four:a.test'] as const;
const MINUTE = 60_000;

export class World {
  now = 1_790_000_000_000;
  readonly #watch: ProtectionWatch;
  readonly #here = new Set<string>();

  /** @param on the protections that are on, each with what is set for it */
  constructor(on: Record<string, Record<string, unknown>>) {
    const rooms = new RoomStateCache();
    for (const roomId of ROOMS)
      rooms.read(
        roomId,
        [
          event({ type: 'm.room.create', state_key: '', sender: '@maker:a.test', content: { room_version: '11' } }),
          event({ type: 'm.room.power_levels', state_key: '', content: { users: { '@mod:a.test': 50 } } }),
        ],
        this.now,
      );
    const settings = {
      ...defaultSettings(),
      protections: Object.fromEntries(
        Object.entries(on).map(([name, values]) => [name, { enabled: true, rooms: {}, values }]),
      ),
    };
    const facts = (): GuardContext => ({
      botUserId: '@heimdall:a.test',
      serverName: 'a.test',
      protectedIdentities: [],
      moderators: new Set(['@staff:a.test']),
      ownRooms: new Set(),
      policy: createPolicy(),
      rooms,
    });
    this.#watch = new ProtectionWatch({
      serverName: 'a.test',
      botUserId: '@heimdall:a.test',
      settings: { get: () => settings },
      rooms,
      ledger: {} as Ledger,
      facts,
      staff: () => undefined,
      isBridgeUser: (userId) => userId.startsWith('@ghost'),
      see: () => Promise.resolve(undefined),
      means: () => ({ mail: false, policyList: '!list:a.test' }),
      clock: () => this.now,
      logger: pino({ level: 'silent' }),
    });
  }

  /** What is found in an event that is sent now. */
  send(partial: Partial<MatrixEvent> & Pick<MatrixEvent, 'type'>): Offence[] {
    const one = event({ room_id: ROOMS[0], sender: '@new:a.test', origin_server_ts: this.now, ...partial });
    if (one.type !== 'm.room.member' && !this.#here.has(`${one.room_id} ${one.sender}`)) {
      this.join(one.sender, one.room_id);
      this.now += MINUTE;
      one.origin_server_ts = this.now;
    }
    const found = this.#watch.decide(one);
    this.#watch.written();
    return found;
  }

  /** One room is about to be replaced by another, with these people in it. */
  moves(from: string, to: string, people: readonly string[]): void {
    const state = people.map((userId) => member(userId, 'join', { room_id: from }));
    this.#watch.moving(new RoomStateCache().read(from, state, this.now), to);
  }

  join(userId: string, roomId: string = ROOMS[0], content: Record<string, unknown> = {}): Offence[] {
    this.#here.add(`${roomId} ${userId}`);
    const one = member(userId, 'join', { room_id: roomId, origin_server_ts: this.now, content });
    const found = this.#watch.decide(one);
    this.#watch.written();
    return found;
  }

  say(body: string, more: Record<string, unknown> = {}, partial: Partial<MatrixEvent> = {}): Offence[] {
    return this.send({ type: 'm.room.message', content: { msgtype: 'm.text', body, ...more }, ...partial });
  }

  html(formatted: string, body = 'x'): Offence[] {
    return this.say(body, { format: 'org.matrix.custom.html', formatted_body: formatted });
  }
}
