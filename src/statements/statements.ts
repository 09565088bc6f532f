import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import type { ActionEnd } from '../actions/ends.js';
import type { ActionHandler, AttemptContext } from '../actions/types.js';
import { isUserId, serverNameOf } from '../matrix/identifiers.js';
import { messageContent, type Block } from '../matrix/message.js';
import { MatrixError, type Homeserver } from '../matrix/types.js';
import { urlPath } from '../matrix/url-path.js';
import { sendOnce } from '../notify/send-once.js';
import type { ActionRecord, NewAction } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { accountOf, factsOf, measureOf } from './facts.js';
import type { Policies } from './policies.js';
import { texts, type StatementLanguage } from './texts.js';
import { outcomeBlocks, statementBlocks } from './words.js';

const person = z.string().startsWith('@');

/** Decides whether an account gets a statement of reasons. */
const consider = defineAction({
  kind: 'consider_statement',
  payload: z.object({ caseId: z.number().int() }),
  hasSideEffects: false,
  lane: () => 'statements',
  failuresToldElsewhere: true,
});

/** A statement of reasons (Regulation (EU) 2022/2065, Art. 17), to the account that it is about. */
const statement = defineAction({
  kind: 'statement',
  payload: z.object({ caseId: z.number().int(), userId: person }),
  hasSideEffects: true,
  lane: ({ userId }) => `statement:${userId}`,
  maxConcurrent: 2,
});

/** The outcome of a complaint (Art. 20(5)). */
const outcome = defineAction({
  kind: 'appeal_outcome',
  payload: z.object({ caseId: z.number().int(), userId: person, upheld: z.boolean() }),
  hasSideEffects: true,
  lane: ({ userId }) => `statement:${userId}`,
  maxConcurrent: 2,
});

/** Bans in all rooms, redactions and the like follow a rule within seconds; one statement covers them all. */
const GATHER_MS = 5_000;

export interface StatementsOptions {
  homeserver: Homeserver;
  ledger: Ledger;
  policies: Policies;
  /** the language that the person wrote to us in, else the configured one */
  languageOf: (userId: string) => Promise<StatementLanguage>;
  /** whether accounts whose case is part of a flood are informed too */
  bulk: boolean;
  /** undefined where there are no pages for complaints */
  appealLink: ((caseId: number) => Promise<string>) | undefined;
  /** a direct chat, where the homeserver has no server notices */
  privateRoomWith: (userId: string) => Promise<string>;
  clock: Clock;
}

/** Tells accounts on our server what was decided about them, why, and how to complain. */
export class Statements {
  constructor(private readonly options: StatementsOptions) {}

  /** The statement that the end of an action calls for, in the same commit, so that no crash loses it. */
  followUp(action: ActionRecord, end: Pick<ActionEnd, 'state'>): NewAction[] {
    if (end.state !== 'done' || action.caseId === null || measureOf(action) === undefined) return [];
    const userId = accountOf(action);
    if (userId === undefined || !isUserId(userId)) return [];
    if (serverNameOf(userId) !== this.options.homeserver.serverName) return [];
    const { caseId } = action;
    return [consider.create({ caseId }, { key: `consider_statement:${caseId}`, renew: true, inMs: GATHER_MS })];
  }

  handlers(): ActionHandler[] {
    const { ledger, policies, languageOf, bulk, homeserver, clock } = this.options;
    return [
      consider.handler(async ({ caseId }) => {
        const facts = await factsOf(ledger, caseId, policies);
        const record = await ledger.caseById(caseId);
        if (facts === undefined || record === undefined || (facts.bulk && !bulk)) return { state: 'done' };
        const key = `statement:${caseId}:${record.round}`;
        return { state: 'done', follow: [statement.create({ caseId, userId: facts.userId }, { key, caseId })] };
      }),
      statement.handler(async ({ caseId, userId }, action, attempt) => {
        const facts = await factsOf(ledger, caseId, policies);
        if (facts?.userId !== userId) return { state: 'done' };
        const appealLink = await this.options.appealLink?.(caseId);
        const language = await languageOf(userId);
        const about = { serverName: homeserver.serverName, policies, language, appealLink };
        const sent = await this.#tell(userId, statementBlocks(facts, about), action, attempt);
        if (sent === undefined) return { state: 'failed', error: texts.noAccount };
        const data = { policy: facts.policy.id, measures: facts.measures };
        await ledger.commit((tx) => tx.audit({ at: clock(), actor: 'heimdall', what: 'statement.sent', caseId, data }));
        return { state: 'done', result: { event_id: sent } };
      }),
      outcome.handler(async ({ userId, upheld }, action, attempt) => {
        const sent = await this.#tell(
          userId,
          outcomeBlocks(upheld, homeserver.serverName, await languageOf(userId)),
          action,
          attempt,
        );
        return sent === undefined
          ? { state: 'failed', error: texts.noAccount }
          : { state: 'done', result: { event_id: sent } };
      }),
    ];
  }

  /**
   * By server notice, which even an account that may no longer write can read; else by direct message. The transaction
   * id makes sending the notice repeatable (Synapse's admin API, "Server Notices").
   */
  async #tell(
    userId: string,
    blocks: readonly Block[],
    action: ActionRecord,
    attempt: AttemptContext,
  ): Promise<string | undefined> {
    const { homeserver, privateRoomWith } = this.options;
    const content = messageContent([...blocks], { msgtype: 'm.text' });
    const txnId = createHash('sha256').update(action.key).digest('hex').slice(0, 32);
    try {
      const answer = await homeserver.request<{ event_id?: unknown }>(
        'PUT',
        urlPath`/_synapse/admin/v1/send_server_notice/${txnId}`,
        { body: { user_id: userId, content }, admin: true },
      );
      if (typeof answer.event_id === 'string') return answer.event_id;
    } catch (error) {
      // no server notices here, or no permission to send them
      if (!(error instanceof MatrixError) || error.transient) throw error;
    }
    try {
      return await sendOnce(homeserver, attempt, await privateRoomWith(userId), content, action.key);
    } catch (error) {
      if (error instanceof MatrixError && !error.transient) return undefined;
      throw error;
    }
  }
}

/** The action that announces the outcome of a complaint. */
export function appealOutcome(caseId: number, userId: string, upheld: boolean, key: string): NewAction {
  return outcome.create({ caseId, userId, upheld }, { key: `appeal_outcome:${key}`, caseId });
}
