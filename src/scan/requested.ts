import { CANCEL, message, reaction } from '../notify/actions.js';
import { messageContent } from '../matrix/message.js';
import type { NewAction } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import type { Scanner } from './scanner.js';
import { running } from './lease.js';
import { hitsOf, readState, type ScanAct, type ScanPart, type ScanState } from './state.js';
import { progressWords, type ScanProgress } from './summary.js';
import { texts } from './texts.js';
import { Rounds } from '../util/rounds.js';

/**
 * How often the progress message is edited at first; the interval grows, so that a scan of hours does not flood the
 * room.
 */
const EDIT_FIRST_MS = 3_000;
const EDIT_LAST_MS = 120_000;
/** Another process may still hold the scan's lease. */
const RESUME_AGAIN_MS = 65_000;

export interface RequestedScansOptions {
  scanner: Scanner;
  ledger: Ledger;
  commit: (actions: NewAction[]) => Promise<void>;
  managementRoom: () => string | undefined;
  clock: Clock;
  logger: Logger;
}

/**
 * Scans requested by moderators in the management room: one at a time, in the background, with one message that shows
 * progress.
 */
export class RequestedScans {
  readonly #options: RequestedScansOptions;
  #now: { stop: AbortController; ended: Promise<void> } | undefined;

  readonly #resuming = new Rounds({
    work: () => this.#resume(),
    failed: (error) => {
      this.#options.logger.warn({ error: messageOf(error) }, 'the scan cannot continue yet; it is tried again');
      this.#resuming.later(RESUME_AGAIN_MS);
    },
  });

  constructor(options: RequestedScansOptions) {
    this.#options = options;
  }

  /** Resumes a scan that an earlier process left unfinished. */
  start(): void {
    this.#resuming.start();
  }

  /** Resolves when the running scan has stopped; it resumes at the next start. */
  async stop(): Promise<void> {
    void this.#resuming.stop();
    this.#now?.stop.abort(new Error(texts.stopping));
    await this.#now?.ended;
  }

  /**
   * Starts a scan, or resumes the unfinished one; resolves when it has started.
   * @param order.askedBy event id of the command, whose answer is edited
   * @throws HeimdallError HEIMDALL_E_SCAN_RUNNING
   */
  async begin(order: {
    parts: readonly ScanPart[];
    act: ScanAct;
    fresh: boolean;
    askedBy: string;
  }): Promise<{ state: ScanState; resumed: boolean }> {
    if (this.#now !== undefined) {
      const progress = await this.#options.scanner.progress('room');
      throw running(progress === undefined ? texts.forThisRoom : progressWords(progress));
    }
    return new Promise((resolve, reject) => {
      const stop = new AbortController();
      const ended = this.#run(order, stop.signal, (state, resumed) => resolve({ state, resumed })).catch(reject);
      this.#now = { stop, ended: ended.finally(() => (this.#now = undefined)) };
    });
  }

  /** Ends the running or unfinished scan; its findings stay. Returns its progress; undefined when there was none. */
  async end(): Promise<ScanProgress | undefined> {
    const { scanner, ledger } = this.#options;
    this.#now?.stop.abort(new Error(texts.ended));
    await this.#now?.ended;
    if ((await readState(ledger, 'room'))?.endedAt !== null) return undefined;
    await scanner.forget('room');
    return scanner.progress('room');
  }

  async #resume(): Promise<void> {
    const state = await readState(this.#options.ledger, 'room');
    if (state?.endedAt === null && state.askedBy !== null)
      await this.begin({ parts: state.parts, act: state.act, fresh: false, askedBy: state.askedBy });
  }

  /** Rejects only before it has started; later errors appear in the progress message. */
  async #run(
    order: { parts: readonly ScanPart[]; act: ScanAct; fresh: boolean; askedBy: string },
    signal: AbortSignal,
    onBegin: (state: ScanState, resumed: boolean) => void,
  ): Promise<void> {
    const { scanner, logger } = this.#options;
    let begun: ScanState | undefined;
    let nextEdit = performance.now() + EDIT_FIRST_MS;
    let every = EDIT_FIRST_MS;
    try {
      const progress = await scanner.run(
        { name: 'room', ...order },
        {
          signal,
          onBegin: (state, resumed) => {
            begun = state;
            onBegin(state, resumed);
          },
          onProgress: (now) => {
            if (performance.now() < nextEdit) return;
            every = Math.min(every * 1.5, EDIT_LAST_MS);
            nextEdit = performance.now() + every;
            void this.#edit(now.state, texts.running(progressWords(now)));
          },
        },
      );
      await this.#edit(progress.state, texts.done(progressWords(progress)));
    } catch (error) {
      if (begun === undefined) throw error;
      if (signal.aborted) return;
      logger.warn({ error: messageOf(error) }, 'the scan was interrupted');
      await this.#edit(begun, texts.interrupted(messageOf(error)));
    }
  }

  /** Edits the answer to the command, once it has been sent. Never rejects. */
  async #edit(state: ScanState, text: string): Promise<void> {
    const { ledger, commit, managementRoom, clock, logger } = this.#options;
    try {
      const roomId = managementRoom();
      const [answer] = await ledger.actionsByKey([`answer:${state.askedBy ?? ''}:0`]);
      const replaces = (answer?.result as { event_id?: unknown } | null | undefined)?.event_id;
      if (roomId === undefined || typeof replaces !== 'string') return;
      const content = messageContent([{ line: [text] }], { replaces });
      await commit([
        message.create({ roomId, content }, { key: `scan:${hitsOf('room', state)}:progress:${clock()}` }),
        reaction.create({ roomId, on: replaces, key: CANCEL }, { key: `reaction:${replaces}:${CANCEL}` }),
      ]);
    } catch (error) {
      logger.warn({ error: messageOf(error) }, 'progress of a scan could not be told');
    }
  }
}
