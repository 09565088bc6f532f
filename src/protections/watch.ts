import type { ResponseCapabilities } from '../cases/decide.js';
import { recordOffence } from '../cases/record.js';
import { interlock } from '../enforcement/interlock.js';
import type { GuardContext } from '../enforcement/types.js';
import { isSoftFailed, parseEvent } from '../matrix/events.js';
import { serverNameOf } from '../matrix/identifiers.js';
import { messageContent } from '../matrix/message.js';
import { powerOf } from '../matrix/power.js';
import type { MatrixEvent } from '../matrix/types.js';
import { tell } from '../notify/actions.js';
import { offerLine } from '../notify/protection-notice.js';
import type { RuleChange } from '../policy/types.js';
import type { ProtectionFinding } from '../store/findings.js';
import type { CaseRecord, Ledger, LedgerTransaction, NewAction, ProtectionRow, Settings } from '../store/types.js';
import type { TrackedRoom, RoomStateCache } from '../tracking/rooms.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { CurrentProtections, isEnabled, settingsOf, type ActiveProtection } from './current.js';
import { durationWords } from './durations.js';
import { actionsOfOffence, redactions, stepOf } from './ladder.js';
import {
  changeLine,
  isTold,
  policyChangeNotification,
  type PolicyChangeSettings,
  type ToldTimes,
} from './kinds/policy-change.js';
import {
  countReport,
  trustedReporters,
  type ReportCounts,
  type TrustedReport,
  type TrustedReportersSettings,
} from './kinds/trusted-reporters.js';
import { Message } from './message.js';
import { People } from './people.js';
import { RecentEvents } from './recent.js';
import type { CommonSettings } from './settings.js';
import { PROTECTIONS } from './table.js';
import type { AnyProtection, Context, Finding, KeptRow, Memory, PersonFacts, SeenEvent } from './types.js';

/** A finding with what it takes to write it down. */
export interface Offence {
  protection: AnyProtection;
  settings: CommonSettings;
  finding: Finding;
  event: MatrixEvent;
  person: PersonFacts;
  /** when it was found, ms since the epoch */
  at: number;
}

export interface ProtectionWatchOptions {
  serverName: string;
  botUserId: string;
  settings: { get(): Readonly<Settings> };
  rooms: RoomStateCache;
  ledger: Pick<Ledger, 'protectionRows' | 'commit'>;
  facts: () => GuardContext;
  /** why a person is one of our own staff; undefined when they are not */
  staff: (userId: string) => string | undefined;
  isBridgeUser: (userId: string) => boolean;
  means: () => ResponseCapabilities;
  clock: Clock;
  logger: Logger;
  count?: (protection: string) => void;
}

/** Rows of the newcomers in the ledger, beside those of the protections. */
const NEWCOMERS = 'newcomers';
/** Events that were looked at are known again for so many events more: the homeserver may send a transaction twice. */
const REMEMBERED_IDS = 4096;
/** Our own server's events come in within this time of being sent, when nothing is behind. */
const BEHIND_MS = 30_000;
/** So long after the start we may be reading what was missed, unless an event of our own server says otherwise. */
const CATCH_UP_MS = 10 * 60_000;
/** Bytes of an event that a case keeps as evidence. */
const EVIDENCE_BYTES = 8_000;

/**
 * Asks the protections about the events of protected rooms, and writes down what they find. What a finding leads to is
 * decided in the commit, because it depends on how many there were before.
 */
export class ProtectionWatch {
  readonly #options: ProtectionWatchOptions;
  readonly #current: CurrentProtections;
  readonly #people = new People();
  readonly #recent = new RecentEvents();
  readonly #memories = new Map<string, Memory>(PROTECTIONS.map(({ name, memory }) => [name, memory()]));
  #seen = new Set<string>();
  #seenBefore = new Set<string>();
  /** found, and not written down yet: a transaction that failed comes again */
  readonly #pending = new Map<string, Offence[]>();
  /** told of rules, by the event that changed them, and not written down yet */
  readonly #toldChanges = new Map<string, NewAction[]>();
  #unwritten: ProtectionRow[] = [];
  readonly #startedAt: number;
  /** how late the last event of our own server came in; undefined: none came yet */
  #lagMs: number | undefined;

  constructor(options: ProtectionWatchOptions) {
    this.#options = options;
    this.#current = new CurrentProtections(options.settings);
    this.#startedAt = options.clock();
  }

  /** Takes up what an earlier process knew. */
  async load(): Promise<void> {
    const now = this.#options.clock();
    const rows = grouped(await this.#options.ledger.protectionRows(now));
    this.#people.restore(rows.get(NEWCOMERS) ?? [], now);
    for (const [name, memory] of this.#memories) memory.restore(rows.get(name) ?? [], now);
  }

  /** Who is new in a room whose state was just read. */
  learn(roomId: string, state: readonly MatrixEvent[]): void {
    this.#people.learn(roomId, state, this.#options.clock());
  }

  /** What the protections find in an event. Asked again about the same event before it was written down, the same. */
  decide(event: MatrixEvent): Offence[] {
    const { rooms, botUserId, clock, serverName } = this.#options;
    const room = rooms.get(event.room_id);
    if (room === undefined || event.sender === botUserId || isSoftFailed(event)) return [];
    if (this.#wasSeen(event.event_id)) return this.#pending.get(event.event_id) ?? [];
    const now = clock();
    const isLocal = serverNameOf(event.sender) === serverName;
    if (isLocal) this.#lagMs = now - event.origin_server_ts;
    const sentAt = Math.min(event.origin_server_ts, now);
    const catchingUp = this.#lagMs === undefined ? now - this.#startedAt < CATCH_UP_MS : this.#lagMs > BEHIND_MS;
    const active = this.#current.in(event.room_id);
    this.#people.follow(event, catchingUp ? sentAt : now, active.length > 0);
    if (active.length === 0 || event.unsigned?.redacted_because !== undefined) return [];
    const seen: SeenEvent = { event, message: new Message(event) };
    if (event.state_key === undefined)
      this.#recent.note({ roomId: event.room_id, eventId: event.event_id, sender: event.sender, sentAt, print: 0 });
    const person = this.#people.factsOf(event.room_id, event.sender, catchingUp ? sentAt : now);
    const isRuledOut = (userId: string) => {
      const action = this.#options.facts().policy.match('user', userId)?.action;
      return action === 'ban' || action === 'takedown';
    };
    const context = { sentAt, now, catchingUp, person, recent: this.#recent, isRuledOut };
    const offences = this.#offences(seen, room, active, context);
    if (seen.message.isWriting) this.#people.spoke(event, now, true);
    if (offences.length > 0) this.#pending.set(event.event_id, offences);
    return offences;
  }

  #offences(
    seen: SeenEvent,
    room: TrackedRoom,
    active: readonly ActiveProtection[],
    context: Omit<Context, 'settings'>,
  ): Offence[] {
    const { event } = seen;
    const standsAbove = this.#standsAbove(event.sender, room);
    const offences: Offence[] = [];
    for (const { protection, settings } of active) {
      if (
        !isAsked(protection, event) ||
        (protection.exempts && (standsAbove || this.#isLeftAlone(settings, context.person)))
      )
        continue;
      for (const finding of this.#findings(protection, seen, { ...context, settings }))
        if (this.#mayHit(finding))
          offences.push({ protection, settings, finding, event, person: context.person, at: context.now });
    }
    return offences;
  }

  #standsAbove(userId: string, room: TrackedRoom): boolean {
    return powerOf(userId, room) > (room.powerLevels?.usersDefault ?? 0);
  }

  /** A protection that fails on an event must not hold up all others. */
  #findings(protection: AnyProtection, seen: SeenEvent, context: Context): Finding[] {
    try {
      return protection.judge?.(seen, this.#memoryOf(protection.name), context) ?? [];
    } catch (error) {
      this.#options.logger.error(
        { protection: protection.name, error: messageOf(error) },
        'a protection failed on an event',
      );
      return [];
    }
  }

  #memoryOf(name: string): Memory {
    const memory = this.#memories.get(name);
    if (memory === undefined) throw new Error(`heimdall: no memory for ${name}`);
    return memory;
  }

  #isLeftAlone(
    { trusted_after: trustedAfter, bridge_users: bridges }: CommonSettings,
    { userId, hereForMs }: PersonFacts,
  ): boolean {
    if (trustedAfter > 0 && (hereForMs === undefined || hereForMs > trustedAfter)) return true;
    return bridges && this.#options.isBridgeUser(userId);
  }

  /** The interlock's word beforehand: about people who must not be hit there is no case either. It is asked again. */
  #mayHit({ subject }: Finding): boolean {
    if (subject.kind !== 'user') return true;
    return (
      this.#options.staff(subject.id) === undefined &&
      interlock({ about: 'user', userId: subject.id }, this.#options.facts()).allowed
    );
  }

  #wasSeen(eventId: string): boolean {
    if (this.#seen.has(eventId) || this.#seenBefore.has(eventId)) return true;
    if (this.#seen.size >= REMEMBERED_IDS) {
      this.#seenBefore = this.#seen;
      this.#seen = new Set();
    }
    this.#seen.add(eventId);
    return false;
  }

  /** What moderators are told of an event that changed rules of a list. Asked again before it was written down, the same. */
  rulesChanged(event: MatrixEvent, changes: readonly RuleChange[]): NewAction[] {
    const { settings, botUserId, clock } = this.#options;
    const { event_id: eventId, room_id: roomId, sender } = event;
    const before = this.#toldChanges.get(eventId);
    if (before !== undefined) return before;
    const { name } = policyChangeNotification;
    if (changes.length === 0 || sender === botUserId || !isEnabled(settings.get(), name, roomId)) return [];
    const own = settingsOf(settings.get(), policyChangeNotification) as PolicyChangeSettings;
    const told = isTold(roomId, this.#memoryOf(name) as ToldTimes, own, clock());
    if (told === 'no') return [];
    const list = settings.get().watched_lists.find((one) => one.room_id === roomId)?.shortcode ?? roomId;
    const content = messageContent([
      ...changes.map((change) => ({ line: changeLine(change, list, sender) })),
      ...(told === 'last'
        ? [
            {
              line: [
                `I tell of at most ${own.max} changes of one list in ${durationWords(own.window)}. All rules: `,
                { code: '!heimdall rules' },
              ],
            },
          ]
        : []),
    ]);
    const actions = [tell.create({ content }, { key: `protection:${name}:${eventId}` })];
    this.#toldChanges.set(eventId, actions);
    return actions;
  }

  /**
   * What follows from a report of an event in a protected room, by somebody whose account is known for sure: written
   * down with the report.
   */
  async reported(tx: LedgerTransaction, report: TrustedReport & { raw: unknown }): Promise<NewAction[]> {
    const { subject, event: where } = report;
    const room = this.#options.rooms.get(where.roomId);
    const active = this.#current.in(where.roomId).find(({ protection }) => protection === trustedReporters);
    if (room === undefined || active === undefined) return [];
    const { protection, settings } = active;
    const now = this.#options.clock();
    const person = this.#people.factsOf(where.roomId, subject, now);
    if (this.#standsAbove(subject, room) || this.#isLeftAlone(settings, person)) return [];
    const memory = this.#memoryOf(protection.name) as ReportCounts;
    const findings = countReport(report, memory, settings as TrustedReportersSettings, now);
    const rows = memory.takeChanged().map((row) => ({ protection: protection.name, ...row }));
    if (rows.length > 0) await tx.keepProtectionRows(rows);
    const [finding] = findings.filter((one) => this.#mayHit(one));
    if (finding === undefined) return [];
    const event = parseEvent(report.raw) ?? {
      type: 'm.room.message',
      event_id: where.eventId,
      room_id: where.roomId,
      sender: subject,
      origin_server_ts: report.at,
      content: {},
    };
    return this.record(tx, { protection, settings, finding, event, person, at: now });
  }

  /** What must be written down with the transaction that is at work, so that a restart does not forget it. */
  takeRows(): ProtectionRow[] {
    const named = (protection: string, rows: KeptRow[]) => rows.map((row) => ({ protection, ...row }));
    this.#unwritten.push(...named(NEWCOMERS, this.#people.takeChanged()));
    for (const [name, memory] of this.#memories) this.#unwritten.push(...named(name, memory.takeChanged()));
    return this.#unwritten;
  }

  /** It is written down. */
  written(): void {
    this.#unwritten = [];
    this.#pending.clear();
    this.#toldChanges.clear();
  }

  /** Writes down all counters: before a stop they matter all. */
  async flush(): Promise<void> {
    const now = this.#options.clock();
    const rows = [...this.takeRows()];
    for (const [name, memory] of this.#memories)
      rows.push(...memory.all(now).map((row) => ({ protection: name, ...row })));
    if (rows.length === 0) return;
    await this.#options.ledger.commit((tx) => tx.keepProtectionRows(rows));
    this.written();
  }

  /** Writes an offence down in its case; returns what it asks for. */
  async record(tx: LedgerTransaction, offence: Offence): Promise<NewAction[]> {
    const { finding, settings, event, protection, at } = offence;
    const since = at - settings.memory;
    const { name } = protection;
    if (finding.continues === true) {
      const standing = await tx.standingOffences({ protection: name, subject: finding.subject.id }, since);
      if (standing.count === 0 || !stepOf(settings.response, standing.count).includes('redact')) return [];
      const actions = redactions(
        { finding, eventId: event.event_id, protection: name, now: at },
        finding.subject.id,
        finding.why,
      );
      return actions.map((action) => ({ ...action, caseId: standing.caseId }));
    }
    this.#options.count?.(name);
    const key = `protection:${name}:${event.event_id}`;
    const data: ProtectionFinding = { ...evidenceOf(offence), offence: 1, response: [] };
    const newFinding = {
      subjectKind: finding.subject.kind,
      subject: finding.subject.id,
      key,
      kind: 'protection',
      roomId: event.room_id,
      eventId: event.event_id,
      seenAt: at,
      data,
    };
    // which offence it is stands in the finding, so the case must be known first
    const standing = await tx.standingOffences({ protection: name, subject: finding.subject.id }, since);
    data.offence = standing.count + 1;
    data.response = finding.offer === 'unban' ? ['notify'] : stepOf(settings.response, data.offence);
    const means = this.#options.means();
    const recorded = await recordOffence(tx, { finding: newFinding, audited: { protection: name } }, means, at);
    if (!recorded.fresh) return [];
    const { id: caseId } = recorded.case;
    if (finding.offer !== undefined) recorded.actions.push(...offerOf(finding, event, recorded));
    if (finding.offer === 'unban') return recorded.actions;
    await tx.noteOffence({ protection: name, subject: finding.subject.id, caseId, at }, since);
    const asked = actionsOfOffence(
      {
        protection: name,
        finding,
        settings,
        eventId: event.event_id,
        roomId: event.room_id,
        caseId,
        offence: data.offence,
        now: at,
      },
      means,
    );
    return [...recorded.actions, ...asked];
  }
}

/** The offer as a message, unless the case's notice, which holds it, or a digest is on its way. */
function offerOf(
  { offer, subject, why }: Finding,
  { event_id: eventId }: MatrixEvent,
  { case: { id }, actions }: { case: CaseRecord; actions: readonly NewAction[] },
): NewAction[] {
  if (offer === undefined || actions.some(({ kind }) => kind !== 'notice_edit')) return [];
  const content = messageContent([{ line: [{ code: subject.id }, `: ${why}.`] }, { line: offerLine(offer, id) }]);
  return [tell.create({ content }, { key: `protection:offer:${eventId}` })];
}

function isAsked({ asks }: AnyProtection, event: MatrixEvent): boolean {
  const own = event.type === 'm.room.member' && event.state_key === event.sender;
  if (asks === 'message') return event.state_key === undefined;
  if (asks === 'member') return own;
  if (asks === 'moderation')
    return event.type === 'm.room.member' && event.state_key !== undefined && event.state_key !== event.sender;
  return asks === 'any' && (own || event.state_key === undefined);
}

function evidenceOf({ protection, finding, event, person }: Offence): Omit<ProtectionFinding, 'offence' | 'response'> {
  return {
    protection: protection.name,
    why: finding.why,
    detail: { ...finding.detail },
    roomId: event.room_id,
    eventId: event.event_id,
    ...(finding.subject.id === person.userId ? { hereForMs: person.hereForMs ?? null } : {}),
    ...(finding.offer === undefined ? {} : { offer: finding.offer }),
    event: evidence(event),
  };
}

/** The event as it came, so that a case shows it after its redaction; of a very large one the beginning. */
function evidence(event: MatrixEvent): Record<string, unknown> {
  const rest: Record<string, unknown> = { ...event };
  delete rest.unsigned;
  const text = JSON.stringify(rest);
  if (text.length <= EVIDENCE_BYTES) return rest;
  return {
    type: event.type,
    sender: event.sender,
    event_id: event.event_id,
    room_id: event.room_id,
    origin_server_ts: event.origin_server_ts,
    cut: JSON.stringify(event.content).slice(0, EVIDENCE_BYTES),
  };
}

function grouped(rows: readonly ProtectionRow[]): Map<string, KeptRow[]> {
  const groups = new Map<string, KeptRow[]>();
  for (const { protection, ...row } of rows) {
    const group = groups.get(protection) ?? [];
    group.push(row);
    groups.set(protection, group);
  }
  return groups;
}
