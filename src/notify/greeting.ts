import { messageContent, type Block, type Inline } from '../matrix/message.js';
import type { AdminRights } from '../matrix/types.js';
import type { Ledger } from '../store/types.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { tell } from './actions.js';
import { texts } from './texts.js';
import { idlePause } from '../util/timers.js';

/** Set in the ledger once the greeting has been sent. */
const META_KEY = 'greeted';
const LOOK_MS = 1_000;
/** How long the greeting waits for the first scan; on a large homeserver the scan's findings appear as cases. */
const PATIENCE_MS = 20_000;

export interface GreetingFacts {
  serverName: string;
  botUserId: string;
  dryRun: boolean;
  mail: boolean;
  rights: AdminRights;
  rooms: number;
  lists: number;
}

export interface GreetingOptions {
  ledger: Pick<Ledger, 'commit' | 'meta' | 'casePage'>;
  /** resolves when the homeserver's past is over */
  past: Promise<void>;
  /** whether the existing accounts have been scanned once */
  scanned: () => Promise<boolean>;
  facts: () => Promise<GreetingFacts>;
  logger: Logger;
}

/** One message at the very first start: what was found among existing accounts, what is missing, and how to begin. */
export class Greeting {
  readonly #options: GreetingOptions;
  #stopped = false;

  constructor(options: GreetingOptions) {
    this.#options = options;
  }

  start(): void {
    void this.#begin().catch((error: unknown) =>
      this.#options.logger.warn({ error: messageOf(error) }, 'the greeting could not be written down'),
    );
  }

  stop(): void {
    this.#stopped = true;
  }

  async #begin(): Promise<void> {
    const { ledger, past, scanned } = this.#options;
    if ((await ledger.meta(META_KEY)) !== undefined) return;
    await past;
    for (let waited = 0; waited < PATIENCE_MS && !this.#stopped && !(await scanned()); waited += LOOK_MS)
      await idlePause(LOOK_MS);
    if (!this.#stopped) await this.greet();
  }

  /** Records the message, once per ledger. */
  async greet(): Promise<void> {
    const { ledger, facts } = this.#options;
    const [certain, likely, possible] = await Promise.all(
      ['certain', 'likely', 'possible'].map((one) => this.#open(one)),
    );
    const blocks = greetingOf(await facts(), { certain: certain ?? 0, likely: likely ?? 0, possible: possible ?? 0 });
    await ledger.commit(async (tx) => {
      await tx.setMeta(META_KEY, 'yes');
      await tx.addActions([tell.create({ content: messageContent(blocks) }, { key: 'greeting' })]);
    });
  }

  async #open(verdict: string): Promise<number> {
    const { total } = await this.#options.ledger.casePage({
      verdict,
      states: ['open', 'triaged', 'actioned', 'appealed'],
      offset: 0,
      limit: 1,
    });
    return total;
  }
}

/** The message itself. */
export function greetingOf(
  facts: GreetingFacts,
  found: { certain: number; likely: number; possible: number },
): Block[] {
  const { greeting } = texts;
  const missing: Inline[][] = [
    ...(facts.rights === 'none' ? [greeting.noAdmin(facts.botUserId)] : []),
    ...(facts.rights === 'no_api' ? [greeting.noAdminApi] : []),
    ...(facts.rooms > 0 ? [] : [greeting.noRooms]),
    ...(facts.mail ? [] : [greeting.noMail]),
  ];
  return [
    { heading: greeting.heading(facts.serverName) },
    { line: greeting.found(found.certain, found.likely, found.possible) },
    ...(facts.rooms > 0 ? [{ line: greeting.protects(facts.rooms, facts.lists) }] : []),
    ...(missing.length === 0 ? [] : [{ line: [greeting.missingHead] }, { list: missing }]),
    { line: [greeting.beginHead] },
    { list: [greeting.help, ...(facts.dryRun ? [greeting.dryRun] : [])] },
  ];
}
