import { serverNameOf } from '../../matrix/identifiers.js';
import type { MatrixEvent } from '../../matrix/types.js';
import type { NewAction } from '../../store/records/actions.js';
import type { ProtectionRow } from '../../store/records/protections.js';
import type { Clock } from '../../util/clock.js';
import type { ActiveProtection } from '../current.js';
import {
  insecureRegistration,
  type InsecureRegistrationSettings,
  type KnownRegistrations,
} from '../kinds/insecure-registration.js';
import { isJoin } from '../kinds/join-wave.js';
import type { Memories } from '../memories.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';
import type { AnyProtection, Finding } from '../types.js';
import { isListedServer } from '../server-list.js';
import { askRegistration, type RegistrationAnswer } from './answer.js';

export interface RegistrationLooksOptions {
  serverName: string;
  clock: Clock;
  memories: Memories;
}

/** An answer that opens a case. */
export interface FoundRegistration {
  protection: AnyProtection;
  settings: InsecureRegistrationSettings;
  finding: Finding;
}

const { name: NAME } = insecureRegistration;
/** After this time a homeserver that could not be asked is asked again, when somebody joins from it. */
const RETRY_MS = 3_600_000;

/** The InsecureRegistration protection: which homeservers to ask, and what their answers mean. */
export class RegistrationLooks {
  /** when a homeserver was asked that has not answered yet */
  readonly #asked = new Map<string, number>();

  constructor(private readonly options: RegistrationLooksOptions) {}

  get #known(): KnownRegistrations {
    return this.options.memories.of(NAME) as KnownRegistrations;
  }

  /** The homeserver to ask because of a join, in a room where the protection is enabled. */
  toAsk(event: MatrixEvent, active: readonly ActiveProtection[]): NewAction[] {
    const { serverName, clock } = this.options;
    const found = active.find(({ protection }) => protection === insecureRegistration);
    const { state_key: userId, sender, room_id: roomId, event_id: eventId } = event;
    if (found === undefined || userId === undefined || userId !== sender || !isJoin(event.content, event.unsigned))
      return [];
    const server = serverNameOf(userId);
    if (server === undefined || server === serverName) return [];
    const settings = found.settings as InsecureRegistrationSettings;
    if (isListedServer(settings.ignore, server)) return [];
    const now = clock();
    const known = this.#known.get(server);
    const isKnown = known !== undefined && now - known.askedAt < settings.again_after;
    // joins from a homeserver with closed registration are of no interest; an open one is announced by its answer
    if (isKnown && !known.open) return [];
    if (isKnown && isQuiet(settings) && now - known.toldAt < settings.memory) return [];
    if (!isKnown && isQuiet(settings) && now - (this.#asked.get(server) ?? 0) < RETRY_MS) return [];
    if (this.#asked.size > 5_000) this.#asked.clear();
    this.#asked.set(server, now);
    return [
      askRegistration.create({ server, roomId, userId, eventId, at: now }, { key: `protection:${NAME}:${eventId}` }),
    ];
  }

  /** Homeservers with open registration, by their last answer. */
  open(now: number): Set<string> {
    return new Set(this.#known.all(now).flatMap(({ key }) => (this.#known.get(key)?.open === true ? [key] : [])));
  }

  /** The finding from an answer, for the room that triggered it. */
  answered(answer: RegistrationAnswer, active: readonly ActiveProtection[]): FoundRegistration | undefined {
    const { server, open, userId, roomId } = answer;
    const settings = settingsIn(active);
    if (open === undefined || settings === undefined) return undefined;
    const now = this.options.clock();
    const before = this.#known.get(server);
    const isDue = open && (!isQuiet(settings) || now - (before?.toldAt ?? 0) >= settings.memory);
    const askedAt = before !== undefined && now - before.askedAt < settings.again_after ? before.askedAt : now;
    this.#known.liveFor(Math.max(settings.again_after, settings.memory));
    this.#known.set(server, { askedAt, open, toldAt: isDue ? now : (before?.toldAt ?? 0) }, now);
    if (!isDue) return undefined;
    const subject = isQuiet(settings) ? { kind: 'server' as const, id: server } : { kind: 'user' as const, id: userId };
    return {
      protection: insecureRegistration,
      settings,
      finding: { subject, why: texts.why.openRegistration(server), events: [], detail: { server, room: roomId } },
    };
  }

  /** The rows to store with an answer. */
  takeRows(): ProtectionRow[] {
    return this.#known.takeChanged().map((row) => ({ protection: NAME, ...row }));
  }
}

function settingsIn(active: readonly ActiveProtection[]): InsecureRegistrationSettings | undefined {
  return active.find(({ protection }) => protection === insecureRegistration)?.settings as
    InsecureRegistrationSettings | undefined;
}

/** Whether moderators are only notified, so that it concerns the homeserver rather than each person who joins. */
function isQuiet({ response }: InsecureRegistrationSettings): boolean {
  return response.every((step) => step.every((deed) => deed === 'notify'));
}
