import { durationWords } from '../durations.js';
import { keptFrom, Rolling } from '../rolling.js';
import { count, duration, settingsWith, windowOf } from '../settings.js';
import { defineProtection } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';

interface Wave {
  /** who joined when, each person once */
  joins: Map<string, number>;
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
  const joins = new Map<string, number>();
  for (const entry of data as unknown[]) {
    const [user, at] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (typeof user === 'string' && typeof at === 'number') joins.set(user, at);
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
      write: ({ joins }) => [...joins],
      read,
    }),
  judge({ event }, memory, { settings: { max, window }, sentAt, now }) {
    const { room_id: roomId, state_key: who } = event;
    if (who === undefined || !isJoin(event.content, event.unsigned)) return [];
    memory.liveFor(window);
    const joins = new Map([...(memory.get(roomId)?.joins ?? [])].filter(([, at]) => at > sentAt - window));
    joins.set(who, sentAt);
    if (joins.size <= max) {
      memory.set(roomId, { joins }, now, joins.size >= keptFrom(max, KEPT_FROM));
      return [];
    }
    // this wave has been dealt with: further joins are a new one
    memory.set(roomId, { joins: new Map() }, now, true);
    return [
      {
        subject: { kind: 'room', id: roomId },
        why: texts.why.joinWave(max, durationWords(window)),
        events: [],
        detail: { joins: joins.size, window: durationWords(window), latest: [...joins.keys()].slice(-5).join(', ') },
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
