import { verdictRank } from '../store/index.js';
import type { CaseRecord, CaseState } from '../store/records/cases.js';

/**
 * What can happen to a case.
 * - `verdict`: a verdict on a dismissed case that the dismissal does not cover, or one that calls for a ban that is
 * owed again
 * - `report`: a new report by a person
 * - `ban`: its ban rule is in force; `unban`: the rule was removed
 * - `dismiss`, `reopen`, `close`, `appeal`: people decide
 */
export type CaseEvent = 'verdict' | 'report' | 'ban' | 'unban' | 'dismiss' | 'reopen' | 'close' | 'appeal';

/**
 * The whole life of a case: the next state for each state and event. Nothing else changes a state.
 *
 * `dismissed` and `actioned` are final only for what was known when moderators decided: anything new reopens the case.
 * A covered verdict is not an event at all (`isCovered`).
 */
const TRANSITIONS: Readonly<Record<CaseState, Readonly<Record<CaseEvent, CaseState>>>> = {
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
    // an effect is owed again, so the case is not settled after all
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
    // a rule written by hand, or one that was being sent when the case was dismissed and is now being removed
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

/** From this level up, another name or picture counts as news rather than the same honest resemblance again. */
const TELLING = verdictRank('likely');

/**
 * Whether moderators have already decided about a verdict. A dismissal covers what was known: levels up to the one that
 * stood, and from `likely` up only the names and pictures seen by then. Dismissing a case that only had reports says
 * nothing about verdicts.
 */
export function isCovered(record: Pick<CaseRecord, 'dismissedVerdict'>, level: string, looksCovered: boolean): boolean {
  const covered = verdictRank(record.dismissedVerdict);
  const rank = verdictRank(level);
  return rank <= covered && (rank < TELLING || looksCovered);
}
