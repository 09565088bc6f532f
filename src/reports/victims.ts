import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import type { ActionHandler, ActionOutcome } from '../actions/types.js';
import type { Config } from '../config/types.js';
import { visible } from '../detection/index.js';
import { isUserId, serverNameOf } from '../matrix/identifiers.js';
import { messageContent, type Inline } from '../matrix/message.js';
import { MatrixError, type Homeserver } from '../matrix/types.js';
import { urlPath } from '../matrix/url-path.js';
import { sendOnce } from '../notify/send-once.js';
import { verdictFindingSchema } from '../store/findings.js';
import type { Correspondence } from '../store/index.js';
import type { NewAction } from '../store/records/actions.js';
import type { CaseRecord } from '../store/records/cases.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { spoken, TOLD, type Language } from './texts.js';
import { Rounds } from '../util/rounds.js';

/** Finds the people an impostor approached, and requests a warning to each of them. */
const warnVictims = defineAction({
  kind: 'warn_victims',
  payload: z.object({ userId: z.string().startsWith('@') }),
  hasSideEffects: false,
  lane: ({ userId }) => `warn_victims:${userId}`,
  maxConcurrent: 1,
  failuresToldElsewhere: true,
});

/** Warns one account on our server about an impostor, once. */
const warnVictim = defineAction({
  kind: 'warn_victim',
  payload: z.object({ userId: z.string().startsWith('@'), impostor: z.string().startsWith('@') }),
  hasSideEffects: true,
  lane: ({ userId }) => `warn_victim:${userId}`,
  // it calls an account an impostor, so never ourselves, the official account or a moderator
  guard: ({ impostor }) => ({ about: 'user', userId: impostor }),
  maxConcurrent: 2,
  failuresToldElsewhere: true,
});

/** Requests a case's warnings; if repeated, only people approached since are warned. */
export function warningsOf({ id, subject }: Pick<CaseRecord, 'id' | 'subject'>, cause: string): NewAction {
  return warnVictims.create({ userId: subject }, { key: `warn_victims:${id}:${cause}`, caseId: id });
}

export interface VictimsOptions {
  homeserver: Homeserver;
  ledger: Ledger;
  correspondence: Pick<Correspondence, 'chatOf' | 'certainFindingsAfter'>;
  config: Pick<Config, 'homeserver' | 'protected_identities' | 'reports' | 'dry_run'>;
  roomWith: (userId: string) => Promise<string>;
  clock: Clock;
  logger: Logger;
}

/** In a larger room than this, nobody in particular is approached. */
const SMALL_ROOM = 10;
const ROOMS_LOOKED_AT = 10;
const MOST_VICTIMS = 50;
const FINDINGS_READ = 500;
const LOOK_MS = 5_000;
const META = 'reports.victims_until';

/**
 * Warns people on our server whom a `certain` impostor invited, or who share a small room with it: which account is
 * fake, which one is official, what to do. Off by default; on a moderator's command, or automatically
 * (`reports.warn_victims`).
 */
export class Victims {
  readonly #options: VictimsOptions;
  readonly #rounds = new Rounds({ work: () => this.look(), everyMs: LOOK_MS });

  constructor(options: VictimsOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#options.config.reports.warn_victims !== 'certain') return;
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Requests the warnings for impostors found since the last round. Never rejects. */
  async look(): Promise<void> {
    const { ledger, correspondence, logger } = this.#options;
    try {
      const stored = await ledger.meta(META);
      const after = stored === undefined || stored === '' ? undefined : Number(stored);
      const { latest, cases } = await correspondence.certainFindingsAfter(after);
      if (latest === after) return;
      await ledger.commit(async (tx) => {
        await tx.addActions(cases.map((found) => warningsOf(found, String(latest))));
        await tx.setMeta(META, String(latest));
      });
    } catch (error) {
      logger.warn({ error: messageOf(error) }, 'victims could not be looked for; trying again');
    }
  }

  handlers(): ActionHandler[] {
    return [
      warnVictims.handler(async (_payload, action) => {
        const record = action.caseId === null ? undefined : await this.#options.ledger.caseById(action.caseId);
        if (record === undefined || !mayBeWarnedOf(record)) return { state: 'done', result: { victims: 0 } };
        const victims = await this.#victimsOf(record);
        return {
          state: 'done',
          result: { victims: victims.length },
          follow: victims.map((userId) =>
            warnVictim.create(
              { userId, impostor: record.subject },
              // warnings that a dry run only simulated are owed afterwards
              {
                key: `warn_victim:${this.#options.config.dry_run ? 'dry:' : ''}${record.id}:${hashed(userId)}`,
                caseId: record.id,
              },
            ),
          ),
        };
      }),
      warnVictim.handler(async ({ userId, impostor }, action, attempt) => {
        const { ledger, homeserver, correspondence, config, roomWith } = this.#options;
        const record = action.caseId === null ? undefined : await ledger.caseById(action.caseId);
        // dismissed in the meantime: the account is not an impostor, and nobody may be told that it is
        if (record?.subject !== impostor || !mayBeWarnedOf(record)) return { state: 'refused', error: TOLD.noImpostor };
        const language = (await correspondence.chatOf(userId))?.language ?? config.reports.language;
        const content = warning(record, language);
        if (await this.#serverNotice(userId, content, action.key)) return { state: 'done', result: { by: 'notice' } };
        await sendOnce(homeserver, attempt, await roomWith(userId), content, action.key);
        return { state: 'done', result: { by: 'message' } } satisfies ActionOutcome;
      }),
    ];
  }

  /** Accounts on our server that it invited, and those in small rooms with it. */
  async #victimsOf({ id, subject }: CaseRecord): Promise<string[]> {
    const { ledger, config, homeserver } = this.#options;
    const spared = new Set([
      subject,
      homeserver.botUserId,
      ...config.protected_identities.flatMap(({ user_id: official, variants }) => [official, ...variants]),
    ]);
    const found = new Set<string>();
    const rooms = new Set<string>();
    for (const { data } of await ledger.newestFindings(id, 'verdict', FINDINGS_READ)) {
      const verdict = verdictFindingSchema.safeParse(data);
      if (!verdict.success || verdict.data.verdict.verdict !== 'certain') continue;
      const { where, event } = verdict.data;
      const invited = event?.state_key;
      if (where.source === 'invite' && typeof invited === 'string') found.add(invited);
      if (where.roomId !== undefined) rooms.add(where.roomId);
    }
    for (const roomId of [...rooms].slice(0, ROOMS_LOOKED_AT))
      for (const userId of await this.#membersOfSmall(roomId)) found.add(userId);
    return [...found]
      .filter((userId) => isUserId(userId) && serverNameOf(userId) === config.homeserver.server_name)
      .filter((userId) => !spared.has(userId))
      .slice(0, MOST_VICTIMS);
  }

  /** Empty if the room is not small or its members are unknown. */
  async #membersOfSmall(roomId: string): Promise<string[]> {
    try {
      const answer = await this.#options.homeserver.request(
        'GET',
        urlPath`/_synapse/admin/v1/rooms/${roomId}/members`,
        {
          admin: true,
        },
      );
      const { members } = membersAnswer.parse(answer);
      return members.length <= SMALL_ROOM ? members : [];
    } catch (error) {
      if (error instanceof MatrixError && error.transient) throw error;
      return [];
    }
  }

  /** False where the homeserver has no server notices; a direct message is then sent instead. */
  async #serverNotice(userId: string, content: Record<string, unknown>, key: string): Promise<boolean> {
    try {
      await this.#options.homeserver.request('PUT', urlPath`/_synapse/admin/v1/send_server_notice/${hashed(key)}`, {
        admin: true,
        body: { user_id: userId, content },
      });
      return true;
    } catch (error) {
      if (error instanceof MatrixError && error.transient) throw error;
      return false;
    }
  }
}

const membersAnswer = z.object({ members: z.array(z.string()) });

/** Only for `certain` verdicts that have not been dismissed. */
export function mayBeWarnedOf({ subjectKind, verdict, state, protected: official }: CaseRecord): boolean {
  return subjectKind === 'user' && verdict === 'certain' && official !== null && state !== 'dismissed';
}

function hashed(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 32);
}

/** Names accounts by id only: the display name is what deceived. */
function warning({ subject, protected: official }: CaseRecord, language: Language): Record<string, unknown> {
  const { warning: words, warningWhat } = spoken(language);
  const line: Inline[] = [
    words[0] ?? '',
    { code: visible(subject, 255) },
    words[1] ?? '',
    { code: visible(official ?? '', 255) },
    words[2] ?? '',
  ];
  return messageContent([{ line }, { line: [warningWhat] }], { msgtype: 'm.text' });
}
