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

/** Maximum number of subjects in one mail; the rest go into the next one. */
export const MOST_GATHERED = 5_000;
/** Minimum interval between these mails to a desk. */
const APART_MS = 60_000;
/** When the last one was created. */
const LAST_GATHERED = 'mail.last_gathered';

/** The lane of the mails that the action with this id sends as one. */
export function laneOfGathered(actionId: number): string {
  return `gathered:${actionId}`;
}

/**
 * `gather_mail`: combines the mails waiting to be sent together into one, at most one a minute. While one is being sent
 * (the mail server may be down), no other is started: later ones are collected for the next.
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

/** The content of a mail about many subjects: the worst one as in its own mail, the others one line each. */
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
