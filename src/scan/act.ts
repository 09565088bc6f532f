import { defineAction } from '../actions/define.js';
import { message } from '../notify/actions.js';
import { z } from 'zod';
import { EFFECTS, type ResponseCapabilities } from '../cases/decide.js';
import { respond } from '../cases/record.js';
import { isCovered } from '../cases/states.js';
import type { Config, ResponseKind } from '../config/types.js';
import type { Sighting } from '../detection/types.js';
import type { ActionHandler } from '../actions/types.js';
import { messageContent } from '../matrix/message.js';
import { verdictFindingSchema } from '../store/findings.js';
import { looksOf } from '../store/index.js';
import type { NewAction } from '../store/records/actions.js';
import type { CaseRecord } from '../store/records/cases.js';
import type { ScanFind, ScanSummary } from '../store/records/scans.js';
import type { Ledger, LedgerTransaction } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { checkAvatar } from '../impersonation/avatar-check.js';
import { impersonates } from '../impersonation/match.js';
import { SHOWN, limitsReached, type ScanLimits } from './summary.js';
import { texts as notices } from '../notify/texts.js';

/**
 * An automatic scan that finds more than this only lists them: that many notices and mails at once would help nobody.
 */
const MOST_CASES = 60;
const A_COMMIT = 50;

const actOnScanAction = defineAction({
  kind: 'act_on_scan',
  payload: z.object({
    /** whose hits, see `hitsOf` */
    scan: z.string(),
    which: z.enum(['all', 'new', 'past']),
  }),
  hasSideEffects: false,
  lane: () => 'scan',
});

/**
 * Applies `responses` to what a scan found. It is an action itself, so that the running Heimdall decides, whoever made
 * the scan.
 */
export function actOnScan(scan: string, part: string, which: 'all' | 'new' | 'past'): NewAction {
  return actOnScanAction.create({ scan, which }, { key: `act_on_scan:${scan}:${part}` });
}

/** Whether a scan found too much to act on without asking. Pure. */
export function heldBack(summary: ScanSummary, responses: Config['responses'], mostBans: number): ScanLimits {
  const found = Object.entries(summary.newLevels).filter(([level]) => responsesOf(responses, level).length > 0);
  const sum = (entries: [string, number][]): number => entries.reduce((all, [, count]) => all + count, 0);
  const cases = sum(found);
  const bans = sum(found.filter(([level]) => responsesOf(responses, level).includes('ban')));
  return {
    all: cases > MOST_CASES,
    bans: bans > mostBans,
    count: cases > MOST_CASES ? cases : bans,
    pictures: cases > mostBans,
  };
}

function responsesOf(responses: Config['responses'], level: string): readonly ResponseKind[] {
  return level === 'possible' || level === 'likely' || level === 'certain' ? responses[level] : [];
}

export interface ActOnScanOptions {
  ledger: Ledger;
  config: Pick<Config, 'responses' | 'scan'>;
  means: () => ResponseCapabilities;
  /** why no response acts on this person, which the scanning process may not have known */
  exempt: (userId: string) => string | undefined;
  /** whether the picture of this sighting is worth fetching */
  wantsAvatar: (sighting: Sighting) => boolean;
  managementRoom: () => string | undefined;
  clock: Clock;
}

/**
 * `act_on_scan`: the same decisions as for live events. So effects from live events or an earlier scan are not
 * repeated, and running this twice changes nothing. On request (`all`), cases whose effects a dry run only simulated
 * are acted on too, whether or not the scan came across their subjects.
 */
export function actOnScanHandler({
  ledger,
  config,
  means,
  exempt,
  wantsAvatar,
  managementRoom,
  clock,
}: ActOnScanOptions): ActionHandler {
  return actOnScanAction.handler(async ({ scan, which }) => {
    const held: ScanLimits =
      which === 'all'
        ? { all: false, bans: false, count: 0, pictures: false }
        : heldBack(await ledger.scanSummary(scan), config.responses, config.scan.most_bans);
    // Beyond the limits the past leads to just one message: no reports or mails either.
    if (which === 'past' && held.bans) held.all = true;
    const roomId = managementRoom();
    if (held.all && roomId === undefined) return { state: 'retry', afterMs: 2000, error: notices.noManagementRoom };
    const allowed = (find: ScanFind): readonly ResponseKind[] =>
      responsesOf(config.responses, find.hit.level).filter(
        (response) => !held.all && !(held.bans && response === 'ban'),
      );
    for (let afterCaseId = 0; ;) {
      const finds = await ledger.scanHits(scan, { afterCaseId, limit: A_COMMIT, onlyNew: which !== 'all' });
      const acted = finds.filter(({ case: { subject } }) => exempt(subject) === undefined);
      if (acted.length > 0)
        await ledger.commit(async (tx) => {
          for (const find of acted) {
            const looks = held.pictures ? [] : pictureOf(find, wantsAvatar);
            const asked = await actionsOf(tx, find, allowed(find), means(), clock());
            await tx.addActions([...asked, ...looks]);
          }
        });
      const last = finds.at(-1);
      if (last === undefined) break;
      afterCaseId = last.case.id;
    }
    if (which === 'all') await actOnWaiting({ ledger, config, means, exempt, clock });
    if (!(held.all || held.bans) || roomId === undefined) return { state: 'done' };
    const { head, rest } = limitsReached(held, await ledger.worstOfScan(scan, SHOWN, true));
    // the next part of the scan only calls this again if it has found more
    return {
      state: 'done',
      follow: [
        message.create(
          { roomId, content: messageContent(head, { msgtype: 'm.text' }), thread: messageContent(rest) },
          { key: `scan:${scan}:withheld:${held.count}` },
        ),
      ],
    };
  });
}

/** As in the live watch, for an account whose name already looks suspicious. */
function pictureOf(
  { case: record, hit, finding }: ScanFind,
  wantsAvatar: ActOnScanOptions['wantsAvatar'],
): NewAction[] {
  const data = verdictFindingSchema.safeParse(finding).data;
  if (data === undefined || record.state === 'dismissed' || hit.level === 'certain' || !wantsAvatar(data.sighting))
    return [];
  return [checkAvatar(hit.findingKey, record.id, data)];
}

async function actionsOf(
  tx: LedgerTransaction,
  { case: record, hit, finding }: ScanFind,
  responses: readonly ResponseKind[],
  means: ResponseCapabilities,
  now: number,
): Promise<NewAction[]> {
  const data = verdictFindingSchema.safeParse(finding).data;
  if (data === undefined || responses.length === 0) return [];
  const { roomId, eventId } = data.where;
  const covered = isCovered(record, hit.level, await tx.noteLooks(record.id, looksOf(data.sighting)));
  return respond(
    tx,
    {
      case: record,
      covered,
      opened: false,
      again: false,
      fresh: true,
      // a verdict that the scan raised is announced as in the live watch
      previousVerdict: hit.isNew ? null : record.verdict,
    },
    {
      level: hit.level,
      findingKey: hit.findingKey,
      responses,
      reason: impersonates(data.verdict.protected, record.id),
      ...(roomId === undefined ? {} : { roomId }),
      ...(eventId === undefined ? {} : { eventId }),
    },
    means,
    now,
  );
}

/** Acts on the cases whose effects a dry run only simulated, by each one's strongest verdict. */
async function actOnWaiting({
  ledger,
  config,
  means,
  exempt,
  clock,
}: Pick<ActOnScanOptions, 'ledger' | 'config' | 'means' | 'exempt' | 'clock'>): Promise<void> {
  if (means().dryRun === true) return;
  for (let afterId = 0; ;) {
    const waiting = await ledger.casesWaiting(EFFECTS, { afterId, limit: A_COMMIT });
    const last = waiting.at(-1);
    if (last === undefined) return;
    afterId = last.id;
    const finds = await Promise.all(
      waiting.filter(({ subject }) => exempt(subject) === undefined).map((record) => asFind(ledger, record)),
    );
    await ledger.commit(async (tx) => {
      for (const find of finds.flat())
        await tx.addActions(await actionsOf(tx, find, responsesOf(config.responses, find.hit.level), means(), clock()));
    });
  }
}

async function asFind(ledger: Ledger, record: CaseRecord): Promise<ScanFind[]> {
  const finding = await ledger.strongestFinding(record.id);
  const data = verdictFindingSchema.safeParse(finding?.data).data;
  if (finding === undefined || data === undefined || record.verdict === null) return [];
  const { verdict: level, score } = data.verdict;
  return [
    { case: record, hit: { caseId: record.id, level, score, findingKey: finding.key, isNew: false }, finding: data },
  ];
}
