import { message } from '../notify/actions.js';
import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DetectionRules } from '../detection/rules.js';
import type { Detector, ProtectedIdentity } from '../detection/types.js';
import type { HomeserverReader } from '../matrix/types.js';
import { messageContent } from '../matrix/message.js';
import type { NewAction } from '../store/records/actions.js';
import type { Ledger, LedgerTransaction } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { inspect, type Match } from '../impersonation/match.js';
import { actOnScan } from './act.js';
import { withLease } from './lease.js';
import type { RequestThrottle } from './request-throttle.js';
import { accountPages, lacksRights, ownRoomPages, roomPages, type PartSource, type ScanPage } from './parts.js';
import { recordScanHit } from './record.js';
import {
  hitsOf,
  fingerprint,
  readState,
  stateKey,
  type ScanAct,
  type ScanName,
  type ScanPart,
  type ScanState,
} from './state.js';
import { SHOWN, summaryOf, type ScanProgress } from './summary.js';

export interface ScannerOptions {
  homeserver: HomeserverReader;
  ledger: Ledger;
  /** the current protected identities and rules */
  looksFor: () => { detector: Detector; identities: readonly ProtectedIdentity[]; rules: DetectionRules };
  version: string;
  /** why no response acts on this person, in which case a scan does not mention them */
  exempt: (userId: string) => string | undefined;
  pace: RequestThrottle;
  /** the room for the summary; undefined while there is none */
  managementRoom: () => string | undefined;
  clock: Clock;
  count?: (what: { accounts: number; rooms: number; members: number; hits: number }) => void;
}

export interface ScanOrder {
  name: ScanName;
  parts: readonly ScanPart[];
  act: ScanAct;
  /** true: discards an unfinished scan of this name */
  fresh: boolean;
  /** event id of the requesting command */
  askedBy?: string;
}

export interface ScanRun {
  signal: AbortSignal;
  /** called once, before the first request; `resumed`: an unfinished scan continues */
  onBegin?: (state: ScanState, resumed: boolean) => void;
  /** called regularly, at most once a second */
  onProgress?: (progress: ScanProgress) => void;
}

/** Members are checked in batches of this size, so that a room of 50,000 does not delay the live watch. */
const BITE = 500;
const HITS_A_COMMIT = 100;
const SAVE_EVERY_MS = 1_000;
const TELL_EVERY_MS = 1_000;

/**
 * Checks all accounts and all room members for existing look-alikes. It streams: one response of the homeserver is in
 * memory at a time. Its position is committed together with the findings, so a killed scan resumes where it was.
 * Findings become cases; `act.ts` decides after each part whether more follows.
 */
export class Scanner {
  readonly #options: ScannerOptions;

  constructor(options: ScannerOptions) {
    this.#options = options;
  }

  /** What a scan would look for now. */
  print(): string {
    const { looksFor, version } = this.#options;
    return fingerprint({ ...looksFor(), version });
  }

  /**
   * Runs a scan, or resumes the unfinished one of this name if it looks for the same.
   * @throws HeimdallError HEIMDALL_E_SCAN_RUNNING; MatrixError when the homeserver stays unreachable, after which the
   * same order can resume; the signal's reason
   */
  async run(order: ScanOrder, run: ScanRun): Promise<ScanProgress> {
    const { ledger, clock } = this.#options;
    return withLease(ledger, order.name, clock, async () => {
      const { state, resumed } = await this.#begin(order);
      run.onBegin?.({ ...state }, resumed);
      const tell = this.#teller(order.name, state, run.onProgress);
      while (state.part < state.parts.length) await this.#goThrough(order.name, state, run.signal, tell);
      return this.#end(order.name, state);
    });
  }

  /** The progress of the last or running scan of a name, possibly in another process. */
  async progress(name: ScanName): Promise<ScanProgress | undefined> {
    const state = await readState(this.#options.ledger, name);
    return state === undefined ? undefined : this.#progressOf(name, state);
  }

  /** Ends an unfinished scan of this name, so that it is not resumed. Its findings stay. */
  async forget(name: ScanName): Promise<void> {
    const { ledger, clock } = this.#options;
    const state = await readState(ledger, name);
    if (state !== undefined && state.endedAt === null)
      await ledger.commit((tx) => tx.setMeta(stateKey(name), JSON.stringify({ ...state, endedAt: clock() })));
  }

  async #begin(order: ScanOrder): Promise<{ state: ScanState; resumed: boolean }> {
    const { ledger, clock } = this.#options;
    const before = await readState(ledger, order.name);
    const print = this.print();
    const same = before?.endedAt === null && before.print === print && before.parts.join() === order.parts.join();
    if (before !== undefined && same && !order.fresh) {
      const state: ScanState = { ...before, act: order.act, askedBy: order.askedBy ?? before.askedBy };
      await ledger.commit((tx) => this.#save(tx, order.name, state));
      return { state, resumed: true };
    }
    const state: ScanState = {
      id: `${clock().toString(36)}${randomBytes(3).toString('hex')}`,
      startedAt: clock(),
      endedAt: null,
      print,
      parts: [...order.parts],
      act: order.act,
      askedBy: order.askedBy ?? null,
      part: 0,
      from: 0,
      total: 0,
      accounts: 0,
      rooms: 0,
      members: 0,
      unread: 0,
      withoutRights: [],
    };
    await ledger.commit(async (tx) => {
      if (before !== undefined && !(await this.#isStillNeeded(order.name, before)))
        await tx.forgetScan(hitsOf(order.name, before));
      await this.#save(tx, order.name, state);
    });
    return { state, resumed: false };
  }

  /** Findings that have not been acted on yet, because no Heimdall was running. */
  async #isStillNeeded(name: ScanName, { parts, ...before }: ScanState): Promise<boolean> {
    const acts = await this.#options.ledger.actionsByKey(
      parts.map((part) => actOnScan(hitsOf(name, before), part, 'all').key),
    );
    return acts.some(({ state }) => state === 'due');
  }

  /** Completes one part of a scan, then has its findings acted on. */
  async #goThrough(name: ScanName, state: ScanState, signal: AbortSignal, tell: () => Promise<void>): Promise<void> {
    const part = state.parts[state.part];
    const { homeserver, pace, ledger, clock } = this.#options;
    const source: PartSource = { homeserver, pace, signal };
    const limited = part !== undefined && state.withoutRights.includes(part);
    const pages =
      part === 'users'
        ? accountPages(source, state.from)
        : limited
          ? ownRoomPages(source, state.from)
          : roomPages(source, state.from);
    let savedAt = clock();
    try {
      for await (const page of pages) {
        const save = clock() - savedAt >= SAVE_EVERY_MS;
        if (await this.#take(name, state, page, save)) savedAt = clock();
        await tell();
        signal.throwIfAborted();
      }
    } catch (error) {
      if (part === undefined || limited || !lacksRights(error)) throw error;
      state.withoutRights.push(part);
      // the rooms that the bot is in can still be scanned
      if (part === 'rooms') return void (state.from = 0);
    }
    const act = state.act === 'no' || part === undefined ? [] : [actOnScan(hitsOf(name, state), part, state.act)];
    Object.assign(state, { part: state.part + 1, from: 0, total: 0 });
    await ledger.commit(async (tx) => {
      await tx.addActions(act);
      await this.#save(tx, name, state);
    });
  }

  /** Processes one page and records findings and position. Returns whether it wrote anything. */
  async #take(name: ScanName, state: ScanState, page: ScanPage, save: boolean): Promise<boolean> {
    const { looksFor, exempt, homeserver, ledger, clock, count } = this.#options;
    const hits: Match[] = [];
    let seen = 0;
    for (const one of page.seen) {
      const hit = inspect(one.seen, { detector: looksFor().detector, botUserId: homeserver.botUserId, exempt });
      if (hit !== undefined && hit.exempt === undefined)
        hits.push(one.event === undefined ? hit : { ...hit, event: one.event });
      seen += 1;
      if (seen % BITE === 0) await nextTurn();
    }
    const members = page.rooms > 0 ? seen : 0;
    Object.assign(state, {
      from: page.next,
      total: page.total,
      accounts: state.accounts + page.accounts,
      rooms: state.rooms + page.rooms,
      members: state.members + members,
      unread: state.unread + page.unread,
    });
    count?.({ accounts: page.accounts, rooms: page.rooms, members, hits: hits.length });
    if (hits.length === 0 && !save) return false;
    const scan = hitsOf(name, state);
    do {
      const some = hits.splice(0, HITS_A_COMMIT);
      await ledger.commit(async (tx) => {
        for (const hit of some) await recordScanHit(tx, scan, hit, clock);
        if (hits.length === 0) await this.#save(tx, name, state);
      });
    } while (hits.length > 0);
    return true;
  }

  /** The scan is over: the requester is told the results, in the commit that ends it. */
  async #end(name: ScanName, state: ScanState): Promise<ScanProgress> {
    const { ledger, clock } = this.#options;
    state.endedAt = clock();
    const progress = await this.#progressOf(name, state);
    const messages = name === 'auto' ? [] : await this.#summary(name, progress);
    await ledger.commit(async (tx) => {
      await tx.addActions(messages);
      await tx.audit({
        at: clock(),
        actor: 'heimdall',
        what: 'scan.ended',
        caseId: null,
        data: {
          scan: hitsOf(name, state),
          act: state.act,
          accounts: state.accounts,
          rooms: state.rooms,
          members: state.members,
          found: progress.found.levels,
        },
      });
      await this.#save(tx, name, state);
    });
    return progress;
  }

  async #summary(name: ScanName, progress: ScanProgress): Promise<NewAction[]> {
    const roomId = this.#options.managementRoom();
    const { state, found } = progress;
    // in the shell the result is printed; moderators are told only if there are findings
    if (roomId === undefined || (name === 'cli' && Object.keys(found.levels).length === 0)) return [];
    const scan = hitsOf(name, state);
    const worst = await this.#options.ledger.worstOfScan(scan, SHOWN);
    const { head, rest } = summaryOf(progress, worst);
    const thread = rest.length === 0 ? {} : { thread: messageContent(rest) };
    const payload =
      state.askedBy === null
        ? { roomId, content: messageContent(head, { msgtype: 'm.text' }), ...thread }
        : { roomId, content: messageContent([...head, ...rest], { msgtype: 'm.text', inReplyTo: state.askedBy }) };
    return [message.create(payload, { key: `scan:${scan}:summary` })];
  }

  async #progressOf(name: ScanName, state: ScanState): Promise<ScanProgress> {
    return { state: { ...state }, found: await this.#options.ledger.scanSummary(hitsOf(name, state)) };
  }

  async #save(tx: LedgerTransaction, name: ScanName, state: ScanState): Promise<void> {
    await tx.setMeta(stateKey(name), JSON.stringify(state));
  }

  #teller(name: ScanName, state: ScanState, onProgress: ScanRun['onProgress']): () => Promise<void> {
    let toldAt = -Infinity;
    return async () => {
      if (onProgress === undefined || performance.now() - toldAt < TELL_EVERY_MS) return;
      toldAt = performance.now();
      onProgress(await this.#progressOf(name, state));
    };
  }
}
