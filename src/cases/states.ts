import { verdictRank } from '../store/index.js';
import type { CaseRecord, CaseState } from '../store/records/cases.js';

/**
 * What can happen to a case.
 * - `verdict`: a verdict that no dismissal covers, of a dismissed case; or one that asks for the ban that is owed again
 * - `report`: a person's report that was not there before
 * - `ban`: its ban rule stands; `unban`: the rule was taken away
 * - `dismiss`, `reopen`, `close`, `appeal`: people decide
 */
export type CaseEvent = 'verdict' | 'report' | 'ban' | 'unban' | 'dismiss' | 'reopen' | 'close' | 'appeal';

/**
 * The whole life of a case: from each state, with each event, to the next state. Nothing else changes a state.
 *
 * `dismissed` and `actioned` are ends, and none is for ever: what was not known when people decided opens the case
 * again. A covered verdict is not an event at all (`isCovered`).
 */
export const TRANSITIONS: Readonly<Record<CaseState, Readonly<Record<CaseEvent, CaseState>>>> = {
  open: {
    verdict: 'open',
    report: 'open',
    ban: 'actioned',
    unban: 'open',
    dismiss: 'dismissed',
    reopen: 'open',
    close: 'actioned',
    appeal: 'appealed',
  },
  triaged: {
    verdict: 'triaged',
    report: 'triaged',
    ban: 'actioned',
    unban: 'triaged',
    dismiss: 'dismissed',
    reopen: 'open',
    close: 'actioned',
    appeal: 'appealed',
  },
  actioned: {
    // something is owed again, so it is not dealt with after all
    verdict: 'open',
    report: 'actioned',
    ban: 'actioned',
    unban: 'open',
    dismiss: 'dismissed',
    reopen: 'open',
    close: 'actioned',
    appeal: 'appealed',
  },
  dismissed: {
    verdict: 'open',
    report: 'open',
    // a rule that somebody wrote by hand, or one that was on its way when the case was dismissed and is being removed
    ban: 'dismissed',
    unban: 'dismissed',
    dismiss: 'dismissed',
    reopen: 'open',
    close: 'dismissed',
    appeal: 'appealed',
  },
  appealed: {
    verdict: 'appealed',
    report: 'appealed',
    ban: 'appealed',
    unban: 'appealed',
    dismiss: 'dismissed',
    reopen: 'open',
    close: 'actioned',
    appeal: 'appealed',
  },
};

/** The state after an event. */
export function stateAfter(state: CaseState, event: CaseEvent): CaseState {
  return TRANSITIONS[state][event];
}

/** From this level on another name or picture is something new, not the same honest resemblance once more. */
const TELLING = verdictRank('likely');

/**
 * Whether people have decided about a verdict already. A dismissal covers what was known: the level up to the one that
 * stood, and from `likely` up only with the names and pictures that were seen until then. One of a case that only had
 * reports says nothing about verdicts.
 */
export function isCovered(record: Pick<CaseRecord, 'dismissedVerdict'>, level: string, looksCovered: boolean): boolean {
  const covered = verdictRank(record.dismissedVerdict);
  const rank = verdictRank(level);
  return rank <= covered && (rank < TELLING || looksCovered);
}
