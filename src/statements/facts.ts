import { caseView, type CaseView } from '../cases/view.js';
import { harmIn } from '../store/harms.js';
import type { ActionRecord } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import { policyFor, type Policies, type Policy } from './policies.js';

/** The kinds of measures that a statement can describe. */
export type Measure = 'ban' | 'rule' | 'suspend' | 'deactivate' | 'redact';

const MEASURES: Readonly<Record<string, Measure>> = {
  write_rule: 'rule',
  ban: 'ban',
  suspend: 'suspend',
  deactivate: 'deactivate',
  redact_user: 'redact',
};

/**
 * Why something was done to an account: the content of a statement of reasons (Regulation (EU) 2022/2065, Art. 17(3)).
 */
export interface StatementFacts {
  caseId: number;
  userId: string;
  /** strongest first; each once */
  measures: readonly Measure[];
  /** ms since the epoch */
  since: number;
  until: number | undefined;
  /** sentences, safe to print; never the reporter's own words */
  evidence: readonly string[];
  harm: string;
  policy: Policy;
  found: 'own' | 'notice';
  automaticDetection: boolean;
  decision: 'full' | 'partly' | 'none';
  /** announced together with many others: bulk spam (Art. 17(2)) */
  bulk: boolean;
}

const STRONGEST: readonly Measure[] = ['deactivate', 'suspend', 'rule', 'ban', 'redact'];
const SPAM = 'm.spam';
const EVIDENCE_TOLD = 5;

/** The measure that an action amounts to; undefined for actions that statements do not mention. */
export function measureOf({ kind, payload }: Pick<ActionRecord, 'kind' | 'payload'>): Measure | undefined {
  const { recommendation, kind: entity } = (payload ?? {}) as { recommendation?: unknown; kind?: unknown };
  if (kind === 'write_rule' && (recommendation === 'org.matrix.mjolnir.allow' || entity !== 'user')) return undefined;
  return MEASURES[kind];
}

/** The account that an action affects: the account itself, or the literal entity of a rule. */
export function accountOf({ payload }: Pick<ActionRecord, 'payload'>): string | undefined {
  const { userId, entity } = (payload ?? {}) as { userId?: unknown; entity?: unknown };
  const found = userId ?? entity;
  return typeof found === 'string' ? found : undefined;
}

/** Gathers the facts of a case; undefined when nothing was done to its subject. */
export async function factsOf(ledger: Ledger, caseId: number, policies: Policies): Promise<StatementFacts | undefined> {
  const view = await caseView(ledger, caseId);
  if (view?.case.subjectKind !== 'user') return undefined;
  const done = view.actions.filter((action) => action.state === 'done' && measureOf(action) !== undefined);
  if (done.length === 0) return undefined;
  const measures = STRONGEST.filter((measure) => done.some((action) => measureOf(action) === measure));
  // the bans in rooms follow from the rule
  const told = measures.filter((measure) => measure !== 'ban' || !measures.includes('rule'));
  const harm = harmOfCase(view);
  const byPerson = done.some(({ key }) => key.includes('command:'));
  const automaticDetection = view.strongest !== undefined || view.offences.length > 0;
  return {
    caseId,
    userId: view.case.subject,
    measures: told,
    since: Math.min(...done.map(({ endedAt, createdAt }) => endedAt ?? createdAt)),
    until: endOf(done),
    evidence: (view.strongest?.verdict.evidence ?? []).slice(0, EVIDENCE_TOLD).map(({ sentence }) => sentence),
    harm,
    policy: policyFor(policies, harm),
    found: automaticDetection ? 'own' : 'notice',
    automaticDetection,
    decision: !byPerson ? 'full' : automaticDetection ? 'partly' : 'none',
    bulk: view.case.raidId !== null,
  };
}

function harmOfCase({ strongest, reports, offences }: CaseView): string {
  if (strongest !== undefined) return 'm.spam.impersonation';
  for (const { reason } of reports) {
    const harm = harmIn(reason);
    if (harm !== undefined) return harm;
  }
  const [offence] = offences.slice(-1);
  return offence === undefined ? 'm.other' : (offence.harm ?? SPAM);
}

/** When the last measure ends; undefined when one of them has no end. */
function endOf(done: readonly ActionRecord[]): number | undefined {
  const rules = done.filter(({ kind }) => kind === 'write_rule');
  if (rules.length === 0 || done.some(({ kind }) => kind === 'suspend' || kind === 'deactivate')) return undefined;
  const { until } = (rules.at(-1)?.payload ?? {}) as { until?: unknown };
  return typeof until === 'number' ? until : undefined;
}
