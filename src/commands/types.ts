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

/** What commands work with. */
export interface Services {
  config: Config;
  homeserver: Homeserver;
  ledger: Ledger;
  settings: SettingsStore;
  /** the official accounts, and what commands add to them */
  officials: Officials;
  /** takes a report, as from any way in */
  report: OnReport;
  detector: () => Detector;
  /** the rules that it judges by */
  rules: () => DetectionRules;
  /** why the rules that lie there now are not in force; undefined when they are */
  rulesProblem: () => HeimdallError | undefined;
  /** why no response acts on this person; undefined when nothing exempts them */
  exempt: (userId: string) => string | undefined;
  protectedRooms: RoomStateCache;
  lists: WatchedLists;
  /** mails, by hand */
  mailDesk: MailDesk;
  protection: ProtectedRooms;
  /** how late the events of other homeservers come in */
  lags: Pick<Lags, 'worst'>;
  /** how pictures look that are quarantined */
  pictures: Pick<QuarantinedPictures, 'isOn' | 'remember' | 'forget'>;
  /** the scans that this room asks for */
  scans: Pick<RequestedScans, 'begin' | 'end'>;
  /** Heimdall's own policy list, made when first needed. */
  ownList: () => Promise<string>;
  /**
   * Adds actions, carries them out, and resolves with how they stand when all have ended or some seconds have passed.
   */
  runAndWait: (actions: NewAction[]) => Promise<ActionRecord[]>;
  /** The same for actions that go on in others; resolves with how the last of each chain stands. */
  runChainsAndWait: (actions: NewAction[], waitMs: number) => Promise<ActionRecord[]>;
  /** Adds actions without waiting for them. */
  commit: (actions: NewAction[]) => Promise<void>;
  /** what the interlock looks at now */
  facts: () => GuardContext;
  /** the web pages; undefined when they are switched off */
  web?: { sendSignInLink(userId: string, txnId: string): Promise<void> };
  /** `dry_run` as the configuration has it; `config.dry_run` is what counts now */
  configuredDryRun: boolean;
  /** Ends or begins a dry run, for good: what acts is made anew with it, within seconds. */
  setDryRun: (dryRun: boolean, by: string) => Promise<void>;
  clock: Clock;
  /** says whether a word belongs to the commands */
  isReserved: (word: string) => boolean;
  /** says whether somebody has the role for a command that waits for a yes */
  mayCarryOut: (payload: unknown, userId: string) => boolean;
  /** how long an answer waits for what a rule sets in motion to come back from the homeserver, in ms */
  settleMs: number;
  /** ms since the epoch */
  startedAt: number;
  version: string;
}

/** Stands in a command's key before the number of its line, when it is not the first of its message. */
export const LINE = '#';

/** One command as it was given. */
export interface Invocation {
  /** event that gave it: the command's message, or a reaction */
  eventId: string;
  /** stands in the keys of its actions: the event id, and which line of it */
  key: string;
  /** the management room */
  roomId: string;
  /** user id of who gave it; of a command that asked first, who said yes */
  sender: string;
  /** the event that is answered, and the thread that it stands in */
  replyTo: string;
  thread: string | undefined;
  /** a question was answered with yes; `bound` is what it was about */
  confirmed: { bound: unknown } | undefined;
}
