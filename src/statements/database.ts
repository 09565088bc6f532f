import { createHash } from 'node:crypto';
import { isoTime } from '../util/times.js';
import type { StatementFacts } from './facts.js';
import { texts } from './texts.js';

/**
 * A statement in the form of the Commission's DSA Transparency Database (its API documentation, version 2). Those who
 * must submit statements (Art. 24(5); micro and small enterprises need not) submit these files themselves.
 */
export interface DatabaseStatement {
  decision_visibility?: string[];
  decision_account?: string;
  decision_ground: string;
  incompatible_content_ground: string;
  incompatible_content_explanation: string;
  incompatible_content_illegal: 'Yes' | 'No';
  category: string;
  category_specification: string[];
  content_type: string[];
  content_type_other?: string;
  content_date: string;
  application_date: string;
  end_date_account_restriction?: string;
  end_date_visibility_restriction?: string;
  decision_facts: string;
  source_type: string;
  automated_detection: 'Yes' | 'No';
  automated_decision: string;
  puid: string;
}

const AUTOMATED: Readonly<Record<StatementFacts['decision'], string>> = {
  full: 'AUTOMATED_DECISION_FULLY',
  partly: 'AUTOMATED_DECISION_PARTIALLY',
  none: 'AUTOMATED_DECISION_NOT_AUTOMATED',
};
/** Limits of the form. */
const TEXT_MOST = 2_000;

/** It may hold no personal data (Art. 24(5)), so the account, the names and the reporter are left out. */
export function databaseStatement(facts: StatementFacts, serverName: string): DatabaseStatement {
  const { measures, policy, since, until, found, decision, harm } = facts;
  const day = (at: number): string => (isoTime(at) ?? '').slice(0, 10);
  const account = measures.includes('deactivate')
    ? 'DECISION_ACCOUNT_TERMINATED'
    : measures.some((measure) => measure !== 'redact')
      ? 'DECISION_ACCOUNT_SUSPENDED'
      : undefined;
  return {
    ...(measures.includes('redact') ? { decision_visibility: ['DECISION_VISIBILITY_CONTENT_REMOVED'] } : {}),
    ...(account === undefined ? {} : { decision_account: account }),
    decision_ground: 'DECISION_GROUND_INCOMPATIBLE_CONTENT',
    incompatible_content_ground: policy.title,
    incompatible_content_explanation: policy.text.slice(0, TEXT_MOST),
    incompatible_content_illegal: 'No',
    category: policy.category ?? 'STATEMENT_CATEGORY_OTHER_VIOLATION_TC',
    category_specification: policy.keywords,
    content_type: ['CONTENT_TYPE_OTHER'],
    content_type_other: texts.database.account,
    content_date: day(since),
    application_date: day(since),
    ...(until === undefined || account === undefined ? {} : { end_date_account_restriction: day(until) }),
    decision_facts: texts.database.facts(harm, found),
    source_type: found === 'own' ? 'SOURCE_VOLUNTARY' : 'SOURCE_ARTICLE_16',
    automated_detection: facts.automaticDetection ? 'Yes' : 'No',
    automated_decision: AUTOMATED[decision],
    // letters and digits only, stable for one decision, and it reveals nothing about the person
    puid: createHash('sha256').update(`${serverName} ${facts.caseId} ${since}`).digest('hex').slice(0, 40),
  };
}
