import { raidDigest } from '../cases/actions.js';
import { digestOf } from '../cases/decide.js';
import type { ActionHandler } from '../actions/types.js';
import { visible } from '../detection/index.js';
import type { CaseRecord, RaidRecord } from '../store/records/cases.js';
import { message } from './actions.js';
import type { NoticeOptions } from './handlers.js';
import { sendOnce } from './send-once.js';
import { messageContent, paginate, type Block, type Inline } from '../matrix/message.js';
import { verdictRank } from '../store/index.js';
import type { Clock } from '../util/clock.js';
import { countWords } from './levels.js';
import { whatOf } from './notice.js';
import { soundOf } from './quiet-hours.js';
import { texts } from './texts.js';

/** The minimum interval between digests, counted over all raids. */
const APART_MS = 60_000;
/** When the last digest of any raid was sent. */
const LAST_DIGEST = 'raid.last_digest';
/** How many of the worst cases the root message lists; all of them are in its thread. */
const WORST_SHOWN = 5;
/** More cases than a raid produces in a minute. */
const MOST_TOLD = 20_000;

/** One line per case: number, id, what it is. */
export function caseLine(record: CaseRecord): Inline[] {
  const state = record.state === 'open' ? '' : `, ${record.state}`;
  return [`${record.id}: `, { code: record.subject }, ` – ${whatOf(record)}${state}`];
}

/** The root message of a digest, and what goes in its thread. */
function digestBlocks(raid: RaidRecord, cases: readonly CaseRecord[]): { head: Block[]; rest: Block[] } {
  const worst = [...cases].sort((a, b) => verdictRank(b.verdict) - verdictRank(a.verdict) || b.score - a.score);
  const count = cases.length;
  const what = raid.kind === 'flood' ? texts.raid.flood(count, countWords(cases)) : texts.raid.reports(count);
  const all: Inline[] = raid.cases > cases.length ? [texts.raid.soFar(raid.cases)] : [];
  // One reporter's word is no basis for banning people by the hundred.
  const banAll = raid.kind === 'flood' ? texts.raid.banAll(raid.id) : [];
  const head: Block[] = [
    { heading: raid.kind === 'flood' ? texts.raid.heading(raid.id) : texts.raid.manyReports(raid.id) },
    { line: [what, ...all] },
    { list: worst.slice(0, WORST_SHOWN).map(shortLine) },
    { line: [...texts.raid.all(raid.id), ...banAll] },
  ];
  return { head, rest: [{ list: worst.map(caseLine) }] };
}

/** A root message shows the worst names as they look; the ids for copying are in the thread. */
function shortLine(record: CaseRecord): Inline[] {
  return [`${record.id}: `, { code: visible(record.subject) }, ` – ${whatOf(record)}`];
}

export interface RaidOptions extends Omit<NoticeOptions, 'identities'> {
  clock: Clock;
}

/** `raid_digest`: one root message about the cases that no digest has named yet; its thread names them all. */
export function raidDigestHandler({ homeserver, ledger, managementRoom, clock, quiet }: RaidOptions): ActionHandler {
  return raidDigest.handler(async ({ raidId }, action, attempt) => {
    const roomId = managementRoom();
    if (roomId === undefined) return { state: 'retry', afterMs: 2000, error: texts.noManagementRoom };
    const now = clock();
    const wait = Number((await ledger.meta(LAST_DIGEST)) ?? 0) + APART_MS - now;
    if (wait > 0 && wait <= APART_MS) return { state: 'retry', afterMs: wait, error: texts.raid.wait };
    const raid = await ledger.raid(raidId);
    const cases = await ledger.casesOfRaid(raidId, { untold: true, limit: MOST_TOLD });
    if (raid === undefined || cases.length === 0) return { state: 'done' };
    const { head, rest } = digestBlocks(raid, cases);
    const worst = cases.some(({ verdict }) => verdict === 'certain') ? 'certain' : null;
    const { msgtype, follow } = soundOf(worst, quiet);
    const content = messageContent(head, { msgtype });
    const eventId = await sendOnce(homeserver, attempt, roomId, content, action.key);
    const thread = paginate(rest).map((page, index) =>
      message.create(
        { roomId, content: messageContent(page, { thread: eventId }) },
        { key: `${action.key}:thread:${index}`, lane: `raid_thread:${raidId}` },
      ),
    );
    const told = cases.map(({ id }) => id);
    await ledger.commit(async (tx) => {
      const left = await tx.noteRaidTold(raidId, told, now);
      await tx.setMeta(LAST_DIGEST, String(now));
      if (left > 0) await tx.addActions([digestOf({ ...raid, digests: raid.digests + 1, toldAt: now }, now)]);
    });
    return { state: 'done', result: { event_id: eventId }, follow: [...thread, ...follow] };
  });
}
