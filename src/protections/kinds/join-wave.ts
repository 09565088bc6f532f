import { durationWords } from '../durations.js';
import { BELIEVED, keptFrom, Rolling } from '../rolling.js';
import { count, duration, settingsWith, windowOf } from '../settings.js';
import { defineProtection } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';

interface Join {
  /** when it was sent: the claim of a server */
  at: number;
  /** when it came in */
  cameAt: number;
}

interface Wave {
  /** who joined when, each person once */
  joins: Map<string, Join>;
}

/** A room's joins survive a restart from the tenth on, or from half of the limit. */
const KEPT_FROM = 10;

const settings = settingsWith(['lockdown'], {
  max: count(
    50,
    'How many people may join within `window`.',
    [{ name: 'maxPer' }, { name: 'maxPerTimescale' }, { name: 'limit' }],
    {
      max: 10_000,
    },
  ),
  window: windowOf('60m', 'In how long a time they are counted.', [
    { name: 'timescaleMinutes', in: 'minutes' },
    { name: 'per', in: 'seconds' },
  ]),
  lockdown_for: duration('1h', 'When the room opens again by itself. `0`: only by `lockdown end ROOM`.'),
});

function read(data: unknown): Wave | undefined {
  if (!Array.isArray(data)) return undefined;
  const joins: Wave['joins'] = new Map();
  for (const entry of data as unknown[]) {
    const [user, at] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (typeof user === 'string' && typeof at === 'number') joins.set(user, { at, cameAt: at });
  }
  return { joins };
}

export const joinWave = defineProtection({
  name: 'JoinWaveShortCircuit',
  aliases: ['JoinWaveShortCircuitProtection', 'JoinWave', 'JoinWaves', 'MaxJoinRate', 'JoinRate', 'JoinRateLimit'],
  about:
    'More than 50 people join a room within 60 minutes: it is set to invite only. It opens again after ' +
    '`lockdown_for`, or with `lockdown end ROOM`.',
  settings,
  asks: 'member',
  harm: 'm.spam.flooding',
  exempts: false,
  // a bridge that starts anew brings all its people at once
  exemptsBridges: true,
  memory: () =>
    new Rolling<Wave>({
      lifeMs: 3_600_000,
      most: 5_000,
      write: ({ joins }) => [...joins].map(([user, { at }]) => [user, at]),
      read,
    }),
  judge({ event }, memory, { settings: { max, window }, person, sentAt, now, catchingUp }) {
    const { room_id: roomId, state_key: who } = event;
    if (who === undefined || !isJoin(event.content, event.unsigned)) return [];
    // somebody known who comes back, or follows an upgrade of the room
    if (person.hereForMs === undefined) return [];
    memory.liveFor(window);
    const cameAt = catchingUp ? sentAt : now;
    const joins: Wave['joins'] = new Map();
    let count = 1;
    for (const [user, join] of memory.get(roomId)?.joins ?? []) {
      const isOfWave = join.at > sentAt - window;
      if (user === who || !(isOfWave || join.cameAt > now - window)) continue;
      joins.set(user, join);
      if (isOfWave) count += 1;
    }
    joins.set(who, { at: sentAt, cameAt });
    if (count <= max && joins.size <= BELIEVED * max) {
      memory.set(roomId, { joins }, now, count >= keptFrom(max, KEPT_FROM));
      return [];
    }
    // this wave has been dealt with: further joins are a new one
    memory.set(roomId, { joins: new Map() }, now, true);
    return [
      {
        subject: { kind: 'room', id: roomId },
        why: texts.why.joinWave(max, durationWords(window)),
        events: [],
        detail: {
          joins: count > max ? count : joins.size,
          window: durationWords(window),
          latest: [...joins.keys()].slice(-5).join(', '),
        },
      },
    ];
  },
});

/** A real join, not a profile change of a member. */
export function isJoin(
  content: Readonly<Record<string, unknown>>,
  unsigned: Readonly<Record<string, unknown>> | undefined,
): boolean {
  if (content.membership !== 'join') return false;
  const before = unsigned?.prev_content;
  return typeof before !== 'object' || before === null || (before as { membership?: unknown }).membership !== 'join';
}
