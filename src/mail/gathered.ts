import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ActionHandler } from '../actions/types.js';
import type { Config } from '../config/types.js';
import { verdictRank } from '../store/index.js';
import type { ActionRecord } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { GATHERED_LANE, gatherMail, sendGatheredMail } from './actions.js';
import { mailInputOfCase, type Gathered } from './input.js';
import { MAIL_TEXTS } from './texts.js';
import type { AlsoAccused } from './types.js';

/** What one mail names at most; what goes beyond is in the next one. */
export const MOST_GATHERED = 5_000;
/** A desk gets at most one of these mails in so long. */
const APART_MS = 60_000;
/** When the last one was made. */
const LAST_GATHERED = 'mail.last_gathered';

/** The lane of the mails that the action of this id sends as one. */
export function laneOfGathered(actionId: number): string {
  return `gathered:${actionId}`;
}

/**
 * `gather_mail`: makes one mail of those that wait to go out together, at most one a minute. While one is on its way
 * (the mail server may be down), the next is not begun: what comes meanwhile goes into it.
 */
export function gatherMailHandler(ledger: Ledger, clock: Clock): ActionHandler {
  return gatherMail.handler(async () => {
    const now = clock();
    const wait = Number((await ledger.meta(LAST_GATHERED)) ?? 0) + APART_MS - now;
    if (wait > 0 && wait <= APART_MS) return { state: 'retry', afterMs: wait, error: MAIL_TEXTS.oneAMinute };
    if ((await ledger.dueInLane('mail_gathered', 1)).length > 0)
      return { state: 'retry', afterMs: APART_MS, error: MAIL_TEXTS.stillOnItsWay };
    if ((await ledger.dueInLane(GATHERED_LANE, 1)).length === 0) return { state: 'done' };
    await ledger.commit(async (tx) => {
      const [mail] = await tx.addActions([sendGatheredMail.create({}, { key: `mail_gathered:${now}` })]);
      if (mail === undefined) return;
      await tx.moveLane(GATHERED_LANE, laneOfGathered(mail.id), MOST_GATHERED);
      await tx.setMeta(LAST_GATHERED, String(now));
    });
    const more = (await ledger.dueInLane(GATHERED_LANE, 1)).length > 0;
    return {
      state: 'done',
      follow: more ? [gatherMail.create({}, { key: 'gather_mail', inMs: APART_MS, renew: true })] : [],
    };
  });
}

/** What a mail about many tells: the worst of them like a mail about it alone, the others by a line each. */
export async function mailInputOfMany(
  ledger: Ledger,
  parts: readonly ActionRecord[],
  config: Pick<Config, 'protected_identities'>,
): Promise<Gathered> {
  const found: { part: ActionRecord; also: AlsoAccused; score: number }[] = [];
  const withheld = new Set<string>();
  const offenders = new Set<string>();
  for (const [index, part] of parts.entries()) {
    if (index % 20 === 19) await nextTurn();
    const input = await mailInputOfCase(ledger, part.caseId, part.payload, config).catch(() => undefined);
    if (input === undefined) continue;
    for (const id of input.withheld) withheld.add(id);
    offenders.add(input.offender);
    const { caseId, offender, captured, about } = input;
    const also: AlsoAccused =
      about.kind === 'report'
        ? { caseId, offender, displayName: captured.displayName, verdict: null, reason: about.reason }
        : { caseId, offender, displayName: captured.displayName, verdict: about.verdict.verdict };
    found.push({ part, also, score: about.kind === 'report' ? 0 : about.verdict.score });
  }
  found.sort((a, b) => verdictRank(b.also.verdict) - verdictRank(a.also.verdict) || b.score - a.score);
  const [worst, ...others] = found;
  const head = worst?.part ?? parts[0];
  const input = await mailInputOfCase(ledger, head?.caseId ?? null, head?.payload, config);
  return {
    ...input,
    also: others.map(({ also }) => also),
    withheld: [...withheld].filter((id) => !offenders.has(id)),
  };
}
