import { defineAction } from '../actions/define.js';
import { message } from '../notify/actions.js';
import { z } from 'zod';
import { actionsOfVerdict, type ResponseCapabilities } from '../cases/decide.js';
import type { Config, ResponseKind } from '../config/types.js';
import type { Sighting } from '../detection/types.js';
import type { ActionHandler } from '../actions/types.js';
import { messageContent } from '../matrix/message.js';
import { verdictFindingSchema } from '../store/findings.js';
import type { Ledger, NewAction, ScanFind, ScanSummary } from '../store/types.js';
import { checkAvatar } from '../impersonation/avatar-check.js';
import { impersonates } from '../impersonation/match.js';
import { SHOWN, limitsReached, type ScanLimits } from './summary.js';

/**
 * If a scan that nobody asked for finds more than this, it lists them and does no more: as many notices and mails at
 * once would help nobody.
 */
export const MOST_CASES = 60;
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
 * To do what `responses` says with what a scan found. An action itself: whoever made the scan, the running Heimdall
 * decides.
 */
export function actOnScan(scan: string, part: string, which: 'all' | 'new' | 'past'): NewAction {
  return actOnScanAction.create({ scan, which }, { key: `act_on_scan:${scan}:${part}` });
}

/** Whether what a scan found first is too much to act on without asking. Pure. */
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
  /** why no response acts on this person; who made the scan may not have known */
  exempt: (userId: string) => string | undefined;
  /** says whether the picture of this sighting is worth a look */
  wantsAvatar: (sighting: Sighting) => boolean;
  managementRoom: () => string | undefined;
}

/**
 * `act_on_scan`: the same decisions as for live events, with the same keys. So what was done for a case before, live or
 * by an earlier scan, is not done again, and doing this twice changes nothing.
 */
export function actOnScanHandler({
  ledger,
  config,
  means,
  exempt,
  wantsAvatar,
  managementRoom,
}: ActOnScanOptions): ActionHandler {
  return actOnScanAction.handler(async ({ scan, which }) => {
    const held: ScanLimits =
      which === 'all'
        ? { all: false, bans: false, count: 0, pictures: false }
        : heldBack(await ledger.scanSummary(scan), config.responses, config.scan.most_bans);
    // Of the past beyond the limits nothing but the one message: nobody is reported or mailed about either.
    if (which === 'past' && held.bans) held.all = true;
    const roomId = managementRoom();
    if (held.all && roomId === undefined)
      return { state: 'retry', afterMs: 2000, error: 'There is no management room yet.' };
    const allowed = (find: ScanFind): readonly ResponseKind[] =>
      responsesOf(config.responses, find.hit.level).filter(
        (response) => !held.all && !(held.bans && response === 'ban'),
      );
    for (let afterCaseId = 0; ;) {
      const finds = await ledger.scanHits(scan, { afterCaseId, limit: A_COMMIT, onlyNew: which !== 'all' });
      const actions = finds
        .filter(({ case: { subject } }) => exempt(subject) === undefined)
        .flatMap((find) => [
          ...actionsOf(find, allowed(find), means()),
          ...(held.pictures ? [] : pictureOf(find, wantsAvatar)),
        ]);
      if (actions.length > 0) await ledger.commit((tx) => tx.addActions(actions));
      const last = finds.at(-1);
      if (last === undefined) break;
      afterCaseId = last.case.id;
    }
    if (!(held.all || held.bans) || roomId === undefined) return { state: 'done' };
    const { head, rest } = limitsReached(held, await ledger.worstOfScan(scan, SHOWN, true));
    // the next part of the scan asks again only when it has found more
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

/** As the live watch does for somebody whose name already raised a question. */
function pictureOf(
  { case: record, hit, finding }: ScanFind,
  wantsAvatar: ActOnScanOptions['wantsAvatar'],
): NewAction[] {
  const data = verdictFindingSchema.safeParse(finding).data;
  if (data === undefined || record.state === 'dismissed' || hit.level === 'certain' || !wantsAvatar(data.sighting))
    return [];
  return [checkAvatar(hit.findingKey, record.id, data)];
}

function actionsOf(
  { case: record, hit, finding }: ScanFind,
  responses: readonly ResponseKind[],
  means: ResponseCapabilities,
): NewAction[] {
  const data = verdictFindingSchema.safeParse(finding).data;
  if (data === undefined || responses.length === 0) return [];
  const { roomId, eventId } = data.where;
  return actionsOfVerdict(
    {
      recorded: { case: record, opened: false, fresh: true, previousVerdict: null },
      findingKey: hit.findingKey,
      responses,
      reason: impersonates(data.verdict.protected, record.id),
      ...(roomId === undefined ? {} : { roomId }),
      ...(eventId === undefined ? {} : { eventId }),
    },
    means,
  );
}
