import type { Config } from '../config/types.js';
import type { DetectionRules } from '../detection/rules.js';
import type { Detector } from '../detection/types.js';
import type { GuardContext } from '../enforcement/types.js';
import type { MailDesk } from '../mail/desk.js';
import type { Homeserver } from '../matrix/types.js';
import type { ActionRecord, NewAction } from '../store/records/actions.js';
import type { SettingsStore } from '../store/settings/types.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import type { HeimdallError } from '../util/errors.js';
import type { WatchedLists } from '../tracking/lists.js';
import type { Lags } from '../protections/lags.js';
import type { QuarantinedPictures } from '../protections/pictures/quarantined.js';
import type { ProtectedRooms } from '../protected-rooms/protected-rooms.js';
import type { RoomStateCache } from '../tracking/rooms.js';
import type { Officials } from '../impersonation/officials.js';
import type { OnReport } from '../reports/report.js';
import type { RequestedScans } from '../scan/requested.js';

/** The commands' dependencies. */
export interface Services {
  config: Config;
  homeserver: Homeserver;
  ledger: Ledger;
  settings: SettingsStore;
  /** the official accounts, including those added by commands */
  officials: Officials;
  /** records a report, as from any other source */
  report: OnReport;
  detector: () => Detector;
  /** the detection rules */
  rules: () => DetectionRules;
  /** why the rule files as they are now are not in force; undefined when they are */
  rulesProblem: () => HeimdallError | undefined;
  /** why no response acts on this person; undefined when they are not exempt */
  exempt: (userId: string) => string | undefined;
  protectedRooms: RoomStateCache;
  lists: WatchedLists;
  /** mails, by hand */
  mailDesk: MailDesk;
  protection: ProtectedRooms;
  /** event delays of other homeservers */
  lags: Pick<Lags, 'worst'>;
  /** fingerprints of quarantined pictures */
  pictures: Pick<QuarantinedPictures, 'isOn' | 'remember' | 'forget'>;
  /** scans requested in this room */
  scans: Pick<RequestedScans, 'begin' | 'end'>;
  /** Heimdall's own policy list, created when first needed. */
  ownList: () => Promise<string>;
  /** Adds actions, carries them out, and resolves with their state when all have ended or some seconds have passed. */
  runAndWait: (actions: NewAction[]) => Promise<ActionRecord[]>;
  /** The same for actions with follow-ups; resolves with the state of the last of each chain. */
  runChainsAndWait: (actions: NewAction[], waitMs: number) => Promise<ActionRecord[]>;
  /** Adds actions without waiting for them. */
  commit: (actions: NewAction[]) => Promise<void>;
  /** the interlock's current facts */
  facts: () => GuardContext;
  /** the web pages; undefined when disabled */
  web?: { sendSignInLink(userId: string, txnId: string): Promise<void> };
  /** `dry_run` as configured; `config.dry_run` is the value in force */
  configuredDryRun: boolean;
  /** Ends or starts a dry run permanently: the acting part is rebuilt with it within seconds. */
  setDryRun: (dryRun: boolean, by: string) => Promise<void>;
  clock: Clock;
  /** whether a word belongs to the commands */
  isReserved: (word: string) => boolean;
  /** whether somebody has the role for a command that is waiting for a yes */
  mayCarryOut: (payload: unknown, userId: string) => boolean;
  /** how long an answer waits for a rule's effects to come back from the homeserver, in ms */
  settleMs: number;
  /** ms since the epoch */
  startedAt: number;
  version: string;
}

/** Separator in a command's key before its line number, if it is not the first of its message. */
export const LINE = '#';

/** One command as given. */
export interface Invocation {
  /** its event: the command's message, or a reaction */
  eventId: string;
  /** part of its actions' keys: the event id and the line */
  key: string;
  /** the management room */
  roomId: string;
  /** user id of the author; for a confirmed command, of whoever said yes */
  sender: string;
  /** the event to reply to, and its thread */
  replyTo: string;
  thread: string | undefined;
  /** a question was answered with yes; `bound` is what it was about */
  confirmed: { bound: unknown } | undefined;
}
