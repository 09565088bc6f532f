import type { ReportSource } from '../../store/findings.js';
import { Rolling } from '../rolling.js';
import { count, people, settingsWith, windowOf, type CommonSettings } from '../settings.js';
import { defineProtection, type EventReference, type Finding } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';

/** A report of an event by an authenticated account. */
export interface TrustedReport {
  /** identical for the same report, however often it arrives */
  key: string;
  reporter: string;
  subject: string;
  event: EventReference;
  at: number;
}

/** Report sources with an authenticated account. */
const VOUCHED: ReadonlySet<ReportSource> = new Set<ReportSource>(['client', 'synapse', 'direct', 'room']);

/** A report that can count: about an event, by an authenticated account. */
export function trustedReportOf(report: {
  key: string;
  reporter: string;
  subjectKind: string;
  subject: string;
  roomId?: string;
  eventId?: string;
  event?: Record<string, unknown>;
  source: ReportSource;
  at: number;
}): (TrustedReport & { raw: unknown }) | undefined {
  const { key, reporter, subjectKind, subject, roomId, eventId, event, source, at } = report;
  if (subjectKind !== 'user' || roomId === undefined || eventId === undefined || !VOUCHED.has(source)) return undefined;
  return { key, reporter, subject, event: { roomId, eventId }, at, raw: event };
}

interface Reported {
  /** who reported which event when, each reporter once */
  by: Map<string, { at: number; event: EventReference }>;
  /** the report that was enough */
  enough?: string;
  /** what earlier offences were about: further reports of it count no more */
  done?: ReadonlySet<string>;
}

export type ReportCounts = Rolling<Reported>;

export interface TrustedReportersSettings extends CommonSettings {
  reporters: string[];
  reports: number;
  window: number;
}

const settings = settingsWith(['redact+ban'], {
  reporters: people('Whose reports count.', [{ name: 'mxids' }, { name: 'users' }]),
  reports: count(3, 'How many of them must report something of the same person within `window`.', [
    { name: 'banThreshold' },
  ]),
  window: windowOf('24h', 'In how long a time they are counted.'),
});

/** How many reported messages of one person are remembered as dealt with. */
const MOST_DONE = 100;

function read(data: unknown): Reported | undefined {
  if (!Array.isArray(data)) return undefined;
  const [enough, ...entries] = data as unknown[];
  const by: Reported['by'] = new Map();
  const done = new Set<string>();
  for (const entry of entries) {
    if (typeof entry === 'string') {
      done.add(entry);
      continue;
    }
    const [reporter, at, roomId, eventId] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (typeof reporter !== 'string' || typeof at !== 'number') return undefined;
    if (typeof roomId !== 'string' || typeof eventId !== 'string') return undefined;
    by.set(reporter, { at, event: { roomId, eventId } });
  }
  return { by, done, ...(typeof enough === 'string' && enough !== '' ? { enough } : {}) };
}

export const trustedReporters = defineProtection({
  name: 'TrustedReporters',
  aliases: ['TrustedReportersProtection', 'TrustedReporter'],
  about:
    'Three people on your list have reported messages of the same person, in protected rooms, within 24 hours: ' +
    'what they reported is redacted, and the person banned. Reports from the web form and by mail do not count.',
  settings,
  asks: 'elsewhere',
  harm: 'm.other',
  exempts: true,
  memory: () =>
    new Rolling<Reported>({
      lifeMs: 24 * 3_600_000,
      most: 10_000,
      matters: () => true,
      write: ({ by, enough, done = [] }) => [
        enough ?? '',
        ...done,
        ...[...by].map(([reporter, { at, event }]) => [reporter, at, event.roomId, event.eventId]),
      ],
      read,
    }),
});

/**
 * Counts a report. Repeating the decisive one, after a failed commit, gives the same result. After it, reports of other
 * messages are counted anew.
 */
export function countReport(
  report: TrustedReport,
  memory: ReportCounts,
  { reporters, reports, window }: TrustedReportersSettings,
  now: number,
): Finding[] {
  const { subject, reporter, event, at, key } = report;
  if (reporter === subject || !reporters.includes(reporter)) return [];
  memory.liveFor(window);
  const before = memory.get(subject);
  const isTrusted = (id: string) => reporters.includes(id);
  let by = new Map([...(before?.by ?? [])].filter(([id, one]) => one.at > now - window && isTrusted(id)));
  let done = before?.done ?? new Set<string>();
  if (before?.enough !== undefined && before.enough !== key) {
    done = new Set([...done, ...[...before.by.values()].map((one) => one.event.eventId)].slice(-MOST_DONE));
    by = new Map();
  }
  if (done.has(event.eventId)) return [];
  if (!by.has(reporter)) by.set(reporter, { at: Math.min(at, now), event });
  const isEnough = by.size >= reports;
  memory.set(subject, { by, done, ...(isEnough ? { enough: key } : {}) }, now);
  if (!isEnough) return [];
  const events = new Map([...by.values()].map((one) => [one.event.eventId, one.event]));
  return [
    {
      subject: { kind: 'user', id: subject },
      why: texts.why.reported(by.size),
      events: [...events.values()],
      detail: { reports: by.size, messages: events.size },
    },
  ];
}
