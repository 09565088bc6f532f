import type { Config } from '../../config/types.js';
import type { Detector } from '../../detection/index.js';
import type { HomeserverReader } from '../../matrix/types.js';
import type { PolicyRule } from '../../policy/types.js';
import type { OnReport } from '../../reports/report.js';
import type { Ledger, SettingsStore } from '../../store/types.js';
import type { TrackedRoom } from '../../tracking/rooms.js';
import type { Clock } from '../../util/clock.js';
import type { Logger } from '../../util/logger.js';

/** What the pages work with. They never import commands: what they do, they do through `execute`. */
export interface PagesDeps {
  config: Pick<Config, 'protected_identities'>;
  /** where people reach the pages, without a slash at the end */
  publicUrl: string;
  homeserver: Pick<HomeserverReader, 'botUserId' | 'serverName' | 'request'>;
  ledger: Ledger;
  settings: Pick<SettingsStore, 'get'>;
  detector: () => Detector;
  rooms: { all(): Iterable<TrackedRoom> };
  /** power that the bot lacks in a room, in words */
  missingPower: (room: TrackedRoom) => readonly string[];
  lists: {
    rooms(): string[];
    shortcodeOf(roomId: string): string | undefined;
    rules(roomId: string): Iterable<PolicyRule>;
  };
  /** says whether this person may command now; asked at every request */
  mayCommand: (userId: string) => boolean;
  /** carries out one command in this person's name; resolves with the answer as HTML that is safe to show */
  execute: (userId: string, command: string) => Promise<string>;
  onReport: OnReport;
  /** reopens a case because of an appeal, and tells the moderators */
  onAppeal: (caseId: number, words: string) => Promise<void>;
  clock: Clock;
  logger: Logger;
}
