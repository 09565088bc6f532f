import type { ResponseCapabilities } from '../cases/decide.js';
import { interlock } from '../enforcement/interlock.js';
import type { GuardContext } from '../enforcement/types.js';
import { isSoftFailed, parseEvent } from '../matrix/events.js';
import { serverNameOf } from '../matrix/identifiers.js';
import { canRedact } from '../matrix/power.js';
import type { MatrixEvent } from '../matrix/types.js';
import type { RuleChange } from '../policy/types.js';
import type { NewAction } from '../store/records/actions.js';
import type { ProtectionRow } from '../store/records/protections.js';
import type { Settings } from '../store/settings/types.js';
import type { Ledger, LedgerTransaction } from '../store/types.js';
import type { RoomStateCache } from '../tracking/rooms.js';
import type { TrackedRoom } from '../tracking/tracked-room.js';
import type { Clock } from '../util/clock.js';
import type { Logger } from '../util/logger.js';
import { CurrentProtections } from './current.js';
import { Judging, standsAbove } from './judging.js';
import {
  countReport,
  trustedReporters,
  type ReportCounts,
  type TrustedReport,
  type TrustedReportersSettings,
} from './kinds/trusted-reporters.js';
import { Lags } from './lags.js';
import { Memories } from './memories.js';
import { ErasuresFollowed } from './erasures.js';
import { EventId } from './event-id.js';
import { recordOffenceOf, type Offence } from './offence.js';
import { quarantinedPicture } from './kinds/quarantined-picture.js';
import { QuarantinedPictures, type SeenPicture } from './pictures/quarantined.js';
import { RegistrationLooks } from './registration/looks.js';
import type { RegistrationAnswer } from './registration/answer.js';
import { RuleChanges } from './rule-changes.js';
import { SeenIds } from './seen-ids.js';
import type { AnyProtection, Finding } from './types.js';
import type { CommonSettings } from './settings.js';

export type { Offence } from './offence.js';

export interface ProtectionWatchOptions {
  serverName: string;
  botUserId: string;
  settings: { get(): Readonly<Settings> };
  rooms: RoomStateCache;
  ledger: Pick<Ledger, 'protectionRows' | 'commit' | 'auditLog'>;
  facts: () => GuardContext;
  /** why a person counts as our own staff; undefined if they do not */
  staff: (userId: string) => string | undefined;
  isBridgeUser: (userId: string) => boolean;
  means: () => ResponseCapabilities;
  /** a picture's fingerprints; undefined: it is not a picture, or pictures cannot be decoded on this machine */
  see: (mxc: string) => Promise<SeenPicture | undefined>;
  clock: Clock;
  logger: Logger;
  count?: (protection: string) => void;
}

/** Our own server's events arrive within this time of being sent, unless there is a backlog. */
const BEHIND_MS = 30_000;
/** How long after the start we may be catching up, unless an event of our own server shows otherwise. */
const CATCH_UP_MS = 10 * 60_000;

/**
 * Runs the protections on the events of protected rooms, and records their findings. The response to a finding is
 * decided in the commit, because it depends on earlier ones.
 */
export class ProtectionWatch {
  readonly #options: ProtectionWatchOptions;
  readonly #current: CurrentProtections;
  readonly #memories = new Memories();
  readonly #judging: Judging;
  readonly #ruleChanges: RuleChanges;
  readonly #registrations: RegistrationLooks;
  /** event delays of other homeservers */
  readonly lags: Lags;
  /** the quarantined pictures */
  readonly pictures: QuarantinedPictures;
  /** people who were erased from the ledger */
  readonly erasures: ErasuresFollowed;
  readonly #seen = new SeenIds();
  readonly #id = new EventId();
  /** findings not stored yet: a failed transaction is resent */
  readonly #pending = new Map<string, Offence[]>();
  readonly #startedAt: number;
  /** delay of our own server's last event; undefined: none yet */
  #lagMs: number | undefined;

  constructor(options: ProtectionWatchOptions) {
    this.#options = options;
    this.#current = new CurrentProtections(options.settings);
    this.#startedAt = options.clock();
    this.lags = new Lags(options.clock);
    const { settings, botUserId, clock, serverName } = options;
    this.#judging = new Judging({
      memories: this.#memories,
      isBridgeUser: options.isBridgeUser,
      isRuledOut: (userId) => {
        const action = options.facts().policy.match('user', userId)?.action;
        return action === 'ban' || action === 'takedown';
      },
      failed: (protection, error) => options.logger.error({ protection, error }, 'a protection failed on an event'),
    });
    this.erasures = new ErasuresFollowed({ ...options, memories: this.#memories });
    this.#ruleChanges = new RuleChanges({ settings, botUserId, clock, memories: this.#memories });
    this.#registrations = new RegistrationLooks({ serverName, clock, memories: this.#memories });
    this.pictures = new QuarantinedPictures({
      settings,
      clock,
      memories: this.#memories,
      ledger: options.ledger,
      see: options.see,
      found: (tx, event, finding) => this.#pictureFound(tx, event, finding),
    });
  }

  /** Loads an earlier process's memory. */
  async load(): Promise<void> {
    await this.#memories.load(this.#options.ledger, this.#options.clock());
  }

  /** Records who is new in a room whose state was just read. */
  learn(roomId: string, state: readonly MatrixEvent[]): void {
    this.#memories.people.learn(roomId, state, this.#options.clock());
  }

  /** A room is about to be replaced: its people stay who they are. */
  moving({ roomId, members }: TrackedRoom, to: string): void {
    const joined = [...members].flatMap(([userId, { membership }]) => (membership === 'join' ? [userId] : []));
    this.#memories.people.inherit(roomId, to, joined, this.#options.clock());
  }

  /** The protections' findings in an event. Repeating the call before they were stored gives the same. */
  decide(event: MatrixEvent): Offence[] {
    const { rooms, botUserId, clock, serverName } = this.#options;
    const room = rooms.get(event.room_id);
    if (room === undefined || isSoftFailed(event)) return [];
    if (event.sender === botUserId) {
      // whom we removed begins anew when they come back
      if (event.type === 'm.room.member') this.#memories.people.follow(event, clock(), clock(), true);
      return [];
    }
    // a failed transaction is resent
    const active = this.#current.in(event.room_id);
    const isIdle = active.length === 0 && event.state_key === undefined;
    if (!isIdle && this.#seen.note(this.#id.read(event.event_id))) return this.#pending.get(event.event_id) ?? [];
    const now = clock();
    const isLocal = serverNameOf(event.sender) === serverName;
    if (isLocal) this.#lagMs = now - event.origin_server_ts;
    const sentAt = Math.min(event.origin_server_ts, now);
    const catchingUp = this.#lagMs === undefined ? now - this.#startedAt < CATCH_UP_MS : this.#lagMs > BEHIND_MS;
    if (!isLocal && !catchingUp) this.lags.note(event.sender, now - sentAt);
    if (isIdle) return [];
    const judged = this.#judging.of(event, room, active, { sentAt, now, catchingUp }, this.#id);
    if (judged.length === 0) return [];
    const offences = judged
      .filter(({ finding }) => this.#mayHit(finding))
      .map((one) => ({ ...one, finding: this.#sparing(one.finding), event, at: now }));
    if (offences.length > 0) this.#pending.set(event.event_id, offences);
    return offences;
  }

  /** Asks the interlock in advance, so that exempt people get no case either. It is asked again later. */
  #mayHit({ subject }: Finding): boolean {
    if (subject.kind !== 'user') return true;
    return (
      this.#options.staff(subject.id) === undefined &&
      interlock({ about: 'user', userId: subject.id }, this.#options.facts()).allowed
    );
  }

  /** A campaign without exempt people. */
  #sparing(finding: Finding): Finding {
    if (finding.parts === undefined) return finding;
    const parts = finding.parts.filter(({ userId: id }) => this.#mayHit({ ...finding, subject: { kind: 'user', id } }));
    return { ...finding, parts, members: parts.map(({ userId }) => userId) };
  }

  /**
   * The message about an event that changed rules of a list. Repeating the call before it was stored gives the same.
   */
  rulesChanged(event: MatrixEvent, changes: readonly RuleChange[]): NewAction[] {
    return this.#ruleChanges.of(event, changes);
  }

  /** The lookups that a protection needs before it can judge an event. */
  toAsk(event: MatrixEvent): NewAction[] {
    if (event.type !== 'm.room.member' && this.pictures.knowsNone) return [];
    const room = this.#options.rooms.get(event.room_id);
    if (room === undefined || event.sender === this.#options.botUserId || isSoftFailed(event)) return [];
    const active = this.#current.in(event.room_id);
    const pictures = standsAbove(event.sender, room) ? [] : this.pictures.toAsk(event, active);
    return event.type === 'm.room.member' ? [...this.#registrations.toAsk(event, active), ...pictures] : pictures;
  }

  /** Homeservers with open registration, as far as they have been asked. */
  openRegistrations(): Set<string> {
    return this.#registrations.open(this.#options.clock());
  }

  /** Records the consequences of a homeserver's answer about its registration. */
  async registrationAnswered(tx: LedgerTransaction, answer: RegistrationAnswer): Promise<NewAction[]> {
    const offence = this.#registrations.answered(answer, this.#current.in(answer.roomId));
    await tx.keepProtectionRows(this.#registrations.takeRows());
    return offence === undefined ? [] : this.#foundLater(tx, offence, answer.event);
  }

  /** Records that a quarantined picture was posted again, in a room where the protection is still enabled. */
  async #pictureFound(tx: LedgerTransaction, event: MatrixEvent, finding: Finding): Promise<NewAction[]> {
    const active = this.#current.in(event.room_id).find(({ protection }) => protection === quarantinedPicture);
    return active === undefined ? [] : this.#foundLater(tx, { ...active, finding }, event);
  }

  /** Findings from lookups, after the event: exempt people are exempt here too. */
  async #foundLater(
    tx: LedgerTransaction,
    found: { protection: AnyProtection; settings: CommonSettings; finding: Finding },
    event: MatrixEvent,
  ): Promise<NewAction[]> {
    const { settings, finding } = found;
    const room = this.#options.rooms.get(event.room_id);
    if (room === undefined) return [];
    const at = this.#options.clock();
    const person = this.#memories.people.factsOf(event.room_id, event.sender, at);
    const isExempt = standsAbove(event.sender, room) || this.#judging.isLeftAlone(settings, person);
    if ((finding.subject.kind === 'user' && isExempt) || !this.#mayHit(finding)) return [];
    return this.record(tx, { ...found, event, person, at });
  }

  /**
   * The consequences of a report of an event in a protected room by an authenticated account, stored with the report.
   */
  async reported(tx: LedgerTransaction, report: TrustedReport & { raw: unknown }): Promise<NewAction[]> {
    const { subject, event: where } = report;
    const room = this.#options.rooms.get(where.roomId);
    const active = this.#current.in(where.roomId).find(({ protection }) => protection === trustedReporters);
    if (room === undefined || active === undefined) return [];
    const { protection, settings } = active;
    const now = this.#options.clock();
    const person = this.#memories.people.factsOf(where.roomId, subject, now);
    if (standsAbove(subject, room) || this.#judging.isLeftAlone(settings, person)) return [];
    const memory = this.#memories.of(protection.name) as ReportCounts;
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

  /** The rows to store with the current transaction, so that a restart does not lose them. */
  takeRows(): ProtectionRow[] {
    return this.#memories.takeRows();
  }

  /** They have been stored. */
  written(): void {
    this.#memories.written();
    this.#pending.clear();
    this.#ruleChanges.written();
  }

  /** Stores all counters before a stop. */
  async flush(): Promise<void> {
    await this.erasures.look();
    const rows = [...this.takeRows(), ...this.#memories.all(this.#options.clock())];
    if (rows.length === 0) return;
    await this.#options.ledger.commit((tx) => tx.keepProtectionRows(rows));
    this.written();
  }

  /** Records an offence in its case; returns the resulting actions. */
  record(tx: LedgerTransaction, offence: Offence): Promise<NewAction[]> {
    const { rooms, botUserId } = this.#options;
    const mayRedact = (roomId: string) => {
      const room = rooms.get(roomId);
      return room !== undefined && canRedact(botUserId, room);
    };
    return recordOffenceOf(tx, offence, { ...this.#options, mayRedact });
  }
}
