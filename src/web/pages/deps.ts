import type { Config } from '../../config/types.js';
import type { DetectionRules, Detector } from '../../detection/index.js';
import type { HomeserverReader } from '../../matrix/types.js';
import type { Compared } from '../../impersonation/avatars.js';
import type { EntityKind, PolicyRule } from '../../policy/types.js';
import type { OnReport } from '../../reports/report.js';
import type { SettingsStore } from '../../store/settings/types.js';
import type { Ledger } from '../../store/types.js';
import type { TrackedRoom } from '../../tracking/tracked-room.js';
import type { Clock } from '../../util/clock.js';
import type { Logger } from '../../util/logger.js';

/** What the pages work with. They never import commands: what they do, they do through `execute`. */
export interface PagesDeps {
  config: Pick<Config, 'protected_identities'>;
  /** where people reach the pages, without a slash at the end */
  publicUrl: string;
  homeserver: Pick<HomeserverReader, 'botUserId' | 'serverName' | 'request' | 'picture'>;
  ledger: Ledger;
  settings: Pick<SettingsStore, 'get'>;
  detector: () => Detector;
  /** the words and weights in force */
  rules: () => DetectionRules;
  rooms: { all(): Iterable<TrackedRoom>; get(roomId: string): TrackedRoom | undefined };
  /** power that the bot lacks in a room, in words */
  missingPower: (room: TrackedRoom) => readonly string[];
  lists: {
    rooms(): string[];
    shortcodeOf(roomId: string): string | undefined;
    rules(roomId: string): Iterable<PolicyRule>;
    /** the rules of all lists that mean this entity, the one that decides first */
    matching(kind: EntityKind, entity: string): PolicyRule[];
  };
  /** entries of a room's server ACL that Heimdall put there */
  ownAcl: (room: TrackedRoom) => readonly string[];
  /** names of the protections that are on in a room */
  protectionsIn: (roomId: string) => readonly string[];
  /** compares a picture with the official ones; nothing is kept of it */
  compare: (picture: Uint8Array) => Promise<Compared>;
  /** accounts of this server that an impostor approached can be warned (`reports.warn_victims`) */
  warnVictims: boolean;
  /** says whether this person may command now; asked at every request */
  mayCommand: (userId: string) => boolean;
  /** who moderates here, for a choice of whose cases to see */
  moderators: () => Iterable<string>;
  /** carries out one command in this person's name; resolves with the answer as HTML that is safe to show */
  execute: (userId: string, command: string) => Promise<string>;
  /** an identity provider that moderators may sign in with; undefined: only by direct message */
  signIn?: ProviderSignIn;
  onReport: OnReport;
  /** reopens a case because of an appeal, and tells the moderators */
  onAppeal: (caseId: number, words: string) => Promise<void>;
  /** who leaves an address hears by mail */
  mailAnswers: boolean;
  clock: Clock;
  logger: Logger;
}

/** Signing in with an identity provider (OpenID Connect Core 1.0). */
export interface ProviderSignIn {
  /** Where to send the browser, and what has to be remembered until it comes back. */
  begin(): Promise<{ url: string; remember: Record<string, string> }>;
  /** The Matrix user that came back; undefined when the answer does not fit or names no user of ours. */
  finish(callback: URL, remembered: Record<string, string>): Promise<string | undefined>;
}
