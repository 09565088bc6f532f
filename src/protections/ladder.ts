import { literal, type ResponseCapabilities } from '../cases/decide.js';
import { kick, lockdown, mute, redact, redactUser, writeRule } from '../enforcement/actions.js';
import { warn } from '../notify/warn.js';
import type { NewAction } from '../store/records/actions.js';
import { durationWords } from './durations.js';
import type { CommonSettings, Deed } from './settings.js';
import type { Finding } from './types.js';
import { PROTECTION_TEXTS as texts } from './texts.js';

/** A recorded offence. */
export interface RecordedOffence {
  protection: string;
  finding: Finding;
  settings: CommonSettings;
  /** id of the event that completed it */
  eventId: string;
  /** where it happened */
  roomId: string;
  caseId: number;
  /** its number within the protection's memory, from 1 */
  offence: number;
  now: number;
}

/** What may be done about an offence. */
export interface LadderMeans extends Pick<ResponseCapabilities, 'policyList'> {
  /** whether we may redact in the room where it happened */
  mayRedact: boolean;
}

/** The step of a ladder for the n-th offence; the last one repeats. If an earlier step redacted, this one does too. */
export function stepOf(ladder: readonly (readonly Deed[])[], offence: number): Deed[] {
  const at = Math.min(Math.max(offence, 1), ladder.length) - 1;
  const redacts = ladder.slice(0, at + 1).some((step) => step.includes('redact'));
  const step = ladder[at] ?? [];
  return redacts && !step.includes('redact') ? ['redact', ...step] : [...step];
}

/** The actions for an offence. Pure. */
export function actionsOfOffence(recorded: RecordedOffence, means: LadderMeans): NewAction[] {
  const { settings, caseId, offence, finding, eventId } = recorded;
  const deeds = stepOf(settings.response, offence);
  const actions = deeds.flatMap((deed) => actionsOf(deed, recorded, deeds, means));
  // each account of a campaign is treated like a single offender
  for (const { userId, events } of finding.parts ?? []) {
    const alone: Finding = { subject: { kind: 'user', id: userId }, why: finding.why, events, detail: {} };
    const part = { ...recorded, finding: alone, eventId: `${eventId}:${userId}` };
    const hits = deeds.filter((deed) => deed !== 'lockdown');
    actions.push(...hits.flatMap((deed) => actionsOf(deed, part, deeds, means)));
  }
  return actions.map((action) => ({ ...action, caseId }));
}

function actionsOf(deed: Deed, recorded: RecordedOffence, deeds: readonly Deed[], means: LadderMeans): NewAction[] {
  const { finding, settings, roomId, eventId, protection, caseId, now } = recorded;
  const { kind, id } = finding.subject;
  const reason = texts.reason(finding.why, caseId);
  const key = `protection:${protection}:${deed}:${eventId}`;
  const user = kind === 'user' ? id : undefined;
  const until = (ms: number) => (ms === 0 ? {} : { until: now + ms });
  const placed = { key, caseId };
  if (deed === 'lockdown') {
    const lasts = (settings as { lockdown_for?: number }).lockdown_for ?? 3_600_000;
    return [lockdown.create({ roomId: kind === 'room' ? id : roomId, reason, ...until(lasts) }, placed)];
  }
  if (user === undefined) return [];
  switch (deed) {
    case 'redact':
      return redactions(recorded, user, finding.why);
    case 'warn':
      // one warning for an event, whatever it offended against
      return [
        warn.create(
          { roomId, userId: user, text: warning(recorded, deeds, means) },
          { key: `protection:warn:${eventId}`, caseId },
        ),
      ];
    case 'mute':
      return [mute.create({ roomId, userId: user, reason, ...until(settings.mute_for) }, placed)];
    case 'kick':
      return [kick.create({ roomId, userId: user, reason: finding.why }, placed)];
    case 'ban':
      return [
        writeRule.create(
          {
            listRoomId: means.policyList,
            kind: 'user',
            entity: user,
            recommendation: 'm.ban',
            reason,
            ...literal(user),
            ...until(settings.ban_for),
          },
          placed,
        ),
      ];
    default:
      return [];
  }
}

/** One action per event, keyed by the event, so that it is redacted once whatever it offended against. */
export function redactions(
  { finding, eventId, protection, now }: Pick<RecordedOffence, 'finding' | 'eventId' | 'protection' | 'now'>,
  userId: string,
  reason: string,
): NewAction[] {
  const single = finding.events.map((event) =>
    redact.create(
      { ...event, sender: userId, reason },
      { key: `protection:redact:${event.eventId}:${Math.floor(now / 1000)}` },
    ),
  );
  if (finding.also === undefined) return single;
  const { roomId, count, sinceMs } = finding.also;
  const extent = { limit: count, hours: (sinceMs + 5_000) / 3_600_000 };
  return [
    ...single,
    redactUser.create({ roomId, userId, reason, extent }, { key: `protection:${protection}:redact:${eventId}` }),
  ];
}

function warning(
  { finding, settings, offence }: RecordedOffence,
  deeds: readonly Deed[],
  { mayRedact }: LadderMeans,
): string {
  return texts.warning({
    why: finding.why,
    removed: mayRedact && deeds.includes('redact') && finding.events.length > 0,
    next: stepOf(settings.response, offence + 1).filter((deed) => deed === 'mute' || deed === 'kick' || deed === 'ban'),
    within: durationWords(settings.memory),
  });
}
