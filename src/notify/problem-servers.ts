import { visible } from '../detection/index.js';
import { messageContent, type Block, type Inline } from '../matrix/message.js';
import type { ProblemServer } from '../store/records/pages.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { tell } from './actions.js';
import { texts } from './texts.js';
import { Rounds } from '../util/rounds.js';

const DAY_MS = 24 * 3_600_000;
const WEEK_MS = 7 * DAY_MS;
/** 1970-01-05 was a Monday; at this hour (UTC) moderators in Europe have started work. */
const MONDAY_MORNING_MS = 4 * DAY_MS + 8 * 3_600_000;
/** The check runs hourly. */
const LOOK_MS = 3_600_000;
/** The last Monday that was reported, in ms since the epoch. */
const META_KEY = 'weekly_servers';
/** How many servers get a line; the rest are on the page of servers. */
const SHOWN = 5;
/** Servers whose events are later than this on average are mentioned. */
const LATE_MS = 60_000;

/** What is known about homeservers apart from the ledger. */
interface ServerFacts {
  /** homeservers with open registration, as far as they have been asked */
  openRegistration: () => ReadonlySet<string>;
  /** average delay of a homeserver's events, in ms; undefined: no events today */
  lagOf: (server: string) => number | undefined;
}

export interface ProblemServerOptions extends ServerFacts {
  ledger: Pick<Ledger, 'problemServers' | 'meta' | 'commit'>;
  serverName: string;
  clock: Clock;
  logger: Logger;
}

/** A message on Mondays about the homeservers that caused work in the past week; none if there were none. */
export class ProblemServersOfTheWeek {
  readonly #rounds = new Rounds({
    work: () => this.look(),
    everyMs: LOOK_MS,
    failed: (error) =>
      this.options.logger.warn({ error: messageOf(error) }, 'the weekly message could not be written down'),
  });

  constructor(private readonly options: ProblemServerOptions) {}

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Records the message for a Monday that has none yet. A ledger's first week is not reported. */
  async look(): Promise<void> {
    const { ledger, serverName, clock } = this.options;
    const now = clock();
    const monday = Math.floor((now - MONDAY_MORNING_MS) / WEEK_MS) * WEEK_MS + MONDAY_MORNING_MS;
    const told = await ledger.meta(META_KEY);
    if (told !== undefined && Number(told) >= monday) return;
    const all = told === undefined ? [] : await ledger.problemServers(now - WEEK_MS);
    const worst = all.filter(({ server }) => server !== serverName);
    const content = messageContent(problemServerBlocks(worst, this.options));
    await ledger.commit(async (tx) => {
      await tx.setMeta(META_KEY, String(monday));
      if (worst.length > 0) await tx.addActions([tell.create({ content }, { key: `weekly_servers:${monday}` })]);
    });
  }
}

/** The message: a heading and a line for each of the worst. */
function problemServerBlocks(worst: readonly ProblemServer[], facts: ServerFacts): Block[] {
  const open = facts.openRegistration();
  const line = ({ server, cases, banned }: ProblemServer): Inline[] => {
    const lag = facts.lagOf(server) ?? 0;
    const late = lag >= LATE_MS ? Math.round(lag / 60_000) : undefined;
    return [{ code: visible(server) }, texts.servers.line({ cases, banned, open: open.has(server), late })];
  };
  return [
    { heading: texts.servers.heading },
    { list: worst.slice(0, SHOWN).map(line) },
    { line: worst.length > SHOWN ? texts.servers.more(worst.length - SHOWN) : texts.servers.toBan },
  ];
}
