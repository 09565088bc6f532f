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

/** The pages' dependencies. They never import commands: everything they do goes through `execute`. */
export interface PagesDeps {
  config: Pick<Config, 'protected_identities'>;
  /** the pages' public URL, without a trailing slash */
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
    /** the rules of all lists that match this entity, the decisive one first */
    matching(kind: EntityKind, entity: string): PolicyRule[];
  };
  /** entries of a room's server ACL that Heimdall added */
  ownAcl: (room: TrackedRoom) => readonly string[];
  /** names of the protections that are on in a room */
  protectionsIn: (roomId: string) => readonly string[];
  /** compares a picture with the official ones, without storing it */
  compare: (picture: Uint8Array) => Promise<Compared>;
  /** accounts of this server that an impostor approached can be warned (`reports.warn_victims`) */
  warnVictims: boolean;
  /** whether this person may give commands now; checked at every request */
  mayCommand: (userId: string) => boolean;
  /** the moderators, for the filter by assignee */
  moderators: () => Iterable<string>;
  /** carries out one command on this person's behalf; resolves with the answer as safe HTML */
  execute: (userId: string, command: string) => Promise<string>;
  /** an identity provider that moderators may sign in with; undefined: only by direct message */
  signIn?: ProviderSignIn;
  onReport: OnReport;
  /** reopens a case because of an appeal, and tells the moderators */
  onAppeal: (caseId: number, words: string) => Promise<void>;
  /** sends mail to people who left an address */
  mailAnswers: boolean;
  clock: Clock;
  logger: Logger;
}

/** Signing in with an identity provider (OpenID Connect Core 1.0). */
export interface ProviderSignIn {
  /** The URL to redirect the browser to, and the state to remember until it returns. */
  begin(): Promise<{ url: string; remember: Record<string, string> }>;
  /** The signed-in Matrix user; undefined when the response is invalid or names no user of ours. */
  finish(callback: URL, remembered: Record<string, string>): Promise<string | undefined>;
}
